/* SPDX-License-Identifier: Apache-2.0 */
/* test_text.c - claims about how bytes from the network appear on a terminal and in JSON. */
#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "term.h"
#include "text.h"

static const struct {
	const char *bytes, *terminal, *json; /* json: from text_escape() with TEXT_LINE */
} shown[] = {
	{"nginx/1.18.0", "nginx/1.18.0", "nginx/1.18.0"},
	{"caf\xc3\xa9", "caf\xc3\xa9", "caf\xc3\xa9"},
	{"\x1b[2J", "\\x1b[2J", "\\x1b[2J"},      /* clears a terminal */
	{"\xc2\x9b", "\\xc2\\x9b", "\\xc2\\x9b"}, /* the same in C1 */
	{"a\r\nb\tc", "a\\r\\nb\\tc", "a\\r\\nb\\tc"},
	{"\xe2\x80\xae", "\\xe2\\x80\\xae", "\\xe2\\x80\\xae"}, /* reverses the text */
	{"\xe2\x80\x8b", "\\xe2\\x80\\x8b", "\xe2\x80\x8b"},    /* has no width */
	{"\xff", "\\xff", "\\xff"},
	{"a\\b", "a\\b", "a\\\\b"},
};

START_TEST(bytes_are_shown_without_harm)
{
	struct bytes out = {0};
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	term_print(f, shown[_i].bytes, strlen(shown[_i].bytes));
	fclose(f);
	ck_assert_str_eq(text, shown[_i].terminal);
	free(text);
	text_escape(&out, shown[_i].bytes, strlen(shown[_i].bytes), TEXT_LINE);
	bytes_put(&out, "", 1);
	ck_assert_str_eq((const char *)out.data, shown[_i].json);
	bytes_fini(&out);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("text");

	tcase_add_loop_test(tc, bytes_are_shown_without_harm, 0, sizeof(shown) / sizeof(shown[0]));
	return suite_run("text", tc);
}
