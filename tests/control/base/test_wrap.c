/* SPDX-License-Identifier: Apache-2.0 */
/* test_wrap.c - claims about breaking text into lines. */
#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "wrap.h"

static char *wrapped(const char *text, unsigned column, unsigned indent)
{
	static char out[4096];
	FILE *f = fmemopen(out, sizeof(out), "w");

	ck_assert_ptr_nonnull(f);
	wrap_print(f, text, column, indent);
	fclose(f);
	return out;
}

START_TEST(wrap_keeps_lines_within_80_columns)
{
	char text[1200] = "";
	char *out;

	for (int i = 0; i < 60; i++)
		strcat(text, "a word of mine ");
	out = wrapped(text, 0, 33);
	ck_assert_ptr_nonnull(strchr(out, '\n'));
	for (char *line = strtok(out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		ck_assert_uint_le(strlen(line), 80);
		ck_assert_msg(line[strlen(line) - 1] != ' ', "`%s` ends with a blank", line);
	}
}
END_TEST

START_TEST(wrap_keeps_a_line_that_just_fits)
{
	char text[100];

	memset(text, 'x', 80);
	text[40] = ' ';
	text[80] = '\0';
	ck_assert_uint_eq(strcspn(wrapped(text, 0, 4), "\n"), 80);
	ck_assert_uint_eq(strcspn(wrapped(text, 1, 4), "\n"), 40);
}
END_TEST

static const struct {
	const char *text, *out;
} feeds[] = {
	{"one\ntwo", "one two\n"},
	{"one.\ntwo", "one.\ntwo\n"},
	{"one:\n  x   y\nthree", "one:\n  x   y\nthree\n"},
	{"one\n  x   y", "one\n  x   y\n"},
	{"one.\n\ntwo", "one.\n\ntwo\n"},
	{"", "\n"},
};

START_TEST(wrap_joins_what_the_source_text_broke)
{
	ck_assert_str_eq(wrapped(feeds[_i].text, 0, 0), feeds[_i].out);
}
END_TEST

START_TEST(wrap_keeps_a_group_in_brackets_whole)
{
	char text[100];
	char *out;

	memset(text, 'x', 70);
	strcpy(text + 70, " [--name VALUE]...");
	out = wrapped(text, 0, 4);
	ck_assert_ptr_nonnull(strstr(out, "\n    [--name VALUE]...\n"));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, wrap_keeps_lines_within_80_columns);
	tcase_add_test(tc, wrap_keeps_a_line_that_just_fits);
	tcase_add_loop_test(tc, wrap_joins_what_the_source_text_broke, 0,
	                    sizeof(feeds) / sizeof(feeds[0]));
	tcase_add_test(tc, wrap_keeps_a_group_in_brackets_whole);
	return suite_run("wrap", tc);
}
