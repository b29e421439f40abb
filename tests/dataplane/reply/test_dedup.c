/* SPDX-License-Identifier: Apache-2.0 */
/* test_dedup.c - claims about recognising duplicates, against a list searched from end to end. */
#include "suite.h"

#include <string.h>

#include "dedup.h"
#include "splitmix.h"

enum { WINDOW = 64 };

struct model {
	uint64_t key[WINDOW];
	unsigned count;
};

static bool model_add(struct model *m, uint64_t key)
{
	for (unsigned i = 0; i < m->count; i++)
		if (m->key[i] == key)
			return false;
	if (m->count == WINDOW)
		memmove(m->key, m->key + 1, (--m->count) * sizeof(key));
	m->key[m->count++] = key;
	return true;
}

START_TEST(dedup_is_exact_over_its_window)
{
	const uint8_t secret[16] = {(uint8_t)_i};
	uint64_t seed = (uint64_t)_i;
	void *mem = malloc(dedup_size(WINDOW));
	struct model m = {.count = 0};
	struct dedup d;
	unsigned wrong = 0;

	dedup_init(&d, mem, WINDOW, secret);
	for (int i = 0; i < 200000; i++) {
		/* Keys from ranges narrower and wider than the window. */
		uint64_t key = 1 + splitmix(&seed) % (i / 1000 % 2 != 0 ? 80 : 300);

		key <<= _i % 3 * 20;
		wrong += dedup_add(&d, key) != model_add(&m, key);
	}
	ck_assert_uint_eq(wrong, 0);
	free(mem);
}
END_TEST

static struct dp_result reply(void)
{
	struct dp_result r = {.port = 443, .transport = DP_TRANSPORT_TCP, .reply = DP_REPLY_OPEN};

	r.addr = (struct dp_addr){{[10] = 255, 255, 192, 0, 2, 1}};
	return r;
}

START_TEST(dedup_keys_differ_in_target_reply_and_pass)
{
	const uint8_t secret[16] = "dedup";
	void *mem = malloc(dedup_size(WINDOW));
	struct dedup d;
	struct dp_result r = reply();

	dedup_init(&d, mem, WINDOW, secret);
	for (int family = 0; family < 2; family++) {
		r = reply();
		r.addr.b[0] = (uint8_t)(family * 0x20);
		ck_assert(dedup_add(&d, dedup_key(&d, &r)));
		ck_assert(!dedup_add(&d, dedup_key(&d, &r)));
		r.ttl = 9;
		r.time_us = 77;
		ck_assert(!dedup_add(&d, dedup_key(&d, &r)));
		r.port++;
		ck_assert(dedup_add(&d, dedup_key(&d, &r)));
		r.addr.b[15]++;
		ck_assert(dedup_add(&d, dedup_key(&d, &r)));
		r.transport = DP_TRANSPORT_UDP;
		ck_assert(dedup_add(&d, dedup_key(&d, &r)));
		r.reply = DP_REPLY_CLOSED;
		ck_assert(dedup_add(&d, dedup_key(&d, &r)));
		r.pass = 1;
		dedup_prefetch(&d, dedup_key(&d, &r));
		ck_assert(dedup_add(&d, dedup_key(&d, &r)));
	}
	free(mem);
}
END_TEST

START_TEST(dedup_takes_powers_of_two_only)
{
	ck_assert_uint_eq(dedup_size(0), 0);
	ck_assert_uint_eq(dedup_size(8), 0);
	ck_assert_uint_eq(dedup_size(100), 0);
	ck_assert_uint_eq(dedup_size((uint64_t)1 << 29), 0);
	ck_assert_uint_eq(dedup_size(1 << 16), (1 << 16) * 24);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, dedup_is_exact_over_its_window, 0, 12);
	tcase_add_test(tc, dedup_keys_differ_in_target_reply_and_pass);
	tcase_add_test(tc, dedup_takes_powers_of_two_only);
	return suite_run("dedup", tc);
}
