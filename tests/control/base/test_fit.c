/* SPDX-License-Identifier: Apache-2.0 */
/* test_fit.c - claims about how wide a text is on a terminal. */
#include <string.h>

#include "fit.h"
#include "suite.h"

static const struct {
	const char *text;
	size_t width;
} widths[] = {
	{"", 0},
	{"nginx 1.18", 10},
	{"\xc3\xa9t\xc3\xa9", 3},
	{"\xe6\x97\xa5\xe6\x9c\xac", 4}, /* two wide characters */
	{"e\xcc\x81", 1},                /* a combining accent */
	{"\xff\xfe", 2},                 /* no UTF-8 */
	{FIT_MORE, 1},
};

START_TEST(a_text_is_as_wide_as_a_terminal_shows_it)
{
	ck_assert_uint_eq(fit_width(widths[_i].text, strlen(widths[_i].text)), widths[_i].width);
}
END_TEST

START_TEST(a_cut_text_fits_and_is_whole_characters)
{
	const char *text = widths[_i].text;
	size_t len = strlen(text);

	for (size_t columns = 0; columns <= widths[_i].width; columns++) {
		size_t n = fit_cut(text, len, columns);

		ck_assert_uint_le(fit_width(text, n), columns);
		ck_assert_uint_ge(fit_width(text, n) + 1, columns);
	}
	ck_assert_uint_eq(fit_cut(text, len, widths[_i].width), len);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("fit");

	tcase_add_loop_test(tc, a_text_is_as_wide_as_a_terminal_shows_it, 0,
	                    sizeof(widths) / sizeof(widths[0]));
	tcase_add_loop_test(tc, a_cut_text_fits_and_is_whole_characters, 0,
	                    sizeof(widths) / sizeof(widths[0]));
	return suite_run("fit", tc);
}
