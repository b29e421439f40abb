/* SPDX-License-Identifier: Apache-2.0 */
/* test_csv_read.c - claims about the reader of CSV. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "csv.h"
#include "csv_read.h"
#include "splitmix.h"
#include "suite.h"

/* What is read, as "cell|cell" a record, with a line number before each. */
static char *read_all(const char *text, size_t len, int *ret, struct error *err)
{
	struct bytes out = {0};
	struct csv_reader r;
	char line[16];

	csv_reader_init(&r, text, len);
	while ((*ret = csv_read(&r, err)) == 1) {
		bytes_put(&out, line, (size_t)snprintf(line, sizeof(line), "%u:", r.line));
		for (unsigned i = 0; i < r.count; i++) {
			bytes_put(&out, "|", i > 0);
			bytes_put(&out, r.cells[i], strlen(r.cells[i]));
		}
		bytes_put(&out, "\n", 1);
	}
	csv_reader_fini(&r);
	bytes_put(&out, "", 1);
	return (char *)out.data;
}

static const struct {
	const char *text, *read;
} texts[] = {
	{"", ""},
	{"\n\r\n", ""},
	{"a,b\nc,d", "1:a|b\n2:c|d\n"},
	{"a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n"},
	{"\xef\xbb\xbf"
         "a,b",
         "1:a|b\n"},
	{",\n,,", "1:|\n2:||\n"},
	{"\"a,b\",c", "1:a,b|c\n"},
	{"\"say \"\"hi\"\"\"", "1:say \"hi\"\n"},
	{"\"two\nlines\",x\ny", "1:two\nlines|x\n3:y\n"},
	{"a\n\n\nb", "1:a\n4:b\n"},
	{"a\rb,c", "1:a\rb|c\n"},
	{"\"'=1\",'x", "1:=1|'x\n"},
	{"a\"b,c", "1:a\"b|c\n"},
};

START_TEST(a_text_is_read_so)
{
	struct error err;
	int ret;
	char *got = read_all(texts[_i].text, strlen(texts[_i].text), &ret, &err);

	ck_assert_int_eq(ret, 0);
	ck_assert_str_eq(got, texts[_i].read);
	free(got);
}
END_TEST

static const struct {
	const char *text;
	size_t len;
	const char *why;
} bad[] = {
	{"a\n\"b\nc", 6, "line 2: this quote is never closed"},
	{"\"a\"b", 4, "line 1: text behind a closing quote"},
	{"a\0b", 3, "line 1: a cell holds a NUL byte"},
};

START_TEST(a_broken_text_is_refused_with_its_line)
{
	struct error err;
	int ret;

	free(read_all(bad[_i].text, bad[_i].len, &ret, &err));
	ck_assert_int_eq(ret, -EINVAL);
	ck_assert_str_eq(err.text, bad[_i].why);
}
END_TEST

START_TEST(too_many_cells_are_refused)
{
	char text[CSV_CELLS + 1];
	struct error err;
	int ret;

	memset(text, ',', sizeof(text));
	free(read_all(text, sizeof(text), &ret, &err));
	ck_assert_int_eq(ret, -EINVAL);
	free(read_all(text, CSV_CELLS - 1, &ret, &err));
	ck_assert_int_eq(ret, 0);
}
END_TEST

/* What csv_cell() writes of printable text comes back. */
START_TEST(cells_that_were_written_come_back)
{
	static const char letters[] = "=+-@,\"' ab1";
	struct csv_reader r;
	struct bytes out = {0};
	struct error err;
	char data[3][20];

	for (unsigned i = 0; i < 3; i++) {
		uint64_t state = (uint64_t)_i * 3 + i + 1;
		size_t len = 1 + splitmix(&state) % (sizeof(data[i]) - 2);

		for (size_t k = 0; k < len; k++)
			data[i][k] = letters[splitmix(&state) % (sizeof(letters) - 1)];
		if (data[i][0] == '\'')
			data[i][0] = 'a';
		data[i][len] = '\0';
		bytes_put(&out, ",", i > 0);
		csv_cell(&out, data[i], len);
	}
	csv_reader_init(&r, (const char *)out.data, out.len);
	ck_assert_int_eq(csv_read(&r, &err), 1);
	ck_assert_uint_eq(r.count, 3);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_str_eq(r.cells[i], data[i]);
	ck_assert_int_eq(csv_read(&r, &err), 0);
	csv_reader_fini(&r);
	bytes_fini(&out);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("csv_read");

	tcase_add_loop_test(tc, a_text_is_read_so, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_loop_test(tc, a_broken_text_is_refused_with_its_line, 0,
	                    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, too_many_cells_are_refused);
	tcase_add_loop_test(tc, cells_that_were_written_come_back, 0, 300);
	return suite_run("csv_read", tc);
}
