/* SPDX-License-Identifier: Apache-2.0 */
/* test_pace.c - claims about pacing, with a clock of the test's own. */
#include "suite.h"

#include <math.h>

#include "pace.h"
#include "splitmix.h"

static const struct {
	double hz;
	double pps;
} rates[] = {
	{2.1e9, 0.1},   {5e9, 0.1},      {2.1e9, 1},       {2.1e9, 7.5},
	{1e6, 1000},    {2.1e9, 10000},  {2.1e9, 250e3},   {2.1e9, 1.5e6},
	{3e9, 14.88e6}, {2.1e9, 59.5e6}, {2.1e9, 148.8e6},
};

/* Ten seconds (200 below one packet a second, 0.2 above a million) of polls at random intervals. */
START_TEST(pace_keeps_the_rate_within_one_percent)
{
	double hz = rates[_i].hz;
	double pps = rates[_i].pps;
	double span = (pps < 1 ? 200 : pps > 1e6 ? 0.2 : 10) * hz;
	uint64_t start = UINT64_MAX - (uint64_t)(span / 2); /* the counter wraps on the way */
	uint64_t gap = (uint64_t)(hz / (pps > 1e6 ? 1e6 : pps > 1000 ? 1e5 : 2000));
	uint64_t seed = 11;
	uint64_t now = start;
	struct pace p;
	double sent = 0;

	pace_init(&p, hz, pps, 0.005, start);
	while ((double)(now - start) < span) {
		now += 1 + splitmix(&seed) % (2 * gap);
		sent += pace_take(&p, now, 4096);
	}
	ck_assert_double_lt(fabs(sent - pps * (double)(now - start) / hz),
	                    0.01 * pps * span / hz + 1);
}
END_TEST

/* A caller who sleeps until a token is due wakes up late. Tokens earned meanwhile must not be
 * lost. */
START_TEST(pace_keeps_the_rate_of_one_who_always_wakes_late)
{
	const double hz = 1e9;
	double pps = _i == 0 ? 1 : _i == 1 ? 100 : 2000;
	uint64_t late = (uint64_t)(hz / pps / 5), now = 0;
	struct pace p;
	double sent = 0;

	pace_init(&p, hz, pps, 0.005, now);
	while ((double)now < 30 * hz) {
		now += pace_wait(&p, now, 1) + late;
		sent += pace_take(&p, now, 64);
	}
	ck_assert_double_lt(fabs(sent - pps * (double)now / hz), 0.002 * pps * 30 + 1);
}
END_TEST

START_TEST(pace_never_exceeds_bucket_and_rate)
{
	const double hz = 1e9;
	uint64_t seed = 5;
	uint64_t now = 0;
	double allowed = 0;
	double sent = 0;
	struct pace p;

	pace_init(&p, hz, 50000, 0.002, now);
	for (int i = 0; i < 100000; i++) {
		uint64_t gap = splitmix(&seed) % (i % 50 == 0 ? 1000000000 : 100000);
		unsigned n;

		now += gap;
		allowed += (double)gap * 50000 / hz;
		allowed = allowed < 100 ? allowed : 100;
		n = pace_take(&p, now, (unsigned)(splitmix(&seed) % 200));
		ck_assert(n <= allowed + 1e-3);
		allowed -= n;
		sent += n;
	}
	ck_assert_double_gt(sent, 0);
}
END_TEST

START_TEST(pace_changes_rate_without_a_burst)
{
	struct pace p;

	pace_init(&p, 1e9, 1000, 0.01, 0);
	ck_assert_uint_eq(pace_take(&p, 1000000000, 64), 10); /* the depth, not a whole second */
	pace_set(&p, 1e6, 1000000000);
	ck_assert_uint_eq(pace_take(&p, 1000000000, 64), 0);
	ck_assert_uint_eq(pace_take(&p, 1000010000, 64), 10);
	ck_assert_uint_eq(pace_take(&p, 2000000000, 100000), 10000);
	pace_take(&p, 2005000000, 0);
	pace_set(&p, 10, 2005000000);
	ck_assert_uint_eq(pace_take(&p, 2005000000, 64), 2); /* cut to the new depth */
	ck_assert_uint_eq(pace_take(&p, 2104000000, 64), 0);
	ck_assert_uint_eq(pace_take(&p, 2105000001, 64), 1);
	pace_set(&p, 0, 2105000001);
	/* a worker's share of the least rate */
	ck_assert_double_eq_tol(p.rate * p.hz, 0.1 / 64, 1e-9);
}
END_TEST

START_TEST(pace_says_how_long_to_wait)
{
	struct pace p;
	uint64_t wait;

	pace_init(&p, 1e9, 1000, 0.01, 500);
	wait = pace_wait(&p, 500, 3);
	ck_assert_uint_ge(wait, 3000000);
	ck_assert_uint_le(wait, 3000002);
	ck_assert_uint_eq(pace_take(&p, 500 + wait - 3, 3), 2);
	pace_return(&p, 2);
	ck_assert_uint_eq(pace_take(&p, 500 + wait, 3), 3);
	ck_assert_uint_le(pace_wait(&p, 500 + wait, 64), 10000001); /* no more than a bucketful */
	pace_skip(&p, 900000000);
	ck_assert_uint_eq(pace_take(&p, 900000000, 64), 0);
	ck_assert_uint_eq(pace_take(&p, 899999000, 64), 0); /* a clock that steps back */
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, pace_keeps_the_rate_of_one_who_always_wakes_late, 0, 3);
	tcase_add_loop_test(tc, pace_keeps_the_rate_within_one_percent, 0,
	                    (int)(sizeof(rates) / sizeof(*rates)));
	tcase_add_test(tc, pace_never_exceeds_bucket_and_rate);
	tcase_add_test(tc, pace_changes_rate_without_a_burst);
	tcase_add_test(tc, pace_says_how_long_to_wait);
	return suite_run("pace", tc);
}
