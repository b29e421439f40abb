/* SPDX-License-Identifier: Apache-2.0 */
/* test_csv.c - claims about CSV cells, which are read back as RFC 4180 says. */
#include <string.h>

#include "csv.h"
#include "splitmix.h"
#include "suite.h"
#include "text.h"

static char *cell(const char *data, size_t len)
{
	struct bytes out = {0};

	csv_cell(&out, data, len);
	bytes_put(&out, "", 1);
	ck_assert(!out.failed);
	return (char *)out.data;
}

static const struct {
	const char *data, *cell;
} cells[] = {
	{"", ""},
	{"nginx", "nginx"},
	{"a,b", "\"a,b\""},
	{"say \"hi\"", "\"say \"\"hi\"\"\""},
	{"=1+1", "\"'=1+1\""},
	{"+1", "\"'+1\""},
	{"-1", "\"'-1\""},
	{"@SUM(A1)", "\"'@SUM(A1)\""},
	{" =1", "\"' =1\""},
	{"\t=1", "\"'\\t=1\""},
	{"\r=1", "\"'\\r=1\""},
	{"a=1", "a=1"},
	{"'quoted'", "\"''quoted'\""},
	{"two\nlines", "two\\nlines"},
	{"caf\xc3\xa9", "caf\xc3\xa9"},
};

START_TEST(a_cell_is_written_so)
{
	char *text = cell(cells[_i].data, strlen(cells[_i].data));

	ck_assert_str_eq(text, cells[_i].cell);
	free(text);
}
END_TEST

/* Read one cell: remove the quotes around it and replace each doubled quote by one. */
static char *read_cell(const char *text)
{
	char *out = calloc(1, strlen(text) + 1), *to = out;

	if (text[0] != '"')
		return strcpy(out, text);
	for (text++; *text != '\0'; text++) {
		if (*text == '"' && *++text != '"')
			break;
		*to++ = *text;
	}
	ck_assert_str_eq(text, "");
	return out;
}

START_TEST(any_bytes_come_back_from_one_line)
{
	static const char common[] = "=+-@,\"' \t\r\n\\ab\x80\xc3\xa9";
	uint64_t state = (uint64_t)_i;
	char data[40];
	struct bytes expected = {0};
	char *text, *got;
	size_t len;

	len = splitmix(&state) % sizeof(data);
	for (size_t i = 0; i < len; i++)
		data[i] = splitmix(&state) % 4 > 0 ? common[splitmix(&state) % (sizeof(common) - 1)]
		                                   : (char)splitmix(&state);
	text_escape(&expected, data, len, TEXT_LINE);
	bytes_put(&expected, "", 1);
	text = cell(data, len);
	got = read_cell(text);
	ck_assert_ptr_null(strpbrk(text, "\r\n"));
	if (len > 0 && strchr("=+-@ \t\r", data[0]) != NULL && data[0] != '\0')
		ck_assert_int_eq(got[0], '\'');
	ck_assert_str_eq(got[0] == '\'' ? got + 1 : got, (const char *)expected.data);
	free(text);
	free(got);
	bytes_fini(&expected);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("csv");

	tcase_add_loop_test(tc, a_cell_is_written_so, 0, sizeof(cells) / sizeof(cells[0]));
	tcase_add_loop_test(tc, any_bytes_come_back_from_one_line, 0, 500);
	return suite_run("csv", tc);
}
