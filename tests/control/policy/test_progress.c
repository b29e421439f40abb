/* SPDX-License-Identifier: Apache-2.0 */
/* test_progress.c - claims about which sample of the progress a checkpoint may hold. */
#include <stdlib.h>

#include "progress.h"
#include "suite.h"

static void walk(struct progress *m, int64_t from_us, int64_t to_us)
{
	for (int64_t t = from_us; t <= to_us; t += 20000) {
		struct progress_sample now = {
			.time_us = t, .workers = 2, .progress = {(uint64_t)t, (uint64_t)t / 2}};

		progress_add(m, &now);
	}
}

START_TEST(progress_settle_when_their_answers_had_their_time)
{
	struct progress m = {.measured = true};

	ck_assert_ptr_null(progress_settled(&m, 5000000));
	walk(&m, 1000000, 2000000);
	ck_assert_ptr_null(progress_settled(&m, 1399999));
	ck_assert_int_eq(progress_settled(&m, 1400000)->time_us, 1000000);
	ck_assert_int_eq(progress_settled(&m, 2000000)->time_us, 1600000);
	ck_assert_int_eq(progress_settled(&m, 9000000)->time_us, 2000000);
}
END_TEST

static const struct {
	uint32_t rtt_us;
	int64_t lag_us;
} lags[] = {
	{0, PROGRESS_LAG_US},
	{1000, PROGRESS_LAG_US},
	{200000, PROGRESS_LAG_US},
	{250000, 500000},
	{300000, PROGRESS_LAG_MAX_US},
	{3000000, PROGRESS_LAG_MAX_US},
	{UINT32_MAX, PROGRESS_LAG_MAX_US},
};

START_TEST(progress_wait_for_the_slowest_answers_within_bounds)
{
	struct progress m = {.measured = true};

	walk(&m, 1000000, 2000000);
	progress_answer(&m, lags[_i].rtt_us, 1500000);
	progress_answer(&m, 5, 1500001);
	ck_assert_int_eq(progress_lag_us(&m), lags[_i].lag_us);
	ck_assert_int_eq(progress_settled(&m, 2000000)->time_us,
	                 (2000000 - lags[_i].lag_us) / 20000 * 20000);
}
END_TEST

START_TEST(progress_forget_a_slow_answer_in_time)
{
	struct progress m = {.measured = true};

	progress_answer(&m, 270000, 1000000);
	for (int64_t t = 1100000; t < 11000000; t += 1000000)
		progress_answer(&m, 1000, t);
	ck_assert_int_eq(progress_lag_us(&m), 540000);
	for (int64_t t = 11500000; t < 23000000; t += 1000000)
		progress_answer(&m, 1000, t);
	ck_assert_int_eq(progress_lag_us(&m), PROGRESS_LAG_US);
}
END_TEST

/* A scan that was resumed after a crash cannot know yet how long slow answers take. */
START_TEST(progress_wait_longest_until_a_window_is_over)
{
	struct progress m = {.count = 0};

	walk(&m, 1000000, 2000000);
	for (int64_t t = 1000000; t <= 10900000; t += 100000) {
		progress_answer(&m, 1000, t);
		ck_assert_int_eq(progress_lag_us(&m), PROGRESS_LAG_MAX_US);
	}
	ck_assert_ptr_null(progress_settled(&m, 1000000 + PROGRESS_LAG_MAX_US - 1));
	ck_assert_int_eq(progress_settled(&m, 1000000 + PROGRESS_LAG_MAX_US)->time_us, 1000000);
	progress_answer(&m, 1000, 11100000);
	ck_assert_int_eq(progress_lag_us(&m), PROGRESS_LAG_US);
}
END_TEST

/* When a worker goes back, for instance because the link went down, no sample counts the positions
 * in doubt as done, not even an older one. */
START_TEST(progress_go_back_with_a_worker_that_does)
{
	struct progress m = {.measured = true};
	struct progress_sample back = {
		.time_us = 2020000, .workers = 2, .progress = {1300000, 1000000}};

	walk(&m, 1000000, 2000000);
	progress_add(&m, &back);
	ck_assert_uint_eq(progress_settled(&m, 2020000)->progress[0], 1300000);
	ck_assert_uint_eq(progress_settled(&m, 2020000)->progress[1], 810000);
	ck_assert_uint_eq(progress_settled(&m, 1600000)->progress[0], 1200000);
	walk(&m, 2040000, 2060000); /* the worker goes on */
	ck_assert_uint_eq(progress_settled(&m, 2420000)->progress[0], 1300000);
}
END_TEST

START_TEST(progress_keep_the_last_ones)
{
	struct progress m = {.measured = true};

	walk(&m, 0, 20000 * 1000);
	ck_assert_ptr_null(
		progress_settled(&m, 20000 * (1000 - PROGRESS_SAMPLES) + PROGRESS_LAG_US));
	ck_assert_int_eq(
		progress_settled(&m, 20000 * (1001 - PROGRESS_SAMPLES) + PROGRESS_LAG_US)->time_us,
		20000 * (1001 - PROGRESS_SAMPLES));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, progress_settle_when_their_answers_had_their_time);
	tcase_add_loop_test(tc, progress_wait_for_the_slowest_answers_within_bounds, 0,
	                    sizeof(lags) / sizeof(lags[0]));
	tcase_add_test(tc, progress_forget_a_slow_answer_in_time);
	tcase_add_test(tc, progress_wait_longest_until_a_window_is_over);
	tcase_add_test(tc, progress_go_back_with_a_worker_that_does);
	tcase_add_test(tc, progress_keep_the_last_ones);
	return suite_run("progress", tc);
}
