/* SPDX-License-Identifier: Apache-2.0 */
/* test_ports.c - claims about port lists. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ports.h"
#include "vulndb.h"
#include "suite.h"

static int append(void *arg, uint16_t first, uint16_t last)
{
	char *text = arg;

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
};

START_TEST(ports_keep_the_order_written)
{
	char text[256] = "";
	struct error err;

	ck_assert_int_eq(ports_parse(good[_i].text, append, text, &err), 0);
	ck_assert_str_eq(text, good[_i].ranges);
}
END_TEST

static int count(void *arg, uint16_t first, uint16_t last)
{
	*(unsigned *)arg += 1u + last - first;
	return 0;
}

START_TEST(ports_top_gives_as_many_as_asked_for)
{
	struct error err;
	unsigned n = 0;

	ck_assert_int_eq(ports_parse("top:10", count, &n, &err), 0);
	ck_assert_uint_eq(n, 10);
}
END_TEST

static const struct {
	const char *text, *column;
} bad[] = {
	{"", "column 1:"},      {"0", "column 1:"},         {"65536", "column 1:"},
	{"80-70", "column 1:"}, {"22,", "column 4:"},       {"22,,80", "column 4:"},
	{"22;80", "column 3:"}, {"80-", "column 4:"},       {"http", "column 1:"},
	{"top:0", "column 5:"}, {"top:99999", "column 5:"}, {"22 80", "column 3:"},
	{"allx", "column 4:"},  {"-80", "column 1:"},
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
	tcase_add_loop_test(tc, ports_refuse_with_the_column, 0, sizeof(bad) / sizeof(bad[0]));
	return suite_run("ports", tc);
}
