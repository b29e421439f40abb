/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reactions.h - what real servers did with the questions of other protocols (the file reactions).
 */
#ifndef SONDE_TESTS_REACTIONS_H
#define SONDE_TESTS_REACTIONS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "vd_proto.h"

enum { REACTIONS_MAX = 256, REACTION_ANSWER_MAX = 256, REACTION_QUESTIONS_MAX = 1024 };

struct reaction {
	char server[32];
	char how[8]; /* waits, closes, resets */
	uint8_t answer[REACTION_ANSWER_MAX];
	size_t len;
	char questions[REACTION_QUESTIONS_MAX]; /* " a b c " */
};

static struct reaction reactions[REACTIONS_MAX];
static size_t reaction_count;

static size_t reaction_bytes(const char *hex, uint8_t *out)
{
	size_t len = 0;

	for (; hex[0] != '\0' && hex[1] != '\0' && len < REACTION_ANSWER_MAX; hex += 2) {
		const char pair[] = {hex[0], hex[1], '\0'};
		char *end;

		out[len] = (uint8_t)strtoul(pair, &end, 16);
		if (*end != '\0')
			break;
		len++;
	}
	return len;
}

static void reactions_read(const char *path)
{
	char line[4096], hex[2 * REACTION_ANSWER_MAX + 1];
	FILE *f = fopen(path, "r");

	ck_assert_msg(f != NULL, "%s", path);
	reaction_count = 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		struct reaction *r = &reactions[reaction_count];
		int at = 0;

		if (line[0] == '#')
			continue;
		ck_assert_uint_lt(reaction_count, REACTIONS_MAX);
		ck_assert_int_eq(sscanf(line, "%31s %7s %512s %n", r->server, r->how, hex, &at), 3);
		line[strcspn(line, "\n")] = '\0';
		snprintf(r->questions, sizeof(r->questions), " %s ", line + at);
		r->len = reaction_bytes(hex, r->answer);
		reaction_count++;
	}
	fclose(f);
}

/* The protocol whose question begins with these bytes; "tls" for a ClientHello, "" for none. */
static const char *reactions_question(const uint8_t *data, size_t len,
                                      const struct vd_dialog *blank)
{
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);

	if (len > 2 && data[0] == 0x16 && data[1] == 3)
		return "tls";
	for (size_t i = 0; i < n; i++) {
		struct vd_dialog d = *blank;

		if (!vd_proto_talks(all[i]) || !vd_proto_speaks_first(all[i]))
			continue;
		vd_dialog_greet(all[i], &d);
		if (d.out_len > 0 && len >= d.out_len && memcmp(d.out, data, d.out_len) == 0)
			return vd_proto_name(all[i]);
	}
	return "";
}

/* What @server did with @question; NULL: the server is not recorded. */
static const struct reaction *reactions_find(const char *server, const char *question)
{
	const struct reaction *rest = NULL;
	char word[40];

	snprintf(word, sizeof(word), " %s ", question);
	for (size_t i = 0; i < reaction_count; i++) {
		if (strcmp(reactions[i].server, server) != 0)
			continue;
		if (strstr(reactions[i].questions, word) != NULL)
			return &reactions[i];
		if (strcmp(reactions[i].questions, " * ") == 0)
			rest = &reactions[i];
	}
	return rest;
}

#endif
