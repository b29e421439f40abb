/* SPDX-License-Identifier: Apache-2.0 */
/* test_aes.c - claims about one block of AES-128. */
#include "suite.h"

#include <string.h>

#include "aes.h"

static const struct {
	uint8_t key[16], plain[16], cipher[16];
} vectors[] = {
	/* FIPS 197, appendix B */
	{{0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f,
          0x3c},
         {0x32, 0x43, 0xf6, 0xa8, 0x88, 0x5a, 0x30, 0x8d, 0x31, 0x31, 0x98, 0xa2, 0xe0, 0x37, 0x07,
          0x34},
         {0x39, 0x25, 0x84, 0x1d, 0x02, 0xdc, 0x09, 0xfb, 0xdc, 0x11, 0x85, 0x97, 0x19, 0x6a, 0x0b,
          0x32}},
	/* FIPS 197, appendix C.1 */
	{{0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e,
          0x0f},
         {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee,
          0xff},
         {0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30, 0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5,
          0x5a}},
};

START_TEST(aes_gives_the_published_blocks)
{
	struct aes_key k;
	uint8_t out[16];

	aes_key_init(&k, vectors[_i].key);
	aes_encrypt(&k, vectors[_i].plain, out);
	ck_assert_mem_eq(out, vectors[_i].cipher, sizeof(out));
}
END_TEST

/* Each result is the next text and every third one the next key, so that any difference
 * persists. */
START_TEST(aes_by_instructions_equals_aes_in_software)
{
	aes_fn best = aes_best();
	uint8_t a[16] = {0}, b[16] = {0}, key[16] = {0};

	for (int i = 0; i < 10000; i++) {
		struct aes_key k;

		aes_key_init(&k, key);
		aes_encrypt(&k, a, a);
		best(&k, b, b);
		ck_assert_mem_eq(a, b, sizeof(a));
		if (i % 3 == 0)
			memcpy(key, a, sizeof(key));
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, aes_gives_the_published_blocks, 0,
	                    (int)(sizeof(vectors) / sizeof(*vectors)));
	tcase_add_test(tc, aes_by_instructions_equals_aes_in_software);
	return suite_run("aes", tc);
}
