/* SPDX-License-Identifier: Apache-2.0 */
/* test_table.c - claims about rows for people: they fit the terminal, and columns line up. */
#include <stdio.h>
#include <string.h>

#include "fit.h"
#include "suite.h"
#include "table.h"

static const struct table_column columns[] = {
	{"port", true, true},
	{"product", false, false},
	{"what it says of itself", false, false},
	{"last_seen", false, true},
};

/* The table of @rows rows; the caller frees it. */
static char *table_of(unsigned width, unsigned rows)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	struct table *t = table_open(f, columns, 4, width);

	for (unsigned i = 0; i < rows; i++) {
		char words[200], port[8];

		memset(words, 'x', sizeof(words));
		snprintf(port, sizeof(port), "%u", i * 7 % 65536);
		table_cell(t, port, strlen(port), NULL);
		table_cell(t, "nginx", 5, "\033[31m");
		table_cell(t, words, i % 190, NULL);
		table_cell(t, "2026-11-22T02:10:44Z", 20, NULL);
		table_end_row(t);
	}
	ck_assert_int_eq(table_close(t), 0);
	fclose(f);
	return text;
}

/* Takes the codes of colours out of @text. */
static void strip(char *text)
{
	char *out = text;

	while (*text != '\0') {
		if (*text == '\033')
			text += strcspn(text, "m") + 1;
		else
			*out++ = *text++;
	}
	*out = '\0';
}

START_TEST(no_line_is_wider_than_the_terminal)
{
	static const unsigned widths[] = {20, 40, 72, 80, 120, 200};
	char *text = table_of(widths[_i], 600), *line;
	unsigned lines = 0;

	strip(text);
	for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"), lines++)
		ck_assert_msg(fit_width(line, strlen(line)) <= widths[_i], "%s", line);
	ck_assert_uint_eq(lines, 601);
	free(text);
}
END_TEST

START_TEST(columns_line_up_and_times_stay_whole)
{
	char *text = table_of(80, 600), *line;

	strip(text);
	for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		const char *time = strstr(
			line, strncmp(line, "port", 4) == 0 ? "last_seen" : "2026-11-22T02:10:44Z");

		ck_assert_msg(time != NULL && fit_width(line, (size_t)(time - line)) == 60, "%s",
		              line);
	}
	free(text);
}
END_TEST

START_TEST(a_column_is_no_wider_than_its_values_need)
{
	char *text = table_of(0, 3);

	strip(text);
	ck_assert_str_eq(text, "port  product  what it says of itself  last_seen\n"
	                       "   0  nginx                            2026-11-22T02:10:44Z\n"
	                       "   7  nginx    x                       2026-11-22T02:10:44Z\n"
	                       "  14  nginx    xx                      2026-11-22T02:10:44Z\n");
	free(text);
}
END_TEST

START_TEST(no_byte_of_the_network_steers_the_terminal)
{
	static const struct table_column one[] = {{"text", false, false}};
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	struct table *t = table_open(f, one, 1, 80);

	table_cell(t, "\033[31m\x9b\r\n\xe2\x80\xae", 11, NULL);
	table_end_row(t);
	ck_assert_int_eq(table_close(t), 0);
	fclose(f);
	ck_assert_str_eq(text, "text\n\\x1b[31m\\x9b\\r\\n\\xe2\\x80\\xae\n");
	free(text);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("table");

	tcase_add_loop_test(tc, no_line_is_wider_than_the_terminal, 0, 6);
	tcase_add_test(tc, columns_line_up_and_times_stay_whole);
	tcase_add_test(tc, a_column_is_no_wider_than_its_values_need);
	tcase_add_test(tc, no_byte_of_the_network_steers_the_terminal);
	return suite_run("table", tc);
}
