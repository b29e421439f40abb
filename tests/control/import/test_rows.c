/* SPDX-License-Identifier: Apache-2.0 */
/* test_rows.c - claims about how a stream is cut into rows, whatever pieces it comes in. */
#include <errno.h>
#include <string.h>

#include "row_tree.h"
#include "rows.h"
#include "suite.h"

struct heard {
	char text[512];
	unsigned rows, broken;
	uint64_t last_line;
};

static void each(void *arg, char *text, size_t len, uint64_t line)
{
	struct heard *h = arg;

	ck_assert_uint_eq(strlen(text), len);
	strncat(h->text, text, sizeof(h->text) - strlen(h->text) - 2);
	strcat(h->text, "|");
	h->rows++;
	h->last_line = line;
}

static void broken(void *arg, const char *why, uint64_t line)
{
	struct heard *h = arg;

	ck_assert_ptr_nonnull(why);
	h->broken++;
	h->last_line = line;
}

static const struct {
	enum rows_mode mode;
	const char *in, *out;
	unsigned broken;
} cases[] = {
	{ROWS_LINES, "a\nb\r\n\nc", "a|b|c|", 0},
	{ROWS_OBJECTS, "[\n{\"a\":1}\n,\n{\"a\":[2,{}]}\n]\n", "{\"a\":1}|{\"a\":[2,{}]}|", 0},
	{ROWS_OBJECTS, "{\"a\":\"}{\\\"\"}{\"b\":2}", "{\"a\":\"}{\\\"\"}|{\"b\":2}|", 0},
	{ROWS_OBJECTS, "{\"a\":\"cut\n{\"b\":2}\n", "{\"b\":2}|", 1},
	{ROWS_OBJECTS, "{\"a\":1,\n{\"b\":2}\n", "{\"b\":2}|", 1},
	{ROWS_OBJECTS, "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n",
         "{\n  \"a\": {\n    \"b\": 1\n  }\n}|", 0},
	{ROWS_OBJECTS, "{\"a\":", "", 1},
	{ROWS_OBJECTS, "]]}} text", "", 0},
};

START_TEST(rows_are_the_same_in_any_pieces)
{
	const char *in = cases[_i].in;

	for (size_t piece = 1; piece <= strlen(in); piece++) {
		struct heard h = {.rows = 0};
		struct rows r;

		rows_init(&r, cases[_i].mode);
		r.each = each;
		r.broken = broken;
		r.arg = &h;
		for (size_t at = 0; at < strlen(in); at += piece) {
			size_t left = strlen(in) - at;

			ck_assert_int_eq(rows_take(&r, in + at, left < piece ? left : piece), 0);
		}
		ck_assert_int_eq(rows_end(&r), 0);
		ck_assert_str_eq(h.text, cases[_i].out);
		ck_assert_uint_eq(h.broken, cases[_i].broken);
		rows_fini(&r);
	}
}
END_TEST

START_TEST(a_tree_is_read_by_names)
{
	static const char text[] =
		"{\"a\":{\"b\":[1,\"x\\u0000y\",null,true]},\"a\":2,\"c\":\"\xff\"}";
	struct row_tree t = {0};
	const struct row_node *n;

	ck_assert_int_eq(row_tree_parse(&t, text, sizeof(text) - 1), 0);
	n = row_tree_first(&t, row_tree_find(&t, row_tree_root(&t), "a.b"));
	ck_assert(n->type == ROW_NUMBER && row_node_has_text(n));
	n = row_tree_next(&t, n);
	ck_assert_uint_eq(n->len, 3); /* with its NUL */
	n = row_tree_next(&t, row_tree_next(&t, n));
	ck_assert(n->type == ROW_TRUE && row_tree_next(&t, n) == NULL);
	ck_assert(row_node_is(row_tree_get(&t, row_tree_root(&t), "c"), "\xff"));
	ck_assert_ptr_null(row_tree_find(&t, row_tree_root(&t), "a.x.y"));
	row_tree_fini(&t);
}
END_TEST

START_TEST(a_tree_has_limits)
{
	struct row_tree t = {0};
	char deep[2 * ROW_DEPTH + 8];

	memset(deep, '[', ROW_DEPTH + 1);
	memset(deep + ROW_DEPTH + 1, ']', ROW_DEPTH + 1);
	ck_assert_int_eq(row_tree_parse(&t, deep, 2 * ROW_DEPTH + 2), -E2BIG);
	ck_assert_int_eq(row_tree_parse(&t, deep + 1, 2 * ROW_DEPTH), 0);
	ck_assert_int_eq(row_tree_parse(&t, "{\"a\":}", 6), -EINVAL);
	ck_assert_ptr_null(row_tree_root(&t));
	row_tree_fini(&t);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("rows");

	tcase_add_loop_test(c, rows_are_the_same_in_any_pieces, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(c, a_tree_is_read_by_names);
	tcase_add_test(c, a_tree_has_limits);
	return suite_run("rows", c);
}
