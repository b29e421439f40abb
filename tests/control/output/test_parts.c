/* SPDX-License-Identifier: Apache-2.0 */
/* test_parts.c - claims about files that appear whole or not at all, and about the state. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "parts.h"
#include "suite.h"

static char folder[64], path[128], state[128];

static void setup(void)
{
	strcpy(folder, "/tmp/sonde-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/rows.ndjson", folder);
	snprintf(state, sizeof(state), "%s/state", folder);
}

static void teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static struct parts *open_parts(struct parts_config config)
{
	struct parts *p = NULL;
	struct error err;

	if (config.path == NULL)
		config.path = path;
	config.what = "test";
	ck_assert_msg(parts_open(&config, &p, &err) == 0, "%s", err.text);
	return p;
}

static void put(struct parts *p, const char *text)
{
	struct part *part;

	ck_assert_int_eq(parts_begin(p, &part), 0);
	ck_assert_int_eq(part_write(part, text, strlen(text)), 0);
	ck_assert_int_eq(parts_end(p, 1), 0);
}

static void commit(struct parts *p, uint64_t cursor)
{
	const struct parts_about about = {.format = "ndjson",
	                                  .unit = "services",
	                                  .version = "1",
	                                  .cursor = cursor,
	                                  .now_us = 1};

	ck_assert_int_eq(parts_commit(p, &about), 0);
}

static size_t read_file(const char *name, char *out, size_t size)
{
	char file[256];
	FILE *f;
	size_t n = 0;

	snprintf(file, sizeof(file), "%s/%s", folder, name);
	f = fopen(file, "r");
	if (f != NULL) {
		n = fread(out, 1, size - 1, f);
		fclose(f);
	}
	out[n] = '\0';
	return n;
}

static unsigned files(void)
{
	DIR *d = opendir(folder);
	unsigned n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

START_TEST(nothing_is_seen_before_the_commit)
{
	struct parts *p = open_parts((struct parts_config){.no_manifest = true});
	char text[64];

	put(p, "one\n");
	ck_assert_uint_eq(read_file("rows.ndjson", text, sizeof(text)), 0);
	commit(p, 1);
	read_file("rows.ndjson", text, sizeof(text));
	ck_assert_str_eq(text, "one\n");
	parts_close(p);
	ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(what_is_not_committed_leaves_the_file_of_before)
{
	struct parts *p = open_parts((struct parts_config){.no_manifest = true});
	struct part *part;
	char text[64];

	put(p, "one\n");
	commit(p, 1);
	parts_close(p);
	p = open_parts((struct parts_config){.no_manifest = true});
	put(p, "two\n");
	ck_assert_int_eq(parts_begin(p, &part), 0);
	ck_assert_int_eq(part_write(part, "three", 5), 0);
	parts_close(p);
	read_file("rows.ndjson", text, sizeof(text));
	ck_assert_str_eq(text, "one\n");
	ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(a_state_goes_on_where_it_was)
{
	const struct parts_config config = {.numbered = true, .state = state, .no_manifest = true};
	struct parts *p = open_parts(config);
	uint64_t cursor;
	char text[64];

	ck_assert(!parts_cursor(p, &cursor));
	put(p, "one\n");
	commit(p, 7);
	parts_close(p);
	p = open_parts(config);
	ck_assert(parts_cursor(p, &cursor));
	ck_assert_uint_eq(cursor, 7);
	put(p, "two\n");
	commit(p, 9);
	parts_close(p);
	read_file("rows-000002.ndjson", text, sizeof(text));
	ck_assert_str_eq(text, "two\n");
}
END_TEST

START_TEST(a_promised_name_is_given_once)
{
	const struct parts_config config = {.numbered = true, .state = state, .no_manifest = true};
	struct parts *p = open_parts(config);
	char hidden[128], part[128], text[512];
	FILE *f;

	put(p, "one\n");
	commit(p, 7);
	parts_close(p);
	/* As a process leaves it that is killed before the rename. */
	snprintf(part, sizeof(part), "%s/rows-000001.ndjson", folder);
	snprintf(hidden, sizeof(hidden), "%s/.rows-000001.ndjson.1.part", folder);
	ck_assert_int_eq(rename(part, hidden), 0);
	f = fopen(state, "w");
	fputs("sonde-export 1\nwhat test\ncursor 7\npart 1\nrename .rows-000001.ndjson.1.part\trows-000001.ndjson\n",
	      f);
	fclose(f);
	parts_close(open_parts(config));
	read_file("rows-000001.ndjson", text, sizeof(text));
	ck_assert_str_eq(text, "one\n");
	/* A reader takes it away: it does not come again. */
	ck_assert_int_eq(unlink(part), 0);
	parts_close(open_parts(config));
	ck_assert_uint_eq(read_file("rows-000001.ndjson", text, sizeof(text)), 0);
}
END_TEST

