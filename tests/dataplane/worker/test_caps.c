/* SPDX-License-Identifier: Apache-2.0 */
/* test_caps.c - claims about the cap of a prefix, with a clock of the test's own. */
#include "splitmix.h"
#include "suite.h"

#include "caps.h"
#include "dp.h"

enum { HZ = 1000000000, NETS = 8, SECONDS = 30, PACKETS_MAX = NETS * SECONDS * 2000 };

static const struct {
	double pps;
	unsigned workers;
} shares[] = {{100, 1}, {1, 1}, {0.5, 2}, {1000, 3}, {37, 4}};

/* Act as a worker that always wants to send: draw a prefix at random and wait until it is allowed.
 * Returns the number of packets. */
static unsigned send_all(struct caps *c, uint64_t sent[NETS][PACKETS_MAX / NETS], unsigned n[NETS],
                         uint64_t seed)
{
	uint64_t now = HZ, end = now + (uint64_t)SECONDS * HZ;
	unsigned all = 0;

	while (now < end) {
		unsigned net = (unsigned)(splitmix(&seed) % NETS);
		uint32_t addr = 0x0a000000 + (net << 8) + (uint8_t)splitmix(&seed);
		uint64_t wait = caps_take(c, caps_v4(c, addr), now);

		if (wait != 0) {
			ck_assert_uint_gt(wait, now);
			now = wait;
			ck_assert_uint_eq(caps_take(c, caps_v4(c, addr), now), 0);
		}
		sent[net][n[net]++] = now;
		all++;
		now += splitmix(&seed) % 1000;
	}
	return all;
}

START_TEST(caps_hold_in_every_window_for_every_prefix)
{
	static uint64_t sent[NETS][PACKETS_MAX / NETS];
	const struct dp_rate_cap cap = {.pps = shares[_i].pps, .len4 = 24, .len6 = 48};
	double pps = cap.pps / shares[_i].workers;
	unsigned burst = pps / 10 > 4 ? (unsigned)(pps / 10) : 4;
	struct caps *c =
		caps_new(&cap, shares[_i].workers, HZ, (const uint8_t *)"key of the scan ");
	unsigned n[NETS] = {0}, all = send_all(c, sent, n, (uint64_t)_i);

	for (unsigned net = 0; net < NETS; net++)
		for (unsigned i = 0; i < n[net]; i++)
			for (unsigned j = i + burst; j < n[net]; j += burst) {
				double seconds = (double)(sent[net][j] - sent[net][i]) / HZ;

				/* Between two packets there are at most as many as the time allows,
				 * and a burst. */
				ck_assert_msg(j - i <= seconds * pps + burst + 1e-3, "%u in %f s",
				              j - i, seconds);
			}
	/* Waiting for one prefix costs rate, but at most half of what is allowed. */
	ck_assert_double_ge(all, 0.5 * pps * SECONDS * NETS);
	caps_free(c);
}
END_TEST

START_TEST(caps_know_prefixes_by_their_length)
{
	const struct dp_rate_cap cap = {.pps = 1, .len4 = 24, .len6 = 64};
	struct caps *c = caps_new(&cap, 1, HZ, (const uint8_t *)"key of the scan ");
	const uint8_t a[16] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 1};
	const uint8_t same[16] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 2, 9};
	const uint8_t other[16] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 2, 1};

	ck_assert_ptr_eq(caps_v4(c, 0xc6120001), caps_v4(c, 0xc61200ff));
	ck_assert_ptr_ne(caps_v4(c, 0xc6120001), caps_v4(c, 0xc6120101));
	ck_assert_ptr_eq(caps_v6(c, a), caps_v6(c, same));
	ck_assert_ptr_ne(caps_v6(c, a), caps_v6(c, other));
	caps_free(c);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, caps_hold_in_every_window_for_every_prefix, 0,
	                    (int)(sizeof(shares) / sizeof(*shares)));
	tcase_add_test(tc, caps_know_prefixes_by_their_length);
	return suite_run("caps", tc);
}
