/* SPDX-License-Identifier: Apache-2.0 */
/* test_auto_rate.c - claims about the rate that is found on simulated paths with a limit, with
 * losses, or with both. */
#include <stdlib.h>

#include "auto_rate.h"
#include "loss_probe.h"

#include "dp.h"
#include "suite.h"

enum { TICK_US = 100000, SECOND_US = 1000000, ASKED = 60 /* per tick */, LAG = 3 /* ticks */ };

/* A network path that carries at most @limit packets/s and loses the share @loss of these, and a
 * machine that sends at most @machine packets/s. */
struct way {
	double limit, loss, machine;
	unsigned known;
	uint64_t seed;
};

static double chance(struct way *w)
{
	w->seed = w->seed * 6364136223846793005ull + 1442695040888963407ull;
	return (double)(w->seed >> 11) / 9007199254740992.0;
}

static bool is_lost(struct way *w, double pps)
{
	return (pps > w->limit && chance(w) > w->limit / pps) || chance(w) < w->loss;
}

/* Run for @seconds of simulated time. Returns the mean rate of the last half, and in *@highest the
 * highest rate of it. */
static double run(struct way *w, double most, int seconds, double *highest)
{
	struct auto_signal s = {.known = w->known};
	struct auto_rate a;
	int64_t began = 0;
	double sum = 0;
	int n = 0;

	*highest = 0;
	auto_rate_init(&a, most, 0);
	for (s.now_us = TICK_US; s.now_us < (int64_t)seconds * SECOND_US; s.now_us += TICK_US) {
		double pps = a.pps < w->machine ? a.pps : w->machine;

		for (unsigned i = 0; s.now_us - began > LAG * TICK_US && i < ASKED && w->known > 0;
		     i++) {
			bool lost = is_lost(w, pps);

			s.lost += lost;
			s.answered += !lost;
		}
		s.measured_pps = pps;
		if (auto_rate_update(&a, &s)) {
			s.answered = s.lost = 0;
			began = s.now_us;
		}
		if (s.now_us < (int64_t)seconds * SECOND_US / 2)
			continue;
		sum += pps;
		n++;
		*highest = pps > *highest ? pps : *highest;
	}
	return sum / n;
}

static const struct {
	double limit, loss;
} ways[] = {
	{200e3, 0},   {200e3, 0.01}, {200e3, 0.05}, {40e3, 0},
	{40e3, 0.02}, {1e6, 0},      {1e6, 0.1},    {5e6, 0.01},
};

START_TEST(it_settles_a_little_below_what_the_way_carries)
{
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct way w = {ways[_i].limit, ways[_i].loss, 1e9, 256, seed};
		double highest, mean = run(&w, 0, 120, &highest);

		ck_assert_double_ge(mean, 0.8 * w.limit);
		/* A constant loss hides a rate that exceeds the limit by as much. */
		ck_assert_double_le(mean, w.limit * (1 + w.loss));
		ck_assert_double_le(highest, 1.35 * w.limit);
	}
}
END_TEST

START_TEST(losses_that_are_always_there_cost_no_rate)
{
	static const double losses[] = {0, 0.01, 0.05, 0.2};

	for (uint64_t seed = 0; seed < 50; seed++) {
		struct way w = {1e12, losses[_i], 1e9, 256, seed};
		double highest;

		ck_assert_double_ge(run(&w, 3e6, 60, &highest), 0.9 * 3e6);
	}
}
END_TEST

START_TEST(it_never_goes_above_what_is_allowed)
{
	struct way w = {1e12, 0, 1e9, 256, 1};
	double highest;

	ck_assert_double_eq(run(&w, 70e3, 60, &highest), 70e3);
	ck_assert_double_eq(highest, 70e3);
}
END_TEST

START_TEST(it_stops_rising_where_the_machine_sends_no_faster)
{
	struct way w = {1e12, 0, 500e3, 256, 1};
	struct auto_signal s = {.known = 256, .answered = 1000, .measured_pps = 500e3};
	struct auto_rate a;

	auto_rate_init(&a, 0, 0);
	for (s.now_us = TICK_US; s.now_us < 60 * SECOND_US; s.now_us += TICK_US) {
		s.measured_pps = a.pps < w.machine ? a.pps : w.machine;
		auto_rate_update(&a, &s);
	}
	ck_assert_double_le(a.pps, 1200e3);
}
END_TEST

