/* SPDX-License-Identifier: Apache-2.0 */
/* test_scan_explain.c - claims about when a scan probed, or will probe, a target. */
#include <stdlib.h>

#include "scan_explain.h"
#include "suite.h"

enum { SECOND = 1000000 };

/* A scan of @seconds that begins at 1000 s; 100 positions a second, none in its second quarter. */
static struct store_scan scan_of(unsigned seconds)
{
	struct store_scan s = {.start_us = (int64_t)1000 * SECOND, .workers = 1};
	uint64_t done = 0;

	for (unsigned t = 1; t <= seconds; t++) {
		done += t > seconds / 4 && t <= seconds / 2 ? 0 : 100;
		store_scan_sample(&s, s.start_us + (int64_t)t * SECOND, done);
	}
	return s;
}

START_TEST(scan_explain_time_follows_what_the_scan_did)
{
	const struct store_scan s = scan_of(100), none = {.start_us = 5};

	ck_assert_int_eq(scan_explain_time(&none, 3), 0);
	ck_assert_int_eq(scan_explain_time(&s, 0), (int64_t)1000 * SECOND);
	ck_assert_int_eq(scan_explain_time(&s, 50), (int64_t)1000 * SECOND + SECOND / 2);
	ck_assert_int_eq(scan_explain_time(&s, 2450), (int64_t)1024 * SECOND + SECOND / 2);
	/* after the pause */
	ck_assert_int_eq(scan_explain_time(&s, 2550), (int64_t)1050 * SECOND + SECOND / 2);
	/* at the recent rate */
	ck_assert_int_eq(scan_explain_time(&s, 7500 + 1000), (int64_t)1110 * SECOND);
}
END_TEST

/* However long the scan is, its samples fit into the record, and the time is right to within two of
 * the gaps between them. */
START_TEST(scan_explain_time_of_a_long_scan_is_right_to_a_hundredth)
{
	static const unsigned lengths[] = {127, 128, 129, 1000, 100000};
	unsigned seconds = lengths[_i];
	const struct store_scan s = scan_of(seconds);

	ck_assert_uint_le(s.sample_count, STORE_SAMPLES);
	ck_assert_int_le(s.sample_gap_us, (int64_t)SECOND * (seconds / 32 + 1));
	for (unsigned t = 1; t < seconds; t += 1 + seconds / 50) {
		uint64_t done = (uint64_t)t * 100;
		unsigned at = t < seconds / 4 ? t : t + seconds / 2 - seconds / 4;
		int64_t off = scan_explain_time(&s, done) - s.start_us - (int64_t)at * SECOND;

		if (at + seconds / 32 < seconds && t != seconds / 4)
			ck_assert_int_le(off < 0 ? -off : off, 2 * s.sample_gap_us);
	}
}
END_TEST

START_TEST(scan_explain_time_does_not_guess_where_nothing_moves)
{
	struct store_scan s = {.start_us = SECOND, .workers = 1};

	for (int t = 2; t < 50; t++)
		store_scan_sample(&s, (int64_t)t * SECOND, 10);
	ck_assert_int_eq(scan_explain_time(&s, 11), 0);
	ck_assert_int_ne(scan_explain_time(&s, 9), 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, scan_explain_time_follows_what_the_scan_did);
	tcase_add_loop_test(tc, scan_explain_time_of_a_long_scan_is_right_to_a_hundredth, 0, 5);
	tcase_add_test(tc, scan_explain_time_does_not_guess_where_nothing_moves);
	return suite_run("scan_explain", tc);
}
