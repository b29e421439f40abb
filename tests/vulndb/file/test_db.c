/* SPDX-License-Identifier: Apache-2.0 */
/* test_db.c - claims about the vulndb file: a broken one is refused, a replaced one stays usable
 * while it is open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db.h"
#include "vulndb.h"
#include "suite.h"

static char dir[64], path[96];
static char *whole;
static size_t whole_len;

static void write_file(const char *name, const char *data, size_t len)
{
	FILE *f = fopen(name, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(data, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static void copy_bundle(void)
{
	FILE *f = fopen(getenv("VULNDB_FILE"), "rb");
	struct stat st;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fstat(fileno(f), &st), 0);
	whole_len = (size_t)st.st_size;
	whole = malloc(whole_len);
	ck_assert_ptr_nonnull(whole);
	ck_assert_uint_eq(fread(whole, 1, whole_len, f), whole_len);
	fclose(f);
	strcpy(dir, "/tmp/sonde-test-db.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/file", dir);
}

static void remove_all(void)
{
	unlink(path);
	rmdir(dir);
	free(whole);
}

static const struct {
	size_t keep; /* thousandths of the file */
} cuts[] = {{0}, {1}, {100}, {500}, {900}, {990}};

START_TEST(a_truncated_file_is_refused)
{
	struct vulndb *db = NULL;
	struct error err;

	write_file(path, whole, whole_len / 1000 * cuts[_i].keep);
	ck_assert_int_lt(vulndb_open(path, &db, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, path));
	ck_assert_ptr_null(db);
}
END_TEST

START_TEST(what_is_no_vulndb_is_refused)
{
	struct vulndb *db = NULL;
	struct error err;

	memset(whole, 'x', whole_len < 65536 ? whole_len : 65536);
	write_file(path, whole, whole_len);
	ck_assert_int_lt(vulndb_open(path, &db, &err), 0);
	ck_assert_int_lt(vulndb_open(dir, &db, &err), 0);
	unlink(path);
	ck_assert_int_lt(vulndb_open(path, &db, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "no such file"));
}
END_TEST

static size_t ask(const struct vulndb *db)
{
	static struct vd_hit hits[512];
	struct vd_scratch *s = vd_scratch_new(db);
	struct vd_identity id;
	struct error err;
	size_t n;

	ck_assert_ptr_nonnull(s);
	ck_assert_int_eq(vd_identity_from_cpe("cpe:2.3:a:apache:http_server:2.4.49", &id, &err), 0);
	n = vulndb_match(db, s, &id, hits, 512);
	vd_scratch_free(s);
	return n;
}

START_TEST(whoever_has_a_replaced_file_open_keeps_it)
{
	struct vulndb_sources none = {0};
	struct vulndb *old, *new;
	struct error err;
	size_t before;

	write_file(path, whole, whole_len);
	ck_assert_msg(vulndb_open(path, &old, &err) == 0, "%s", err.text);
	before = ask(old);
	ck_assert_uint_gt(before, 10);
	ck_assert_msg(vulndb_build(path, &none, &err) == 0, "%s", err.text);
	ck_assert_msg(vulndb_open(path, &new, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(ask(new), 0);
	ck_assert_uint_eq(ask(old), before);
	vulndb_close(new);
	vulndb_close(old);
}
END_TEST

START_TEST(a_failed_build_leaves_the_file_as_it_was)
{
	const char *feeds[] = {"/nonexistent/feed"};
	struct vulndb_sources s = {.feeds = feeds, .feed_count = 1};
	struct vulndb *db;
	struct error err;

	write_file(path, whole, whole_len);
	ck_assert_int_lt(vulndb_build(path, &s, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, feeds[0]));
	ck_assert_msg(vulndb_open(path, &db, &err) == 0, "%s", err.text);
	ck_assert_uint_gt(ask(db), 10);
	vulndb_close(db);
}
END_TEST

/* Two builds from the same facts are identical, so the date is that of the newest fact. */
START_TEST(a_build_without_a_clock_is_dated_by_its_facts)
{
	struct vulndb_info info;
	struct vulndb *db;
	struct error err;

	write_file(path, whole, whole_len);
	ck_assert_msg(vulndb_open(path, &db, &err) == 0, "%s", err.text);
	vulndb_describe(db, &info);
	ck_assert_int_gt(info.built_us, 1700000000LL * 1000000);
	ck_assert_uint_gt(info.exposures, 50);
	ck_assert_ptr_nonnull(strstr(info.sources, "bundled KEV, 20"));
	ck_assert_ptr_null(strstr(info.sources, "no date"));
	vulndb_close(db);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("db");

	tcase_add_checked_fixture(t, copy_bundle, remove_all);
	tcase_add_loop_test(t, a_truncated_file_is_refused, 0, sizeof(cuts) / sizeof(cuts[0]));
	tcase_add_test(t, what_is_no_vulndb_is_refused);
	tcase_add_test(t, whoever_has_a_replaced_file_open_keeps_it);
	tcase_add_test(t, a_failed_build_leaves_the_file_as_it_was);
	tcase_add_test(t, a_build_without_a_clock_is_dated_by_its_facts);
	return suite_run("db", t);
}
