/* SPDX-License-Identifier: Apache-2.0 */
/* test_shell.c - claims about words that a shell reads back. */
#include <stdlib.h>
#include <string.h>

#include "shell.h"
#include "suite.h"

static const struct {
	const char *word, *written;
} words[] = {
	{"/var/lib/sonde", "/var/lib/sonde"},
	{"s-20261130-01", "s-20261130-01"},
	{"", "''"},
	{"my scans", "'my scans'"},
	{"~", "'~'"},
	{"$HOME/x", "'$HOME/x'"},
	{"it's", "'it'\\''s'"},
	{"back\\slash", "'back\\slash'"},
	{"caf\xc3\xa9", "'caf\xc3\xa9'"},
	{"two\nlines", "$'two\\012lines'"},
	{"\033[31m'\\1", "$'\\033[31m\\'\\\\1'"},
};

START_TEST(shell_reads_the_word_back)
{
	char text[64] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	shell_word(out, words[_i].word);
	fclose(out);
	ck_assert_str_eq(text, words[_i].written);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, shell_reads_the_word_back, 0, sizeof(words) / sizeof(words[0]));
	return suite_run("shell", tc);
}
