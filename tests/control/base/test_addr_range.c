/* SPDX-License-Identifier: Apache-2.0 */
/* test_addr_range.c - claims about ranges of addresses as people write them. */
#include "addr_range.h"
#include "suite.h"

static const struct {
	const char *text, *first, *last, *again; /* first NULL: refused */
} cases[] = {
	{"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1/32"},
	{"192.0.2.77/24", "192.0.2.0", "192.0.2.255", "192.0.2.0/24"},
	{"192.0.2.1-192.0.2.9", "192.0.2.1", "192.0.2.9", "192.0.2.1-192.0.2.9"},
	{"192.0.2.0-192.0.2.255", "192.0.2.0", "192.0.2.255", "192.0.2.0/24"},
	{"0.0.0.0/0", "0.0.0.0", "255.255.255.255", "0.0.0.0/0"},
	{"2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32"},
	{"2001:db8::1", "2001:db8::1", "2001:db8::1", "2001:db8::1/128"},
	{"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"},
	{"192.0.2.0/33", NULL, NULL, NULL},
	{"192.0.2.0/", NULL, NULL, NULL},
	{"192.0.2.0/2x", NULL, NULL, NULL},
	{"192.0.2.9-192.0.2.1", NULL, NULL, NULL},
	{"192.0.2.9-", NULL, NULL, NULL},
	{"192.0.2.9-2001:db8::1", NULL, NULL, NULL},
	{"", NULL, NULL, NULL},
	{"example.test", NULL, NULL, NULL},
	{"2001:db8::/129", NULL, NULL, NULL},
	{"2001:db8::/0000000000000000000000000000000000000000000000000000000000", NULL, NULL, NULL},
};

START_TEST(a_range_is_read_as_it_is_written)
{
	struct dp_addr_range r;
	char text[ADDR_RANGE_TEXT];

	ck_assert(addr_range_parse(cases[_i].text, &r) == (cases[_i].first != NULL));
	if (cases[_i].first == NULL)
		return;
	ck_assert_str_eq(dp_addr_format(&r.first, text), cases[_i].first);
	ck_assert_str_eq(dp_addr_format(&r.last, text), cases[_i].last);
	ck_assert(addr_range_has(&r, &r.first) && addr_range_has(&r, &r.last));
	addr_range_format(&r, text);
	if (dp_addr_compare(&r.first, &r.last) != 0)
		ck_assert_str_eq(text, cases[_i].again);
	else
		ck_assert_str_eq(text, cases[_i].first);
	ck_assert(addr_range_parse(text, &r));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, a_range_is_read_as_it_is_written, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	return suite_run("addr_range", tc);
}
