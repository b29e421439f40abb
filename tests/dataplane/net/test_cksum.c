/* SPDX-License-Identifier: Apache-2.0 */
/* test_cksum.c - claims about the Internet checksum. */
#include "splitmix.h"
#include "suite.h"

#include "cksum.h"

START_TEST(cksum_matches_the_example_of_rfc_1071)
{
	static const uint8_t data[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

	ck_assert_uint_eq(cksum_fold(cksum_add(0, data, sizeof(data))), 0xddf2);
	ck_assert_uint_eq(cksum_finish(cksum_add(0, data, sizeof(data))), 0x220d);
	ck_assert_uint_eq(cksum_fold(cksum_add(0, data, 3)), 0xf201);
}
END_TEST

START_TEST(cksum_update_equals_a_new_sum)
{
	uint64_t seed = 3;
	uint8_t data[64];
	unsigned wrong = 0;

	for (int i = 0; i < 100000; i++) {
		unsigned at = (unsigned)(splitmix(&seed) % 32) * 2;
		uint16_t is = (uint16_t)splitmix(&seed);
		uint16_t was;
		uint16_t field;

		for (unsigned k = 0; k < sizeof(data); k++)
			data[k] = i % 3 == 0 ? 0xff : (uint8_t)splitmix(&seed);
		was = (uint16_t)((data[at] << 8) | data[at + 1]);
		field = cksum_finish(cksum_add(0, data, sizeof(data)));
		data[at] = (uint8_t)(is >> 8);
		data[at + 1] = (uint8_t)is;
		wrong += cksum_update(field, was, is) !=
		         cksum_finish(cksum_add(0, data, sizeof(data)));
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(cksum_fold_takes_any_sum)
{
	ck_assert_uint_eq(cksum_fold(0), 0);
	ck_assert_uint_eq(cksum_fold(0xffff), 0xffff);
	ck_assert_uint_eq(cksum_fold(UINT64_MAX), 0xffff);
	ck_assert_uint_eq(cksum_fold(0xffffffff00000001), 1);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, cksum_matches_the_example_of_rfc_1071);
	tcase_add_test(tc, cksum_update_equals_a_new_sum);
	tcase_add_test(tc, cksum_fold_takes_any_sum);
	return suite_run("cksum", tc);
}
