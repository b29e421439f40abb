/* SPDX-License-Identifier: Apache-2.0 */
/* test_pattern.c - claims about patterns of addresses. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pattern.h"
#include "suite.h"

static int append(void *arg, const struct target_range *r, const struct target_place *at)
{
	char *text = arg, first[DP_ADDR_TEXT], last[DP_ADDR_TEXT];

	(void)at;
	snprintf(text + strlen(text), 512 - strlen(text), "%s-%s ",
	         dp_addr_format(&r->first, first), dp_addr_format(&r->last, last));
	return 0;
}

static const struct {
	const char *word, *ranges;
} good[] = {
	{"2001:db8::1-ff", "2001:db8::1-2001:db8::ff "},
	{"2001:db8:0-1::1", "2001:db8::1-2001:db8::1 2001:db8:1::1-2001:db8:1::1 "},
	{"fd00:9-a::4-5:1-2", "fd00:9::4:1-fd00:9::4:2 fd00:9::5:1-fd00:9::5:2 "
                              "fd00:a::4:1-fd00:a::4:2 fd00:a::5:1-fd00:a::5:2 "},
	{"1:2:3:4:5:6:7:8-8", "1:2:3:4:5:6:7:8-1:2:3:4:5:6:7:8 "},
	{"10.0.0.1-50", "10.0.0.1-10.0.0.50 "},
	{"10.0.0.*", "10.0.0.0-10.0.0.255 "},
	{"10.0-1.2.*", "10.0.2.0-10.0.2.255 10.1.2.0-10.1.2.255 "},
	{"10.0.0-1.7", "10.0.0.7-10.0.0.7 10.0.1.7-10.0.1.7 "},
	{"10.0-1.*.*", "10.0.0.0-10.1.255.255 "},
	{"*.*.*.*", "0.0.0.0-255.255.255.255 "},
	{"255-255.1.1.*", "255.1.1.0-255.1.1.255 "},
};

START_TEST(pattern_stands_for_all_combinations)
{
	char text[512] = "";
	struct target_place at = {.word = good[_i].word, .len = strlen(good[_i].word)};

	ck_assert_int_eq(pattern_ranges(at.word, at.len, &at, append, text), 0);
	ck_assert_str_eq(text, good[_i].ranges);
}
END_TEST

static const struct {
	const char *word;
	int error;
} bad[] = {
	{"2001:db8::1", -EINVAL},
	{"2001:db8::2-2001:db8::20", -EINVAL},
	{"192.0.2.20-1", -EINVAL},
	{"192.0.2.1-192.0.2.20", -EINVAL},
	{"192.0.2.1-", -EINVAL},
	{"192.0.2.-9", -EINVAL},
	{"192.0.256.*", -EINVAL},
	{"192.0.*", -EINVAL},
	{"192.0.2.*.*", -EINVAL},
	{"192.0.02.*", -EINVAL},
	{"192.0.2.1*", -EINVAL},
	{"192.0.2.7", -EINVAL},
	{"0-255.0-255.0-255.1", -E2BIG},
	{"2001:db8::5-4", -EINVAL},
	{"2001:db8::-4", -EINVAL},
	{"2001:db8::4-", -EINVAL},
	{"2001:db8::1-2-3", -EINVAL},
	{"2001:db8::1-12345", -EINVAL},
	{"2001:0-ffff:0-ffff::1", -E2BIG},
	{"0-ffff:0-ffff:0-ffff:0-ffff:0-ffff:0-ffff:0-ffff:0-ffff", -E2BIG},
};

START_TEST(pattern_refuses_what_is_none)
{
	char text[512] = "";
	struct target_place at = {.word = bad[_i].word, .len = strlen(bad[_i].word)};

	ck_assert_int_eq(pattern_ranges(at.word, at.len, &at, append, text), bad[_i].error);
	ck_assert_str_eq(text, "");
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, pattern_stands_for_all_combinations, 0,
	                    sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc, pattern_refuses_what_is_none, 0, sizeof(bad) / sizeof(bad[0]));
	return suite_run("pattern", tc);
}
