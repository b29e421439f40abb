/* SPDX-License-Identifier: Apache-2.0 */
/* test_cookie.c - claims about the keyed tag of a target. */
#include "suite.h"

#include <string.h>

#include "cookie.h"

/* Published with the designer's reference implementation of Chaskey-12 (chaskey12.c, N. Mouha):
 * messages 00 01 02 ... of 16, 32 and 48 bytes. */
static const uint32_t vector_key[4] = {0x833d3433, 0x009f389f, 0x2398e64f, 0x417acf39};
static const struct {
	unsigned words;
	uint32_t tag[4];
} vectors[] = {
	{4, {0x5dd0e2a9, 0xfb5eac8c, 0x633a392e, 0x500c36f3}},
	{8, {0x77962784, 0x07c647fa, 0xdd752c0f, 0xd2f5a799}},
	{12, {0xf36e748b, 0x8f34677f, 0x1e00ba1b, 0xdd7da46d}},
};

START_TEST(cookie_tags_match_published_vectors)
{
	struct cookie_key k;
	uint8_t key[16];
	uint8_t bytes[48];
	uint32_t msg[12];
	uint32_t tag[4];

	for (int i = 0; i < 48; i++)
		bytes[i] = (uint8_t)i;
	memcpy(key, vector_key, sizeof(key));
	memcpy(msg, bytes, sizeof(msg));
	cookie_key_init(&k, key);
	cookie_tag(&k, msg, vectors[_i].words, tag);
	ck_assert_mem_eq(tag, vectors[_i].tag, sizeof(tag));
}
END_TEST

static int bits(const struct cookie *a, const struct cookie *b)
{
	return __builtin_popcount(a->seq ^ b->seq) + __builtin_popcount(a->port_lot ^ b->port_lot);
}

/* Any one bit of key, address, port or transport changes about half of the 64 bits that are used. */
START_TEST(cookie_depends_on_every_bit_of_key_and_target)
{
	uint8_t key[16] = "key of the scan";
	struct cookie_key k;
	struct cookie a;
	struct cookie b;
	int flipped = 0;

	cookie_key_init(&k, key);
	a = cookie_v4(&k, 0xc6120001, 443, 6);
	for (int i = 0; i < 32 + 16 + 8 + 128; i++) {
		struct cookie_key other = k;

		if (i >= 56) {
			key[(i - 56) / 8] ^= (uint8_t)(1 << (i % 8));
			cookie_key_init(&other, key);
			key[(i - 56) / 8] ^= (uint8_t)(1 << (i % 8));
		}
		b = cookie_v4(&other, 0xc6120001 ^ (i < 32 ? 1u << i : 0),
			      (uint16_t)(443 ^ (i >= 32 && i < 48 ? 1 << (i - 32) : 0)),
			      (uint8_t)(6 ^ (i >= 48 && i < 56 ? 1 << (i - 48) : 0)));
		ck_assert_int_gt(bits(&a, &b), 12);
		ck_assert_int_lt(bits(&a, &b), 52);
		flipped += bits(&a, &b);
	}
	ck_assert_int_gt(flipped, 184 * 30);
	ck_assert_int_lt(flipped, 184 * 34);
}
END_TEST

START_TEST(cookie_of_ipv6_binds_all_sixteen_bytes)
{
	const uint8_t key[16] = "key of the scan";
	uint8_t addr[16] = {0x20, 0x01, 0x0d, 0xb8};
	struct cookie_key k;
	struct cookie a;

	cookie_key_init(&k, key);
	a = cookie_v6(&k, addr, 443, 6);
	for (int i = 0; i < 128; i++) {
		struct cookie b;

		addr[i / 8] ^= (uint8_t)(1 << (i % 8));
		b = cookie_v6(&k, addr, 443, 6);
		addr[i / 8] ^= (uint8_t)(1 << (i % 8));
		ck_assert_int_gt(bits(&a, &b), 10);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, cookie_tags_match_published_vectors, 0, 3);
	tcase_add_test(tc, cookie_depends_on_every_bit_of_key_and_target);
	tcase_add_test(tc, cookie_of_ipv6_binds_all_sixteen_bytes);
	return suite_run("cookie", tc);
}
