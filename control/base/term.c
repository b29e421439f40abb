/* SPDX-License-Identifier: Apache-2.0 */
/* term.c - prints hostile text on a terminal without harm, and measures the terminal. */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "term.h"
#include "utf8.h"

/* The length of the character at @p in bytes if it is safe to print, else 0. Characters of zero
 * width count as unsafe, because nobody sees them. */
static size_t visible(const uint8_t *p, size_t left)
{
	uint32_t c = 0;
	size_t n = utf8_decode(p, left, &c);

	return n > 0 && utf8_is_printable(c) && !(c >= 0x200b && c <= 0x200d) ? n : 0;
}

static void escape(FILE *out, uint8_t c)
{
	switch (c) {
	case '\r':
		fputs("\\r", out);
		break;
	case '\n':
		fputs("\\n", out);
		break;
	case '\t':
		fputs("\\t", out);
		break;
	default:
		fprintf(out, "\\x%02x", c);
	}
}

void term_print(FILE *out, const void *text, size_t len)
{
	const uint8_t *p = text;
	const uint8_t *end = p + len;

	while (p < end) {
		size_t n = visible(p, (size_t)(end - p));

		if (n == 0)
			escape(out, *p++);
		else {
			fwrite(p, 1, n, out);
			p += n;
		}
	}
}

char *term_count(double n, char out[16])
{
	static const char units[] = " kMGTPE";
	size_t u = 0;

	for (; n >= 999.5 && u + 1 < strlen(units); u++)
		n /= 1000;
	if (u == 0)
		snprintf(out, 16, n < 10 && n != (double)(int)n ? "%.1f" : "%.0f", n);
	else
		snprintf(out, 16,
		         n < 9.995   ? "%.2f%c"
		         : n < 99.95 ? "%.1f%c"
		                     : "%.0f%c",
		         n, units[u]);
	return out;
}

char *term_duration(double seconds, char out[16])
{
	uint64_t s = seconds < 0 ? 0 : seconds > 8.64e9 ? 8640000000u : (uint64_t)(seconds + 0.5);

	if (s < 60)
		snprintf(out, 16, "%us", (unsigned)s);
	else if (s < 3600)
		snprintf(out, 16, "%um%02us", (unsigned)(s / 60), (unsigned)(s % 60));
	else if (s < 86400)
		snprintf(out, 16, "%uh%02um", (unsigned)(s / 3600), (unsigned)(s / 60 % 60));
	else
		snprintf(out, 16, "%ud%02uh", (unsigned)(s / 86400), (unsigned)(s / 3600 % 24));
	return out;
}

unsigned term_width(FILE *out)
{
	struct winsize w;

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &w) != 0)
		return 0;
	return w.ws_col > 0 ? w.ws_col : 80;
}
