/* SPDX-License-Identifier: Apache-2.0 */
/* test_ports.c - claims about port lists. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ports.h"
#include "vulndb.h"
#include "suite.h"

/* Appends the range, behind the letter of its kind if it has one. */
static int append(void *arg, enum ports_kind kind, uint16_t first, uint16_t last)
{
	static const char letters[] = {[PORTS_TCP] = 'T', [PORTS_UDP] = 'U', [PORTS_ICMP] = 'I'};
	char *text = arg;

	if (kind != PORTS_ANY)
		snprintf(text + strlen(text), 256 - strlen(text), "%c:", letters[kind]);
	snprintf(text + strlen(text), 256 - strlen(text), "%u-%u ", first, last);
	return 0;
}

static const struct {
	const char *text, *ranges;
} good[] = {
	{"80", "80-80 "},
	{"22,80,8000-8100", "22-22 80-80 8000-8100 "},
	{"1-65535", "1-65535 "},
	{"all", "1-65535 "},
	{"all,22", "1-65535 22-22 "},
	{"-", "1-65535 "},
	{"-,22", "1-65535 22-22 "},
	{"60000-", "60000-65535 "},
	{"60000-,22", "60000-65535 22-22 "},
	{"-1024", "1-1024 "},
	{"0-65535", "1-65535 "},
	{"0-", "1-65535 "},
	{"T:22,U:53", "T:22-22 U:53-53 "},
	{"T:22,80,U:53,161", "T:22-22 T:80-80 U:53-53 U:161-161 "},
	{"22,I:", "22-22 I:0-0 "},
	{"I:,T:22", "I:0-0 T:22-22 "},
	{"T:-", "T:1-65535 "},
	{"https", "443-443 443-443 "},
	{"T:https", "T:443-443 "},
	{"HTTPS", "443-443 443-443 "},
	{"T:ssh,80", "T:22-22 T:80-80 "},
	{"U:snmp*", "U:161-161 U:162-162 "},
};

START_TEST(ports_keep_the_order_written)
{
	char text[256] = "";
	struct error err;

	ck_assert_int_eq(ports_parse(good[_i].text, append, text, &err), 0);
	ck_assert_str_eq(text, good[_i].ranges);
}
END_TEST

static int count(void *arg, enum ports_kind kind, uint16_t first, uint16_t last)
{
	(void)kind;
	*(unsigned *)arg += 1u + last - first;
	return 0;
}

START_TEST(ports_top_gives_as_many_as_asked_for)
{
	struct error err;
	unsigned n = 0;

	ck_assert_int_eq(ports_parse("top:10,top10,top-10", count, &n, &err), 0);
	ck_assert_uint_eq(n, 30);
}
END_TEST

START_TEST(ports_top_says_where_it_knows_fewer)
{
	const unsigned known = (unsigned)vd_top_ports(NULL, 0);
	struct error err;
	unsigned n = 0;

	ck_assert_int_eq(ports_parse("top:5000", count, &n, &err), 0);
	ck_assert_uint_eq(n, known);
	ck_assert_uint_eq(ports_beyond("22,top:5000"), 5000);
	ck_assert_uint_eq(ports_beyond("22,U:top5000,T:1"), 5000);
	ck_assert_uint_eq(ports_beyond("top:100,top-1000,tftp,T:22"), 0);
}
END_TEST

static const struct {
	const char *text, *column;
} bad[] = {
	{"", "column 1:"},        {"0", "column 1:"},         {"65536", "column 1:"},
	{"80-70", "column 1:"},   {"22,", "column 4:"},       {"22,,80", "column 4:"},
	{"22;80", "column 3:"},   {"80-x", "column 4:"},      {"no-such-service", "column 1:"},
	{"top:0", "column 5:"},   {"top:99999", "column 5:"}, {"22 80", "column 3:"},
	{"allx", "column 1:"},    {"-0", "column 1:"},        {"T:", "column 3:"},
	{"X:80", "column 1:"},    {"I:80", "column 3:"},      {"I:,80", "column 4:"},
	{"nosuch*", "column 1:"},
};

START_TEST(ports_refuse_with_the_column)
{
	struct error err = {""};
	unsigned n = 0;

	ck_assert_int_eq(ports_parse(bad[_i].text, count, &n, &err), -EINVAL);
	ck_assert_msg(strstr(err.text, bad[_i].column) != NULL, "%s", err.text);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, ports_keep_the_order_written, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_test(tc, ports_top_gives_as_many_as_asked_for);
	tcase_add_test(tc, ports_top_says_where_it_knows_fewer);
	tcase_add_loop_test(tc, ports_refuse_with_the_column, 0, sizeof(bad) / sizeof(bad[0]));
	return suite_run("ports", tc);
}
