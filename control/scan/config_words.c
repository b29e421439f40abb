/* SPDX-License-Identifier: Apache-2.0 */
/* config_words.c - a command line as one text, and back. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"

/* Remove the last character of @out, of @n bytes, if it is not whole UTF-8 without what follows.
 * Returns the new length. */
static size_t back_to_character(const char *out, size_t n)
{
	while (n > 0 && ((unsigned char)out[n - 1] & 0xc0) == 0x80)
		n--;
	return n > 0 && (unsigned char)out[n - 1] >= 0xc0 ? n - 1 : n;
}

/* Append @word in quotes to the *@n bytes at @out. Where it does not fit, it is cut, and three dots
 * stand behind its closing quote. Returns false if it was cut. */
static bool quote_word(const char *word, char *out, size_t *n, size_t size)
{
	const size_t tail = sizeof("'...");

	out[(*n)++] = '\'';
	for (const char *s = word; *s != '\0'; s++) {
		size_t need = *s == '\'' ? 4 : 1;

		if (*n + need + tail > size) {
			*n = back_to_character(out, *n);
			memcpy(out + *n, "'...", tail);
			return false;
		}
		memcpy(out + *n, *s == '\'' ? "'\\''" : s, need);
		*n += need;
	}
	out[(*n)++] = '\'';
	return true;
}

bool config_quote(int argc, char **argv, char *out, size_t size)
{
	const size_t least = sizeof(" ''...");
	size_t n = 0;

	for (int i = 0; i < argc; i++) {
		if (n + least > size) {
			snprintf(out + n, size - n, "...");
			return false;
		}
		if (i > 0)
			out[n++] = ' ';
		if (!quote_word(argv[i], out, &n, size))
			return false;
	}
	out[n] = '\0';
	return true;
}

/* Remove the shell quoting ('...' and \') from the word at *@at in place, and move *@at behind the
 * word. Returns the word, or NULL if a quote is not closed. */
static char *cut_word(char **at)
{
	char *in = *at, *out = *at, *word = *at;

	while (*in != '\0' && *in != ' ') {
		if (*in == '\\' && in[1] != '\0') {
			*out++ = in[1];
			in += 2;
			continue;
		}
		if (*in != '\'') {
			*out++ = *in++;
			continue;
		}
		for (in++; *in != '\'' && *in != '\0';)
			*out++ = *in++;
		if (*in++ == '\0')
			return NULL;
	}
	*at = *in == ' ' ? in + 1 : in;
	*out = '\0';
	return word;
}

int config_words(char *line, char **words, int max)
{
	int n = 0;

	while (*line != '\0') {
		if (n == max)
			return -EINVAL;
		words[n] = cut_word(&line);
		if (words[n++] == NULL)
			return -EINVAL;
	}
	return n;
}
