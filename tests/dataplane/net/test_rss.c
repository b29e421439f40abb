/* SPDX-License-Identifier: Apache-2.0 */
/* test_rss.c - claims about the RSS key, with the hash that NICs compute with it. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "rss.h"
#include "splitmix.h"
#include "suite.h"

enum { KEY_LEN = 40, TUPLE_LEN = 12, TABLE = 128, ANSWERS = 1 << 16 };

/* The 32 bits of the key from bit @bit on. */
static uint32_t window(const uint8_t *key, unsigned bit)
{
	uint64_t w = 0;

	for (unsigned i = 0; i < 5; i++)
		w = w << 8 | key[bit / 8 + i];
	return (uint32_t)(w >> (8 - bit % 8));
}

/* The Toeplitz hash as in the NICs' data sheets, bit by bit. */
static uint32_t hash(const uint8_t *key, const uint8_t tuple[TUPLE_LEN])
{
	uint32_t h = 0;

	for (unsigned bit = 0; bit < 8 * TUPLE_LEN; bit++)
		if (tuple[bit / 8] >> (7 - bit % 8) & 1)
			h ^= window(key, bit);
	return h;
}

static void put(uint8_t *at, uint32_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
}

/* Make the tuple of an answer: from a target's port to our address and one of our source ports. */
static void make_tuple(uint8_t t[TUPLE_LEN], uint32_t target, uint16_t port, uint16_t source_port)
{
	put(t, target, 4);
	put(t + 4, 0xc6120001, 4);
	put(t + 8, port, 2);
	put(t + 10, source_port, 2);
}

/* Count how 65,536 answers spread over @queues with a table as port.c fills it: answers of one host
 * from many ports if @many_ports, else of neighbouring hosts from one port. */
static void spread(unsigned queues, bool many_ports, uint64_t count[])
{
	uint8_t key[KEY_LEN], tuple[TUPLE_LEN];
	uint64_t state = 1;

	rss_key(key, sizeof(key));
	memset(count, 0, queues * sizeof(count[0]));
	for (unsigned i = 0; i < ANSWERS; i++) {
		uint16_t port = many_ports ? (uint16_t)i : 443;
		uint32_t target = many_ports ? 0x0a000001 : 0x0a000000 + i;

		make_tuple(tuple, target, port, (uint16_t)(61000 + splitmix(&state) % 4532));
		count[hash(key, tuple) % TABLE % queues]++;
	}
}

static const struct {
	unsigned queues;
	bool many_ports;
} spreads[] = {
	{2, false}, {2, true}, {4, false},  {4, true},
	{8, false}, {8, true}, {16, false}, {16, true},
};

/* A table of 128 gives each of 16 queues 8 entries. So the shares are equal up to chance; five
 * standard deviations are allowed. */
START_TEST(rss_key_spreads_answers_evenly)
{
	unsigned queues = spreads[_i].queues;
	double mean = (double)ANSWERS / queues, limit = 5 * sqrt(mean);
	uint64_t count[16];

	spread(queues, spreads[_i].many_ports, count);
	for (unsigned q = 0; q < queues; q++)
		ck_assert_msg(fabs((double)count[q] - mean) < limit,
		              "queue %u of %u: %lu, not %.0f", q, queues, (unsigned long)count[q],
		              mean);
}
END_TEST

/* A longer key continues a shorter one, and no two windows of the key are equal. */
START_TEST(rss_key_is_fixed_and_never_repeats)
{
	uint8_t short_key[40], long_key[52];

	rss_key(short_key, sizeof(short_key));
	rss_key(long_key, sizeof(long_key));
	ck_assert_mem_eq(short_key, long_key, sizeof(short_key));
	for (unsigned a = 0; a < 8 * (sizeof(long_key) - 5); a++)
		for (unsigned b = 0; b < a; b++)
			ck_assert_uint_ne(window(long_key, a), window(long_key, b));
}
END_TEST

/* Checks the hash of this test itself, with the verification suite of Microsoft's "RSS hashing
 * functions". */
START_TEST(rss_test_computes_the_hash_of_the_nics)
{
	static const uint8_t key[KEY_LEN] = {
		0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
		0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
		0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
	};
	uint8_t t[TUPLE_LEN];

	/* 66.9.149.187:2794 -> 161.142.100.80:1766 */
	put(t, 0x420995bb, 4);
	put(t + 4, 0xa18e6450, 4);
	put(t + 8, 2794, 2);
	put(t + 10, 1766, 2);
	ck_assert_uint_eq(hash(key, t), 0x51ccc178);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("rss");

	tcase_add_test(tc, rss_test_computes_the_hash_of_the_nics);
	tcase_add_loop_test(tc, rss_key_spreads_answers_evenly, 0,
	                    sizeof(spreads) / sizeof(spreads[0]));
	tcase_add_test(tc, rss_key_is_fixed_and_never_repeats);
	return suite_run("rss", tc);
}
