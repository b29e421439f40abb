/* SPDX-License-Identifier: Apache-2.0 */
/* test_nearest.c - claims about the known word that a mistyped one means. */
#include <string.h>

#include "nearest.h"
#include "suite.h"

static const char *const known[] = {"scan", "search", "score", "stats", "export", "vuln", "vulndb"};

static const struct {
	const char *word, *best;
} words[] = {
	{"scna", "scan"},     {"SCAN", "scan"},      {"serach", "search"}, {"searc", "search"},
	{"exprot", "export"}, {"vulndbb", "vulndb"}, {"vulm", "vuln"},     {"x", NULL},
	{"", NULL},           {"list", NULL},        {"127.0.0.1", NULL},  {"stat", "stats"},
};

START_TEST(nearest_is_what_was_probably_meant)
{
	const char *word = words[_i].word;
	struct nearest n = nearest_to(word, strlen(word), nearest_slips(strlen(word)));

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		nearest_consider(&n, known[i], strlen(known[i]), known[i]);
	ck_assert_pstr_eq(n.best, words[_i].best);
}
END_TEST

START_TEST(nearest_leaves_long_words_alone)
{
	char word[400];
	struct nearest n;

	memset(word, 'a', sizeof(word));
	n = nearest_to(word, sizeof(word), nearest_slips(sizeof(word)));
	nearest_consider(&n, word, sizeof(word), "same");
	nearest_consider(&n, "a", 1, "short");
	ck_assert_ptr_null(n.best);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, nearest_is_what_was_probably_meant, 0,
	                    sizeof(words) / sizeof(words[0]));
	tcase_add_test(tc, nearest_leaves_long_words_alone);
	return suite_run("nearest", tc);
}
