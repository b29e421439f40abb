/* SPDX-License-Identifier: Apache-2.0 */
/* test_option.c - claims about a command's option table. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "option.h"
#include "suite.h"

struct fields {
	bool flag, on;
	const char *text;
	uint32_t number;
	uint64_t time_us;
	struct option_list list;
};

static const struct option_def defs[] = {
	{"flag", 'f', NULL, "", NULL, offsetof(struct fields, flag)},
	{"no-on", 0, NULL, "", option_off, offsetof(struct fields, on)},
	{"text", 't', "TEXT", "", option_text, offsetof(struct fields, text)},
	{"number", 'n', "N", "", option_u32, offsetof(struct fields, number)},
	{"time", 0, "TIME", "", option_duration, offsetof(struct fields, time_us)},
	{"item", 'i', "ITEM", "", option_append, offsetof(struct fields, list)},
};

static const struct option_spec spec = {"x", "x", defs, sizeof(defs) / sizeof(defs[0])};

/* Split @line at blanks and parse. */
static int parse(const char *line, struct fields *f, struct error *err, char **argv)
{
	static char text[256];
	int argc = 0;

	snprintf(text, sizeof(text), "cmd %s", line);
	for (char *w = strtok(text, " "); w != NULL; w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	memset(f, 0, sizeof(*f));
	f->on = true;
	return option_parse(&spec, argc, argv, f, err);
}

START_TEST(option_fills_the_members_and_leaves_the_operands)
{
	struct error err;
	struct fields f;
	char *argv[32];
	int first = parse("one -f --text=abc two -n 7 --time 5m -i a -i b --no-on", &f, &err, argv);

	ck_assert_int_gt(first, 0);
	ck_assert_str_eq(argv[first], "one");
	ck_assert_str_eq(argv[first + 1], "two");
	ck_assert_ptr_null(argv[first + 2]);
	ck_assert(f.flag && !f.on);
	ck_assert_str_eq(f.text, "abc");
	ck_assert_uint_eq(f.number, 7);
	ck_assert_uint_eq(f.time_us, 300000000);
	ck_assert_uint_eq(f.list.count, 2);
	ck_assert_str_eq(f.list.items[1], "b");
}
END_TEST

static const struct {
	const char *line, *says;
} wrong[] = {
	{"--nope", "no such option"},  {"-z", "no such option"}, {"--text", "a value is missing"},
	{"-n", "a value is missing"},  {"-n 1x", "--number"},    {"-n -1", "--number"},
	{"-n 4294967296", "--number"}, {"--time 5y", "--time"},  {"--time -5s", "--time"},
	{"--time s", "--time"},
};

START_TEST(option_names_the_option_that_is_wrong)
{
	struct error err = {""};
	struct fields f;
	char *argv[32];

	ck_assert_int_eq(parse(wrong[_i].line, &f, &err, argv), -EINVAL);
	ck_assert_msg(strstr(err.text, wrong[_i].says) != NULL, "%s", err.text);
}
END_TEST

static const struct {
	const char *text;
	int ret;
	uint64_t value;
} numbers[] = {
	{"0", 0, 0},
	{"010", 0, 10},
	{"0x10", 0, 16},
	{"0XfF", 0, 255},
	{"18446744073709551615", 0, UINT64_MAX},
	{"0x", -EINVAL, 0},
	{"-1", -EINVAL, 0},
	{"18446744073709551616", -EINVAL, 0},
	{"12a", -EINVAL, 0},
	{"", -EINVAL, 0},
	{" 1", -EINVAL, 0},
};

START_TEST(option_reads_numbers_as_people_do)
{
	uint64_t v = 0;
	struct error err;

	ck_assert_int_eq(option_u64(numbers[_i].text, &v, &err), numbers[_i].ret);
	ck_assert(v == numbers[_i].value);
}
END_TEST

START_TEST(option_help_is_no_error)
{
	struct error err;
	struct fields f;
	char *argv[32];

	ck_assert_int_eq(parse("--help", &f, &err, argv), -ECANCELED);
	ck_assert_int_eq(parse("-n 1 -h", &f, &err, argv), -ECANCELED);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, option_fills_the_members_and_leaves_the_operands);
	tcase_add_loop_test(tc, option_names_the_option_that_is_wrong, 0,
	                    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_loop_test(tc, option_reads_numbers_as_people_do, 0,
	                    sizeof(numbers) / sizeof(numbers[0]));
	tcase_add_test(tc, option_help_is_no_error);
	return suite_run("option", tc);
}
