/* SPDX-License-Identifier: Apache-2.0 */
/* user_corpus.h - what the tests of users' services share: the bytes of the fuzz corpus, and bytes
 * that belong to none of them. */
#ifndef TESTS_USER_CORPUS_H
#define TESTS_USER_CORPUS_H

#include <check.h>
#include <stdio.h>

#include "vulndb.h"

enum { FILE_MAX = 4096 };

#define BYTES(text) text, sizeof(text) - 1

/* Read file @name of the corpus @folder; returns how many bytes it has. */
static inline size_t corpus_read(const char *folder, const char *name, uint8_t bytes[FILE_MAX])
{
	char path[4096];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s/%s", SONDE_SOURCE_ROOT, folder, name);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	len = fread(bytes, 1, FILE_MAX, f);
	fclose(f);
	return len;
}

/* What other services say. */
static const struct {
	const char *bytes;
	size_t len;
} strangers[] = {
	{BYTES("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")},
	{BYTES("SSH-2.0-OpenSSH_9.2p1\r\n")},
	{BYTES("\x15\x03\x03\0\2\2\x32")},
	{BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
	{BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
               "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")},
	{BYTES("$ERROR: what do you want?\r\n")},
};

enum { STRANGERS = sizeof(strangers) / sizeof(strangers[0]) };

/* Claim that the fact has that value; @value NULL: that there is no such fact. @name NULL: nothing. */
static inline void check_fact(const struct vd_facts *facts, const char *name, const char *value)
{
	const struct vd_fact *f = name != NULL ? vd_facts_get(facts, name) : NULL;

	if (name == NULL)
		return;
	ck_assert_msg((f != NULL) == (value != NULL), "%s", name);
	if (f != NULL)
		ck_assert_str_eq(f->value, value);
}

#endif
