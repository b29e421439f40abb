/* SPDX-License-Identifier: Apache-2.0 */
/* test_rate.c - claims about rates as people write them. */
#include <stdlib.h>

#include "rate.h"
#include "suite.h"

static const struct {
	const char *text;
	double value;
} good[] = {
	{"500", 500}, {"10k", 10000},   {"10K", 10000},      {"1.5M", 1500000},
	{"1G", 1e9},  {"0.1", 0.1},     {"14.88M", 14.88e6}, {"0.5k", 500},
	{"1e6", 1e6}, {"2.5E+3", 2500}, {"5e0", 5},
};

START_TEST(rate_takes_decimal_suffixes)
{
	struct error err;
	double v = 0;

	ck_assert_int_eq(rate_parse(good[_i].text, &v, &err), 0);
	ck_assert_double_eq_tol(v, good[_i].value, good[_i].value * 1e-12);
}
END_TEST

static const char *const bad[] = {
	"",       "k",    "10q",   "10kk", "-1",   "+1",   "0",
	"0.05",   "1e",   "1e+",   "1e-3", "1e99", "1e6k", "inf",
	"nan",    "0x10", "1.2.3", " 1",   "1 ",   ".",    "9999999999999999999",
	"10000G",
};

START_TEST(rate_refuses_what_is_no_rate)
{
	struct error err = {""};
	double v = 42;

	ck_assert_int_lt(rate_parse(bad[_i], &v, &err), 0);
	ck_assert_double_eq(v, 42);
	ck_assert(err.text[0] != '\0');
}
END_TEST

START_TEST(rate_counts_the_whole_frame_on_the_wire)
{
	ck_assert_double_eq_tol(rate_of_bandwidth(1e9, 54), 1e9 / 8 / 84, 1e-6);
	ck_assert_double_eq_tol(rate_of_bandwidth(1e9, 60), 1488095.2, 0.1);
	ck_assert_double_eq_tol(rate_of_bandwidth(1e9, 74), 1e9 / 8 / 98, 1e-6);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, rate_takes_decimal_suffixes, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc, rate_refuses_what_is_no_rate, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, rate_counts_the_whole_frame_on_the_wire);
	return suite_run("rate", tc);
}
