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
	{"--nope", "--nope: no such option"},
	{"-z", "-z: no such option"},
	{"--text", "--text: a value is missing: --text TEXT"},
	{"-n", "-n: a value is missing: --number N"},
	{"-n 1x", "--number: `1x`"},
	{"-n -1", "--number: `-1`"},
	{"-n 4294967296", "--number: "},
	{"-n1x", "--number (-n1x): `1x`"},
	{"--time 5y", "--time: `5y`"},
	{"--time -5s", "--time: `-5s`"},
	{"--time s", "--time: `s`"},
	/* the word that is wrong, wherever it stands, and whatever stands beside it */
	{"one two -z", "-z: no such option"},
	{"one -n 7 -fz two", "-fz: no such option -z"},
	{"one -sV", "-sV: no such option -s"},
	{"-vv one", "-vv: no such option -v"},
	{"-host 10.99.0.1", "-host: no such option -o"},
	{"-silent one", "-silent: no such option -s"},
	{"one -n 7 -- -z --nope two -f", NULL},
	/* the name of an option behind one dash */
	{"-text abc", "-text: long options have two dashes: --text"},
	{"-number=7", "-number=7: long options have two dashes: --number"},
	{"-nubmer 7", "-nubmer"},
	/* what was probably meant */
	{"--nubmer 7", "did you mean --number?"},
	{"--itmm a", "did you mean --item?"},
	{"--flag=yes", "--flag takes no value"},
	{"--t abc", "is it --text or --time?"},
};

START_TEST(option_names_the_option_that_is_wrong)
{
	struct error err = {""};
	struct fields f;
	char *argv[32];

	if (wrong[_i].says == NULL) {
		ck_assert_int_gt(parse(wrong[_i].line, &f, &err, argv), 0);
		return;
	}
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

static const struct {
	const char *line, *text;
	unsigned number, items;
	bool flag;
} spellings[] = {
	{"-fn7", NULL, 7, 0, true},
	{"-fn 7 -tabc", "abc", 7, 0, true},
	{"--number=7 --fl", NULL, 7, 0, true},
	{"-i -x -i- -t -", "-", 0, 2, false},
	{"--num 7 --te=", "", 7, 0, false},
	{"-ff", NULL, 0, 0, true},
};

START_TEST(option_takes_every_spelling)
{
	struct error err = {""};
	struct fields f;
	char *argv[32];
	int ret = parse(spellings[_i].line, &f, &err, argv);

	if (spellings[_i].text != NULL && spellings[_i].text[0] == '\0') {
		ck_assert_int_eq(ret, -EINVAL); /* an empty text is none */
		return;
	}
	ck_assert_msg(ret > 0, "%s", err.text);
	ck_assert_pstr_eq(f.text, spellings[_i].text);
	ck_assert_uint_eq(f.number, spellings[_i].number);
	ck_assert_uint_eq(f.list.count, spellings[_i].items);
	ck_assert(f.flag == spellings[_i].flag);
}
END_TEST

/* The words in the order in which option_parse() leaves them, with a bar before the operands. */
static const struct {
	const char *line, *order;
} orders[] = {
	{"a b", "|a b "},
	{"a -f b -n 7 c", "-f -n 7 |a b c "},
	{"a -- -f b", "-- |a -f b "},
	{"- a -f", "-f |- a "},
	{"-f", "-f |"},
};

START_TEST(option_moves_the_operands_behind_the_options)
{
	char text[256] = "";
	struct error err;
	struct fields f;
	char *argv[32];
	int first = parse(orders[_i].line, &f, &err, argv), i = 1;

	for (; argv[i] != NULL; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s ",
		         i == first ? "|" : "", argv[i]);
	if (i == first)
		strcat(text, "|");
	ck_assert_str_eq(text, orders[_i].order);
}
END_TEST

static bool is_term(const struct option_spec *s, const char *word)
{
	return s != NULL && strchr(word, ':') != NULL;
}

START_TEST(option_leaves_operands_that_begin_with_a_dash)
{
	struct option_spec query = spec;
	char *argv[] = {(char[]){"cmd"}, (char[]){"-port:22"}, (char[]){"-f"}, NULL};
	struct error err = {""};
	struct fields f = {0};

	query.is_operand = is_term;
	ck_assert_int_eq(option_parse(&query, 3, argv, &f, &err), 2);
	ck_assert_str_eq(argv[2], "-port:22");
	ck_assert(f.flag);
}
END_TEST

START_TEST(option_help_is_no_error)
{
	struct error err;
	struct fields f;
	char *argv[32];

	ck_assert_int_eq(parse("--help", &f, &err, argv), -ECANCELED);
	ck_assert_int_eq(parse("-n 1 -h", &f, &err, argv), -ECANCELED);
	ck_assert_int_eq(parse("-fh", &f, &err, argv), -ECANCELED);
	ck_assert_int_eq(parse("one --help=man", &f, &err, argv), -ECANCELED);
	ck_assert_int_eq(parse("--help=rows", &f, &err, argv), -ECANCELED);
	ck_assert_int_eq(parse("--help=me", &f, &err, argv), -EINVAL);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, option_fills_the_members_and_leaves_the_operands);
	tcase_add_loop_test(tc, option_names_the_option_that_is_wrong, 0,
	                    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_loop_test(tc, option_takes_every_spelling, 0,
	                    sizeof(spellings) / sizeof(spellings[0]));
	tcase_add_loop_test(tc, option_moves_the_operands_behind_the_options, 0,
	                    sizeof(orders) / sizeof(orders[0]));
	tcase_add_test(tc, option_leaves_operands_that_begin_with_a_dash);
	tcase_add_loop_test(tc, option_reads_numbers_as_people_do, 0,
	                    sizeof(numbers) / sizeof(numbers[0]));
	tcase_add_test(tc, option_help_is_no_error);
	return suite_run("option", tc);
}
