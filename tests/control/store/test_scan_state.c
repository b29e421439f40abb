/* SPDX-License-Identifier: Apache-2.0 */
/* test_scan_state.c - claims about what a stored scan is by now: running, or killed. */
#include "store_dir.h"
#include "suite.h"

static struct store_dir dir;

static void setup(void)
{
	store_dir_open(&dir);
}

static void teardown(void)
{
	store_dir_remove(&dir);
}

/* A scan that the open database has begun. */
static struct store_scan begin(void)
{
	struct store_scan s = {.state = STORE_SCAN_RUNNING};

	ck_assert_int_eq(store_scan_begin(dir.s, &s, NULL, 1000000), 0);
	return s;
}

static const char *seen(struct store_scan s)
{
	store_scan_look(dir.path, &s);
	return store_scan_state_name(s.state);
}

START_TEST(a_scan_runs_while_its_process_holds_the_database)
{
	struct store_scan first = begin(), second;
	struct error err;

	ck_assert_str_eq(seen(first), "running");
	second = begin();
	ck_assert_str_eq(seen(first), "interrupted");
	ck_assert_str_eq(seen(second), "running");
	store_close(dir.s);
	ck_assert_str_eq(seen(second), "interrupted");
	ck_assert_int_eq(store_open(dir.path, STORE_WRITE, &dir.s, &err), 0);
	ck_assert_str_eq(seen(first), "interrupted");
	ck_assert_int_eq(store_scan_update(dir.s, &first), 0);
	ck_assert_str_eq(seen(first), "running");
}
END_TEST

START_TEST(a_scan_that_ended_stays_as_it_ended)
{
	struct store_scan s = begin();

	s.state = STORE_SCAN_STOPPED;
	ck_assert_str_eq(seen(s), "stopped");
	s.state = STORE_SCAN_DONE;
	ck_assert_str_eq(seen(s), "done");
}
END_TEST

START_TEST(a_scan_keeps_what_it_changed)
{
	struct store_scan s = begin(), got;

	s.opened = 1;
	s.closed = 2;
	s.changed = 3;
	s.findings = UINT64_MAX;
	ck_assert_int_eq(store_scan_update(dir.s, &s), 0);
	ck_assert_int_eq(store_scan_get(dir.s, s.id, &got), 0);
	ck_assert_uint_eq(got.opened, 1);
	ck_assert_uint_eq(got.closed, 2);
	ck_assert_uint_eq(got.changed, 3);
	ck_assert_uint_eq(got.findings, UINT64_MAX);
}
END_TEST

START_TEST(the_last_change_is_the_newest_one)
{
	uint64_t before, after;

	ck_assert_int_eq(store_change_last(dir.s, &before), 0);
	ck_assert_uint_eq(before, 0);
	store_dir_put(&dir, "s-1", store_dir_record(0xc6120001, 80, 1000));
	ck_assert_int_eq(store_settle(dir.s, 1000), 0);
	ck_assert_int_eq(store_change_last(dir.s, &after), 0);
	ck_assert_uint_eq(after, 2); /* host.new, port.opened */
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("scan_state");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_scan_runs_while_its_process_holds_the_database);
	tcase_add_test(tc, a_scan_that_ended_stays_as_it_ended);
	tcase_add_test(tc, a_scan_keeps_what_it_changed);
	tcase_add_test(tc, the_last_change_is_the_newest_one);
	return suite_run("scan_state", tc);
}
