/* SPDX-License-Identifier: Apache-2.0 */
/* shell.c - quotes words for a shell. */
#include <stdbool.h>
#include <string.h>

#include "shell.h"

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:,@%+=-";

	return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

static bool has_control(const char *word)
{
	for (; *word != '\0'; word++)
		if (is_control(*word))
			return true;
	return false;
}

/* Three octal digits are always whole, whatever follows. */
static void write_escaped(FILE *out, const char *word)
{
	fputs("$'", out);
	for (; *word != '\0'; word++) {
		if (is_control(*word))
			fprintf(out, "\\%03o", (unsigned char)*word);
		else if (*word == '\'' || *word == '\\')
			fprintf(out, "\\%c", *word);
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}

void shell_word(FILE *out, const char *word)
{
	if (is_plain(word)) {
		fputs(word, out);
		return;
	}
	if (has_control(word)) {
		write_escaped(out, word);
		return;
	}
	fputc('\'', out);
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}
