/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - builds a vulndb file from feeds that a test writes, and asks it. */
#ifndef TEST_FIXTURE_H
#define TEST_FIXTURE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vulndb.h"

enum { FIXTURE_HITS = 16384 };

static char fixture_dir[64];
static struct vulndb *fixture_db;
static struct vd_scratch *fixture_scratch;

__attribute__((unused)) static void fixture_begin(void)
{
	snprintf(fixture_dir, sizeof(fixture_dir), "/tmp/test_vulndb.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture_dir));
}

__attribute__((unused)) static void fixture_close(void)
{
	vd_scratch_free(fixture_scratch);
	vulndb_close(fixture_db);
	fixture_scratch = NULL;
	fixture_db = NULL;
}

__attribute__((unused)) static void fixture_end(void)
{
	char command[128];

	fixture_close();
	snprintf(command, sizeof(command), "rm -rf %s", fixture_dir);
	ck_assert_int_eq(system(command), 0);
}

/* The path of a file in the test's folder; the last 16 stay valid. */
__attribute__((unused)) static const char *fixture_path(const char *name)
{
	static char path[16][512];
	static unsigned int next;
	char *p = path[next++ % 16];

	snprintf(p, sizeof(path[0]), "%s/%s", fixture_dir, name);
	return p;
}

__attribute__((unused)) static const char *fixture_file(const char *name, const void *data,
                                                        size_t len)
{
	const char *path = fixture_path(name);
	FILE *f = fopen(path, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(data, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
	return path;
}

/* Build the test's file from the feed at @path as an update of @base (NULL: none). 0 or -errno with
 * *@err. */
__attribute__((unused)) static int fixture_update(const char *path, const char *base,
                                                  struct error *err)
{
	const char *feeds[] = {path};
	struct vulndb_sources s = {.feeds = feeds, .feed_count = 1, .base = base};

	return vulndb_build(fixture_path("k"), &s, err);
}

__attribute__((unused)) static void fixture_open(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(fixture_path("k"), &fixture_db, &err) == 0, "%s", err.text);
	fixture_scratch = vd_scratch_new(fixture_db);
	ck_assert_ptr_nonnull(fixture_scratch);
}

/* Build a file from the texts of these feeds alone, and open it. */
__attribute__((unused)) static void fixture_build(const char *const *texts, size_t n)
{
	const char *paths[8];
	struct vulndb_sources s = {.feeds = paths, .feed_count = n};
	struct error err = {""};

	ck_assert_uint_le(n, 8);
	for (size_t i = 0; i < n; i++) {
		char name[16];

		snprintf(name, sizeof(name), "feed%zu", i);
		paths[i] = fixture_file(name, texts[i], strlen(texts[i]));
	}
	ck_assert_msg(vulndb_build(fixture_path("k"), &s, &err) == 0, "%s", err.text);
	fixture_open();
}

__attribute__((unused)) static struct vd_identity fixture_identity(const char *cpe)
{
	struct vd_identity id = {0};
	struct error err;

	if (cpe != NULL)
		ck_assert_msg(vd_identity_from_cpe(cpe, &id, &err) == 0, "%s", err.text);
	return id;
}

/* The verdict on one CVE; kind 0 if the CVE is not among the verdicts. */
__attribute__((unused)) static struct vd_verdict fixture_verdict(const struct vd_identity *id,
                                                                 const char *cve)
{
	static struct vd_hit hits[FIXTURE_HITS];
	size_t n = vulndb_match(fixture_db, fixture_scratch, id, hits, FIXTURE_HITS);
	struct vd_verdict v;

	for (size_t i = 0; i < n && i < FIXTURE_HITS; i++) {
		vulndb_verdict(fixture_db, id, &hits[i], &v);
		if (strcmp(v.cve, cve) == 0)
			return v;
	}
	memset(&v, 0, sizeof(v));
	return v;
}

#endif
