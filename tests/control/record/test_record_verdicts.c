/* SPDX-License-Identifier: Apache-2.0 */
/* test_record_verdicts.c - claims about the encoding of a set of verdicts, and about its key. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "record.h"
#include "suite.h"

static struct vd_verdict two[2];

static void setup(void)
{
	memset(two, 0, sizeof(two));
	for (int i = 0; i < 2; i++) {
		snprintf(two[i].cve, sizeof(two[i].cve), "CVE-2024-000%d", i + 1);
		two[i].kind = VD_AFFECTED;
		two[i].epss = -1;
	}
}

static const struct {
	uint32_t count, candidates;
	uint8_t format;
} cases[] = {{0, 0, 1}, {2, 0, 1}, {0, 1, 2}, {0, 131, 2}, {1, 70000, 2}, {2, UINT32_MAX, 2}};

START_TEST(a_set_is_read_as_it_was_written)
{
	const struct record_verdicts in = {two, cases[_i].count, cases[_i].candidates};
	struct record_verdicts out;
	struct bytes b = {0};

	record_encode_verdicts(&in, &b);
	ck_assert(!b.failed);
	ck_assert_uint_eq(b.data[0], cases[_i].format);
	ck_assert_int_eq(record_decode_verdicts(b.data, b.len, &out), 0);
	ck_assert_uint_eq(out.count, in.count);
	ck_assert_uint_eq(out.candidates, in.candidates);
	ck_assert_mem_eq(out.list, two, in.count * sizeof(two[0]));
	free(out.list);
	for (size_t len = 0; len < b.len; len++)
		ck_assert_int_eq(record_decode_verdicts(b.data, len, &out), -EINVAL);
	bytes_fini(&b);
}
END_TEST

/* Databases are full of sets that were written before there was a number of candidates. */
START_TEST(a_set_of_the_first_format_is_read)
{
	static const uint8_t old[] = "\1\1\15CVE-2024-0001\1\74\4\0\1\142\377\377\377\377\0033.1"
				     "\0\0\0\0\0\3nvd";
	struct record_verdicts out;

	ck_assert_int_eq(record_decode_verdicts(old, sizeof(old) - 1, &out), 0);
	ck_assert_uint_eq(out.count, 1);
	ck_assert_uint_eq(out.candidates, 0);
	ck_assert_str_eq(out.list[0].cve, "CVE-2024-0001");
	ck_assert_uint_eq(out.list[0].cvss_x10, 98);
	free(out.list);
}
END_TEST

static const struct {
	const char *bytes;
	size_t len;
} wrong[] = {
	{"\3\0\0", 3},                     /* another format */
	{"\2\1", 2},                       /* no count */
	{"\2\1\0\0", 4},                   /* a byte too many */
	{"\2\377\377\377\377\377\1\0", 8}, /* more than 32 bits of candidates */
	{"\2\1\377\1", 4},                 /* more verdicts than bytes */
};

START_TEST(what_is_no_set_is_refused)
{
	struct record_verdicts out;

	ck_assert_int_eq(record_decode_verdicts(wrong[_i].bytes, wrong[_i].len, &out), -EINVAL);
}
END_TEST

START_TEST(the_key_covers_verdicts_and_candidates)
{
	static const uint8_t none[16];
	uint8_t key[6][16];

	for (int i = 0; i < 6; i++) {
		const struct record_verdicts v = {two, cases[i].count, cases[i].candidates};

		ck_assert_int_eq(record_verdict_key(&v, key[i]), 0);
		for (int k = 0; k < i; k++)
			ck_assert_mem_ne(key[i], key[k], 16);
	}
	ck_assert_mem_eq(key[0], none, 16);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("record_verdicts");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_loop_test(tc, a_set_is_read_as_it_was_written, 0, 6);
	tcase_add_test(tc, a_set_of_the_first_format_is_read);
	tcase_add_loop_test(tc, what_is_no_set_is_refused, 0, 5);
	tcase_add_test(tc, the_key_covers_verdicts_and_candidates);
	return suite_run("record_verdicts", tc);
}