/* For five seconds, other programs take the time of the processor: few packets are sent, and
 * answers are lost in full buffers. */
START_TEST(it_blames_no_way_for_a_machine_that_starves)
{
	static const int starts[] = {1, 5, 30};
	struct way w = {200e3, 0, 1e9, 256, 3};
	struct auto_signal s = {.known = 256};
	int64_t began = 0, start = starts[_i] * (int64_t)SECOND_US;
	struct auto_rate a;
	double pps, sum = 0;

	auto_rate_init(&a, 0, 0);
	for (s.now_us = TICK_US; s.now_us < 60 * SECOND_US; s.now_us += TICK_US) {
		bool starved = s.now_us > start && s.now_us < start + 5 * SECOND_US;

		pps = starved ? a.pps / 20 : a.pps;
		for (unsigned i = 0; s.now_us - began > LAG * TICK_US && i < ASKED; i++) {
			bool lost = is_lost(&w, pps) || (starved && chance(&w) < 0.5);

			s.lost += lost;
			s.answered += !lost;
		}
		s.measured_pps = pps;
		if (auto_rate_update(&a, &s)) {
			s.answered = s.lost = 0;
			began = s.now_us;
		}
		if (s.now_us > 45 * SECOND_US)
			sum += a.pps / 150;
	}
	ck_assert_double_ge(sum, 0.8 * w.limit);
	ck_assert_double_le(sum, w.limit);
}
END_TEST

START_TEST(where_nobody_answers_it_stays_at_the_default)
{
	struct way w = {1e12, 0, 1e9, 0, 1};
	double highest;

	run(&w, 0, 60, &highest);
	ck_assert_double_eq(highest, 10000);
}
END_TEST

/* ---- who is asked ---------------------------------------------------------------------------- */

START_TEST(a_host_counts_once_its_time_is_over)
{
	static struct loss_probes s;
	struct dp_addr a = dp_addr_v4(0xc6120001), b = dp_addr_v4(0xc6120002);

	s = (struct loss_probes){.count = 0};
	loss_probe_add(&s, &a, 80);
	loss_probe_add(&s, &a, 80);
	loss_probe_add(&s, &b, 80);
	ck_assert_uint_eq(s.count, 2);
	ck_assert_ptr_nonnull(loss_probe_due(&s, 1000));
	ck_assert_ptr_nonnull(loss_probe_due(&s, 1000));
	ck_assert_ptr_null(loss_probe_due(&s, 1000));
	loss_probe_answer(&s, &a, 80, 500);
	loss_probe_answer(&s, &b, 80, 1000000); /* an answer to an earlier probe */
	loss_probe_settle(&s, 200000);
	ck_assert_uint_eq(s.answered + s.lost, 0);
	loss_probe_settle(&s, 400000);
	ck_assert_uint_eq(s.answered, 1);
	ck_assert_uint_eq(s.lost, 1);
}
END_TEST

START_TEST(what_was_asked_at_another_rate_does_not_count)
{
	static struct loss_probes s;
	struct dp_addr a = dp_addr_v4(0xc6120001);

	s = (struct loss_probes){.count = 0};
	loss_probe_add(&s, &a, 80);
	ck_assert_ptr_nonnull(loss_probe_due(&s, 1000));
	loss_probe_turn(&s);
	loss_probe_settle(&s, 400000);
	ck_assert_uint_eq(s.answered + s.lost, 0);
	ck_assert_ptr_nonnull(loss_probe_due(&s, 500000));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, it_settles_a_little_below_what_the_way_carries, 0,
	                    (int)(sizeof(ways) / sizeof(ways[0])));
	tcase_add_loop_test(tc, losses_that_are_always_there_cost_no_rate, 0, 4);
	tcase_add_test(tc, it_never_goes_above_what_is_allowed);
	tcase_add_test(tc, it_stops_rising_where_the_machine_sends_no_faster);
	tcase_add_loop_test(tc, it_blames_no_way_for_a_machine_that_starves, 0, 3);
	tcase_add_test(tc, where_nobody_answers_it_stays_at_the_default);
	tcase_add_test(tc, a_host_counts_once_its_time_is_over);
	tcase_add_test(tc, what_was_asked_at_another_rate_does_not_count);
	return suite_run("auto_rate", tc);
}
