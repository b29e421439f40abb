/* SPDX-License-Identifier: Apache-2.0 */
/* test_change_view.c - claims about how changes are printed. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change_view.h"
#include "suite.h"

static const struct store_change change = {
	.seq = 7,
	.time_us = 1795305600000000, /* 2026-11-22T00:00:00Z */
	.type = "vuln.resolved",
	.port = 53,
	.transport = DP_TRANSPORT_UDP,
	.scan = "s-1",
	.cause = "db",
	.ref = "CVE-2024-0001",
	.was = "id\tCVE-2024-0001\nverdict\taffected\ncvss\t7.5\nkev\ttrue\n",
	.is = "ports\t3\nlevel\tLow\n",
	.before = "CVE-2024-0001 affected 7.5 kev \x1b[2J \xe2\x98\xba",
	.after = "=3 open",
};

static char *print(enum output_format format, unsigned width, unsigned rows)
{
	char *text = NULL;
	size_t size = 0;
	struct store_change c = change;
	struct change_view v = {.format = format, .width = width};

	c.addr = dp_addr_v4(0xc6120001);
	v.out = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(v.out);
	change_view_begin(&v);
	for (unsigned i = 0; i < rows; i++)
		ck_assert(change_view_row(&v, &c));
	ck_assert_int_eq(change_view_end(&v), 0);
	fclose(v.out);
	return text;
}

START_TEST(json_has_states_as_objects)
{
	char *text = print(OUTPUT_JSON, 0, 2);
	json_t *list = json_loads(text, 0, NULL), *was, *is;

	ck_assert_msg(list != NULL, "%s", text);
	ck_assert_uint_eq(json_array_size(list), 2);
	was = json_object_get(json_array_get(list, 1), "before");
	is = json_object_get(json_array_get(list, 1), "after");
	ck_assert_str_eq(json_string_value(json_object_get(was, "verdict")), "affected");
	ck_assert_double_eq_tol(json_number_value(json_object_get(was, "cvss")), 7.5, 1e-9);
	ck_assert(json_is_true(json_object_get(was, "kev")));
	ck_assert_int_eq(json_integer_value(json_object_get(is, "ports")), 3);
	json_decref(list);
	free(text);
	text = print(OUTPUT_JSON, 0, 0);
	ck_assert_str_eq(text, "[]\n");
	free(text);
}
END_TEST

START_TEST(csv_has_words_that_are_no_formula)
{
	char *text = print(OUTPUT_CSV, 0, 1), *row = strchr(text, '\n');

	ck_assert_ptr_nonnull(row);
	ck_assert_ptr_nonnull(strstr(row, "7,2026-11-22T00:00:00Z,vuln.resolved,198.18.0.1,53,udp,"
	                                  "s-1,db,CVE-2024-0001,"));
	ck_assert_ptr_nonnull(strstr(row, "'=3 open"));
	ck_assert_ptr_null(strchr(row, '\x1b'));
	free(text);
}
END_TEST

/* The number of characters of the longest line. */
static size_t longest(const char *text)
{
	size_t most = 0, n = 0;

	for (; *text != '\0'; text++) {
		n = *text == '\n' ? 0 : n + (((unsigned char)*text & 0xc0) != 0x80);
		most = n > most ? n : most;
	}
	return most;
}

static const unsigned widths[] = {40, 80, 100, 120, 200};

START_TEST(a_table_fits_the_terminal)
{
	char *text = print(OUTPUT_TABLE, widths[_i], 1);

	if (widths[_i] >= 70) /* what stands before it has 62 */
		ck_assert_uint_le(longest(strchr(text, '\n') + 1), widths[_i]);
	ck_assert_ptr_nonnull(strstr(text, "198.18.0.1:53/udp"));
	ck_assert_ptr_nonnull(strstr(text, "CVE-2024-0001 affected 7.5 kev"));
	ck_assert_ptr_null(strchr(text, '\x1b'));
	ck_assert_ptr_null(strstr(text, " \n"));
	free(text);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, json_has_states_as_objects);
	tcase_add_test(tc, csv_has_words_that_are_no_formula);
	tcase_add_loop_test(tc, a_table_fits_the_terminal, 0, sizeof(widths) / sizeof(widths[0]));
	return suite_run("change_view", tc);
}