static const char *const bad_states[] = {
	"",
	"nonsense\n",
	"sonde-export 1\n",
	"sonde-export 1\nwhat other\ncursor 1\npart 1\n",
	"sonde-export 1\nwhat test\ncursor 1\nrename ../x\ty\n",
	"sonde-export 1\nwhat test\ncursor 1\nrename x\n",
	"sonde-export 1\nwhat test\nhello\n",
};

START_TEST(a_state_that_is_none_is_refused)
{
	const struct parts_config config = {
		.path = path, .numbered = true, .state = state, .what = "test"};
	struct parts *p;
	struct error err;
	FILE *f = fopen(state, "w");

	fputs(bad_states[_i], f);
	fclose(f);
	ck_assert_int_eq(parts_open(&config, &p, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, state));
}
END_TEST

START_TEST(a_state_has_one_user)
{
	const struct parts_config config = {
		.path = path, .numbered = true, .state = state, .what = "test"};
	struct parts *first = open_parts(config), *second;
	struct error err;

	ck_assert_int_eq(parts_open(&config, &second, &err), -EBUSY);
	parts_close(first);
}
END_TEST

START_TEST(a_packed_part_unpacks_to_what_was_written)
{
	char packed[4096], plain[4096], file[128];
	struct parts *p;
	size_t n;

	snprintf(file, sizeof(file), "%s/rows.ndjson.zst", folder);
	p = open_parts((struct parts_config){.path = file});
	put(p, "one two three\n");
	commit(p, 1);
	parts_close(p);
	n = read_file("rows.ndjson.zst", packed, sizeof(packed));
	n = ZSTD_decompress(plain, sizeof(plain), packed, n);
	ck_assert(!ZSTD_isError(n));
	ck_assert_uint_eq(n, 14);
	ck_assert_int_eq(memcmp(plain, "one two three\n", n), 0);
	ck_assert(read_file("rows.ndjson.zst.manifest.json", plain, sizeof(plain)) > 0);
	ck_assert_msg(strstr(plain, "\"plain_bytes\":14") != NULL, "%s", plain);
}
END_TEST

START_TEST(a_set_that_became_smaller_has_no_part_of_before)
{
	const struct parts_config config = {.numbered = true, .no_manifest = true};
	struct parts *p = open_parts(config);

	put(p, "1");
	put(p, "2");
	put(p, "3");
	commit(p, 1);
	parts_close(p);
	ck_assert_uint_eq(files(), 3);
	p = open_parts(config);
	put(p, "4");
	commit(p, 2);
	parts_close(p);
	ck_assert_uint_eq(files(), 1);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("parts");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, nothing_is_seen_before_the_commit);
	tcase_add_test(tc, what_is_not_committed_leaves_the_file_of_before);
	tcase_add_test(tc, a_state_goes_on_where_it_was);
	tcase_add_test(tc, a_promised_name_is_given_once);
	tcase_add_loop_test(tc, a_state_that_is_none_is_refused, 0,
	                    sizeof(bad_states) / sizeof(bad_states[0]));
	tcase_add_test(tc, a_state_has_one_user);
	tcase_add_test(tc, a_packed_part_unpacks_to_what_was_written);
	tcase_add_test(tc, a_set_that_became_smaller_has_no_part_of_before);
	return suite_run("parts", tc);
}
