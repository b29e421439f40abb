/* SPDX-License-Identifier: Apache-2.0 */
/* test_cookie.c - claims about the keyed tag of a target. */
#include "suite.h"

#include <stdbool.h>
#include <string.h>

#include "cookie.h"
#include "probe_batch.h"

/* NIST SP 800-38A, F.2.1: AES-128 in CBC mode. The tag of the first n blocks is ciphertext block
 * n. The initialisation vector, which CBC chains to the first block, is made part of the message
 * here. */
static const uint8_t vector_key[16] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                       0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
static const uint8_t vector_iv[16] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
                                      0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f};
static const uint8_t vector_text[4][16] = {
	{0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17,
         0x2a},
	{0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03, 0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac, 0x45, 0xaf, 0x8e,
         0x51},
	{0x30, 0xc8, 0x1c, 0x46, 0xa3, 0x5c, 0xe4, 0x11, 0xe5, 0xfb, 0xc1, 0x19, 0x1a, 0x0a, 0x52,
         0xef},
	{0xf6, 0x9f, 0x24, 0x45, 0xdf, 0x4f, 0x9b, 0x17, 0xad, 0x2b, 0x41, 0x7b, 0xe6, 0x6c, 0x37,
         0x10},
};
static const uint8_t vector_tag[4][16] = {
	{0x76, 0x49, 0xab, 0xac, 0x81, 0x19, 0xb2, 0x46, 0xce, 0xe9, 0x8e, 0x9b, 0x12, 0xe9, 0x19,
         0x7d},
	{0x50, 0x86, 0xcb, 0x9b, 0x50, 0x72, 0x19, 0xee, 0x95, 0xdb, 0x11, 0x3a, 0x91, 0x76, 0x78,
         0xb2},
	{0x73, 0xbe, 0xd6, 0xb8, 0xe3, 0xc1, 0x74, 0x3b, 0x71, 0x16, 0xe6, 0x9e, 0x22, 0x22, 0x95,
         0x16},
	{0x3f, 0xf1, 0xca, 0xa1, 0x68, 0x1f, 0xac, 0x09, 0x12, 0x0e, 0xca, 0x30, 0x75, 0x86, 0xe1,
         0xa7},
};

START_TEST(cookie_tags_match_published_vectors)
{
	uint8_t bytes[64];
	struct cookie_key k;
	uint32_t msg[16];
	uint32_t tag[4];

	memcpy(bytes, vector_text, sizeof(bytes));
	for (int i = 0; i < 16; i++)
		bytes[i] ^= vector_iv[i];
	memcpy(msg, bytes, sizeof(msg));
	cookie_key_init(&k, vector_key);
	cookie_tag(&k, msg, 4 * ((unsigned)_i + 1), tag);
	ck_assert_mem_eq(tag, vector_tag[_i], sizeof(tag));
}
END_TEST

static int bits(const struct cookie *a, const struct cookie *b)
{
	return __builtin_popcount(a->seq ^ b->seq) +
	       __builtin_popcount(a->port_random ^ b->port_random);
}

/* Changing any one bit of key, address, port or transport changes about half of the 64 bits that
 * are used. */
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

static const struct {
	cookie_batch_fn batch;
	const char *needs;
} batches[] = {
	{cookie_batch_plain, NULL},  {cookie_batch_scalar, NULL},     {cookie_batch_avx2, "avx2"},
	{cookie_batch_vaes, "vaes"}, {cookie_batch_avx512, "avx512"},
};

static bool runs_here(const char *needs)
{
	if (needs == NULL)
		return true;
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("aes"))
		return false;
	if (strcmp(needs, "avx2") == 0)
		return true;
	if (!aes_is_wide())
		return false;
	return strcmp(needs, "vaes") == 0 ||
	       (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
	        __builtin_cpu_supports("avx512vl"));
}

START_TEST(cookie_batches_agree_with_one_at_a_time)
{
	struct cookie_batch b = {.n = 0};
	struct cookie_key k;

	if (!runs_here(batches[_i].needs))
		return;
	cookie_key_init(&k, (const uint8_t *)"key of the scan ");
	for (b.n = 1; b.n <= COOKIE_BATCH; b.n++) {
		for (unsigned i = 0; i < b.n; i++) {
			b.addr[i] = (b.n * 64 + i) * 0x9e3779b9u;
			b.word[i] = cookie_port_word((uint16_t)(b.addr[i] >> 7), 6 + 11 * (i % 2));
		}
		batches[_i].batch(&k, &b);
		for (unsigned i = 0; i < b.n; i++) {
			struct cookie c = cookie_v4(&k, b.addr[i], (uint16_t)b.word[i],
			                            (uint8_t)(b.word[i] >> 16));

			ck_assert_uint_eq(b.seq[i], c.seq);
			ck_assert_uint_eq(b.port_random[i], c.port_random);
			ck_assert_uint_eq(b.source_random[i], c.source_random);
		}
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, cookie_tags_match_published_vectors, 0, 4);
	tcase_add_test(tc, cookie_depends_on_every_bit_of_key_and_target);
	tcase_add_test(tc, cookie_of_ipv6_binds_all_sixteen_bytes);
	tcase_add_loop_test(tc, cookie_batches_agree_with_one_at_a_time, 0,
	                    (int)(sizeof(batches) / sizeof(*batches)));
	return suite_run("cookie", tc);
}
