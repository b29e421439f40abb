/* SPDX-License-Identifier: Apache-2.0 */
/* test_coverage.c - claims about the estimate of missed ports, on simulated networks of known
 * loss. */
#include <stdio.h>
#include <stdlib.h>

#include "coverage.h"
#include "dp.h"
#include "splitmix.h"
#include "suite.h"

struct wire {
	unsigned open, passes;
	double loss;       /* of probes */
	double reply_loss; /* of their answers */
};

enum { RUNS = 400 };

static const struct wire wires[] = {
	{6500, 2, 0.05},       {6500, 2, 0.01}, {400, 2, 0.05},        {60, 2, 0.05},
	{20000, 2, 0.3},       {6500, 3, 0.05}, {6500, 4, 0.3},        {300, 3, 0.2},
	{1000, 2, 0},          {20, 2, 0.01},   {6500, 2, 0.05, 0.05}, {300, 2, 0.05, 0.05},
	{6500, 3, 0.05, 0.05},
};

static bool happens(uint64_t *state, double chance)
{
	return (double)(splitmix(state) >> 11) * 0x1p-53 < chance;
}

/* Simulate one scan. Returns whether the estimated interval holds the true number of missed
 * ports. */
static bool holds(const struct wire *w, uint64_t *state, double *width)
{
	struct coverage *c = coverage_new(w->passes);
	struct coverage_counts n;
	struct coverage_estimate e;
	double missed;

	ck_assert_ptr_nonnull(c);
	for (unsigned pass = 0; pass < w->passes; pass++)
		for (unsigned i = 0; i < w->open; i++) {
			struct dp_addr a = dp_addr_v4(0xc6120000 + i);

			if (!happens(state, w->loss) && !happens(state, w->reply_loss))
				coverage_note(c, &a, 80, pass);
		}
	coverage_counts(c, &n);
	coverage_free(c);
	ck_assert(coverage_estimate(&n, &e));
	ck_assert(e.low >= 0 && e.low <= e.missed && e.missed <= e.high);
	missed = (double)(w->open - n.seen);
	*width = e.high - e.low;
	return missed >= e.low && missed <= e.high;
}

START_TEST(coverage_interval_holds_the_truth_in_19_of_20_scans)
{
	const struct wire *w = &wires[_i];
	uint64_t state = (uint64_t)_i;
	unsigned held = 0;
	double width = 0;

	for (int run = 0; run < RUNS; run++)
		held += holds(w, &state, &width);
	printf("  %5u open, %u passes, losses of %.2f and %.2f: %u of %d\n", w->open, w->passes,
	       w->loss, w->reply_loss, held, RUNS);
	ck_assert_msg(held >= RUNS * 19 / 20,
	              "%u held with %u open, %u passes, loss %.2f, last width %.1f", held, w->open,
	              w->passes, w->loss, width);
}
END_TEST

START_TEST(coverage_interval_is_narrow_enough_to_tell_something)
{
	const struct wire w = {6500, 2, 0.05};
	uint64_t state = 7;
	double width;

	for (int run = 0; run < 20; run++) {
		holds(&w, &state, &width);
		ck_assert_double_lt(width, 30); /* of 16 missed on average */
	}
}
END_TEST

START_TEST(coverage_knows_each_port_once)
{
	struct coverage *c = coverage_new(2);
	struct coverage_counts n;

	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < 5000; i++) {
			struct dp_addr v4 = dp_addr_v4(0xc6120000 + i / 3), v6;

			ck_assert_int_eq(dp_addr_parse("2001:db8::1", &v6), 0);
			v6 = dp_addr_add(&v6, i);
			ck_assert_int_eq(coverage_note(c, &v4, (uint16_t)(i % 3), pass), pass == 0);
			ck_assert_int_eq(coverage_note(c, &v6, 443, pass), pass == 0);
			ck_assert(!coverage_note(c, &v6, 443, pass));
		}
	coverage_counts(c, &n);
	ck_assert_uint_eq(n.seen, 10000);
	ck_assert_uint_eq(n.by_pass[0], 10000);
	ck_assert_uint_eq(n.times[1], 0);
	ck_assert_uint_eq(n.times[2], 10000);
	coverage_free(c);
}
END_TEST

/* Two IPv6 ports whose addresses differ by as much as their numbers are two ports. */
START_TEST(coverage_tells_a_port_from_an_address)
{
	struct coverage *c = coverage_new(2);
	struct coverage_counts n;

	for (unsigned port = 1; port < 2000; port++) {
		struct dp_addr a = {{0x20, 1, 0xd, 0xb8}};

		for (int at = 0; at < 16; at += 2) {
			struct dp_addr b = a;

			b.b[at] ^= (uint8_t)port;
			b.b[at + 1] ^= (uint8_t)(port >> 8);
			ck_assert_msg(coverage_note(c, &b, (uint16_t)port, 0), "bytes %d, port %u",
			              at, port);
		}
	}
	coverage_counts(c, &n);
	ck_assert_uint_eq(n.seen, 1999 * 8);
	coverage_free(c);
}
END_TEST

START_TEST(coverage_admits_what_it_cannot_know)
{
	struct dp_addr a = dp_addr_v4(0xc6120001);
	struct coverage *one = coverage_new(1), *two = coverage_new(2);
	struct coverage_counts n;
	struct coverage_estimate e;

	coverage_note(one, &a, 80, 0);
	coverage_counts(one, &n);
	ck_assert(!coverage_estimate(&n, &e));
	coverage_counts(two, &n);
	ck_assert(!coverage_estimate(&n, &e));
	coverage_known(two, &a, 80);
	ck_assert(!coverage_note(two, &a, 80, 1));
	coverage_counts(two, &n);
	ck_assert_uint_eq(n.seen, 1);
	ck_assert_ptr_nonnull(n.unknown);
	ck_assert(!coverage_estimate(&n, &e));
	coverage_free(one);
	coverage_free(two);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("coverage");

	tcase_add_loop_test(t, coverage_interval_holds_the_truth_in_19_of_20_scans, 0,
	                    (int)(sizeof(wires) / sizeof(wires[0])));
	tcase_add_test(t, coverage_interval_is_narrow_enough_to_tell_something);
	tcase_add_test(t, coverage_knows_each_port_once);
	tcase_add_test(t, coverage_tells_a_port_from_an_address);
	tcase_add_test(t, coverage_admits_what_it_cannot_know);
	return suite_run("coverage", t);
}
