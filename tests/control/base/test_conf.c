/* SPDX-License-Identifier: Apache-2.0 */
/* test_conf.c - claims about files of settings. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "suite.h"

static int append(void *arg, const struct conf_line *l, struct error *err)
{
	char *text = arg;

	(void)err;
	snprintf(text + strlen(text), 256 - strlen(text), "%zu:%s=%s;", l->line, l->key, l->value);
	return 0;
}

static int parse(const char *file, char *text, struct error *err)
{
	char copy[256];

	snprintf(copy, sizeof(copy), "%s", file);
	return conf_parse("f", copy, strlen(copy), append, text, err);
}

static const struct {
	const char *file, *settings;
} good[] = {
	{"", ""},
	{"\n# comment\n  # another\n", ""},
	{"rate = 5k", "1:rate=5k;"},
	{"rate=5k\r\n\tdb=/x/y  \n", "1:rate=5k;2:db=/x/y;"},
	{"a = b c  # comment", "1:a=b c;"},
	{"a = b#c", "1:a=b#c;"},
	{"a = \"b # c \\\"d\\\" \\\\ \" # x", "1:a=b # c \"d\" \\ ;"},
	{"a = \"\"", "1:a=;"},
	{"exclude-file = x\nexclude-file = y\n", "1:exclude-file=x;2:exclude-file=y;"},
	{"a = b = c", "1:a=b = c;"},
};

START_TEST(conf_reads_settings)
{
	struct error err = {""};
	char text[256] = "";

	ck_assert_msg(parse(good[_i].file, text, &err) == 0, "%s", err.text);
	ck_assert_str_eq(text, good[_i].settings);
}
END_TEST

static const struct {
	const char *file, *place;
} bad[] = {
	{"rate", "f:1:5: expected `=`"},
	{"\n\n  rate 5", "f:3:8: expected `=`"},
	{"= 5", "f:1:1: expected `name = value`"},
	{"rate =", "f:1:7: expected a value"},
	{"rate =   # none", "f:1:10: expected a value"},
	{"a = \"b", "f:1:5: the quote is not closed"},
	{"a = \"b\" c", "f:1:9: expected the end"},
	{"[section]", "f:1:1: expected `name = value`"},
};

START_TEST(conf_refuses_with_line_and_column)
{
	struct error err = {""};
	char text[256] = "";

	ck_assert_int_eq(parse(bad[_i].file, text, &err), -EINVAL);
	ck_assert_msg(strncmp(err.text, bad[_i].place, strlen(bad[_i].place)) == 0, "%s", err.text);
}
END_TEST

START_TEST(conf_refuses_a_nul_byte)
{
	char file[] = "a = b\nc = d\0e\n", text[256] = "";
	struct error err = {""};

	ck_assert_int_eq(conf_parse("f", file, sizeof(file) - 1, append, text, &err), -EINVAL);
	ck_assert_str_eq(err.text, "f:2:6: a NUL byte");
}
END_TEST

static int refuse(void *arg, const struct conf_line *l, struct error *err)
{
	(void)arg;
	return conf_refuse(l, l->value_column, "no", err);
}

START_TEST(conf_ends_where_the_sink_says)
{
	char file[] = "\n a =  b\nc";
	struct error err = {""};

	ck_assert_int_eq(conf_parse("f", file, sizeof(file) - 1, refuse, NULL, &err), -EINVAL);
	ck_assert_str_eq(err.text, "f:2:7: no");
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, conf_reads_settings, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc, conf_refuses_with_line_and_column, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, conf_refuses_a_nul_byte);
	tcase_add_test(tc, conf_ends_where_the_sink_says);
	return suite_run("conf", tc);
}
