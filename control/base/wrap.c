/* SPDX-License-Identifier: Apache-2.0 */
/* wrap.c - breaks text into lines of at most 80 columns. */
#include <stdbool.h>
#include <string.h>

#include "wrap.h"

/* The length of what stays on one line: a word, or a group in brackets of at most @room bytes. */
static size_t piece(const char *text, size_t room)
{
	size_t word = strcspn(text, " \n"), group;

	if (text[0] != '[')
		return word;
	group = strcspn(text, "]\n");
	group += strcspn(text + group, " \n");
	return group <= room ? group : word;
}

static void begin_line(FILE *out, unsigned indent)
{
	fprintf(out, "\n%*s", (int)indent, "");
}

/* Whether the line feed at @feed stays one. */
static bool breaks(const char *text, const char *feed)
{
	return feed[1] == ' ' || feed == text || strchr(".:\n", feed[-1]) != NULL;
}

/* Print the line at @text as it is if it begins with a blank. Returns its length, else 0. */
static size_t print_raw(const char *text, FILE *out)
{
	return text[0] == ' ' ? fwrite(text, 1, strcspn(text, "\n"), out) : 0;
}

void wrap_print(FILE *out, const char *text, unsigned column, unsigned indent)
{
	bool begun = false; /* the line has a word */
	bool raw = false;   /* the line is printed as it is */
	const char *c = text;

	while (*c != '\0') {
		size_t n;

		if (*c == '\n' && (raw || breaks(text, c))) {
			begin_line(out, indent);
			n = print_raw(c + 1, out);
			column = indent;
			begun = false;
			raw = n > 0;
			c += 1 + n;
			continue;
		}
		if (*c == ' ' || *c == '\n') {
			c++;
			continue;
		}
		n = piece(c, WRAP_WIDTH - indent);
		if (begun && column + 1 + n > WRAP_WIDTH) {
			begin_line(out, indent);
			column = indent;
			begun = false;
		}
		if (begun)
			fputc(' ', out);
		fwrite(c, 1, n, out);
		column += (unsigned)n + begun;
		begun = true;
		c += n;
	}
	fputc('\n', out);
}
