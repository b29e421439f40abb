/* SPDX-License-Identifier: Apache-2.0 */
/* test_store_file.c - claims about the files of a database: whole or cut, and who may read them. */
#include <errno.h>
#include <sys/stat.h>

#include "store_db.h"
#include "store_dir.h"
#include "suite.h"

enum { BODY = 1000000 };

static struct store_dir dir;

static void setup(void)
{
	store_dir_open(&dir);
}

static void teardown(void)
{
	store_dir_remove(&dir);
}

/* Write a value of *@arg bytes; none if that is 0. */
static int write_value(struct store *s, MDB_txn *txn, void *arg)
{
	static char junk[BODY];
	MDB_val key = store_val("junk", 4), value = store_val(junk, *(size_t *)arg);

	return *(size_t *)arg > 0 ? mdb_put(txn, s->dbi[DB_META], &key, &value, 0)
	                          : mdb_del(txn, s->dbi[DB_META], &key, NULL);
}

static void put(size_t len)
{
	ck_assert_int_eq(store_write(dir.s, write_value, &len), 0);
}

/* Whether page @page is free. */
static bool is_free(size_t page)
{
	MDB_txn *txn;
	MDB_cursor *cursor;
	MDB_val key, value;
	bool found = false;

	ck_assert_int_eq(mdb_txn_begin(dir.s->env, NULL, MDB_RDONLY, &txn), 0);
	ck_assert_int_eq(mdb_cursor_open(txn, 0, &cursor), 0);
	while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
		const size_t *list = value.mv_data;

		for (size_t i = 1; i <= list[0]; i++)
			found = found || list[i] == page;
	}
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	return found;
}

static size_t last_page(void)
{
	MDB_envinfo info;

	ck_assert_int_eq(mdb_env_info(dir.s->env, &info), 0);
	return info.me_last_pgno;
}

static void cut_to(size_t pages)
{
	MDB_stat st;
	char file[128];

	ck_assert_int_eq(mdb_env_stat(dir.s->env, &st), 0);
	snprintf(file, sizeof(file), "%s/data.mdb", dir.path);
	ck_assert_int_eq(truncate(file, (off_t)(pages * st.ms_psize)), 0);
}

START_TEST(free_pages_at_the_end_need_not_be_there)
{
	struct error err = {""};
	size_t last, end;

	put(BODY);
	put(0);
	for (size_t i = 1; i < 6; i++) /* goes on in lower pages */
		put(i);
	last = end = last_page();
	while (is_free(end))
		end--;
	ck_assert_uint_lt(end, last);
	cut_to(end + 1);
	ck_assert_msg(store_file_check(dir.s, dir.path, &err) == 0, "%s", err.text);
}
END_TEST

START_TEST(a_file_without_its_head_is_refused_before_it_is_read)
{
	static const struct {
		off_t size;
		int ret;
	} cases[] = {{0, -EINVAL}, {1, -EIO}, {4096, -EIO}, {8191, -EIO}};
	struct error err;
	struct store *s;
	char file[128];

	store_close(dir.s);
	dir.s = NULL;
	snprintf(file, sizeof(file), "%s/data.mdb", dir.path);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(truncate(file, cases[i].size), 0);
		ck_assert_int_eq(store_open(dir.path, STORE_READ, &s, &err), cases[i].ret);
		ck_assert_ptr_nonnull(strstr(err.text, "data.mdb"));
	}
}
END_TEST

static unsigned mode_of(const char *name)
{
	struct stat st;
	char file[128];

	snprintf(file, sizeof(file), "%s/%s", dir.path, name);
	ck_assert_int_eq(stat(file, &st), 0);
	return st.st_mode & 0777;
}

START_TEST(a_group_reads_where_the_directory_says_so)
{
	struct error err;

	ck_assert_uint_eq(mode_of("data.mdb") & 07, 0); /* nobody else does by himself */
	ck_assert_uint_eq(mode_of("lock.mdb") & 027, 0);
	store_close(dir.s);
	dir.s = NULL;
	ck_assert_int_eq(chmod(dir.path, 02750), 0);
	ck_assert_int_eq(store_open(dir.path, STORE_WRITE, &dir.s, &err), 0);
	ck_assert_uint_eq(mode_of("data.mdb"), 0640);
	ck_assert_uint_eq(mode_of("lock.mdb"), 0660);
	ck_assert_uint_eq(mode_of("writer.lock"), 0640);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, free_pages_at_the_end_need_not_be_there);
	tcase_add_test(tc, a_file_without_its_head_is_refused_before_it_is_read);
	tcase_add_test(tc, a_group_reads_where_the_directory_says_so);
	return suite_run("store_file", tc);
}
