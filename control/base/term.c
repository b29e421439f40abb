/* SPDX-License-Identifier: Apache-2.0 */
/* term.c - what a terminal may see, and how wide it is. */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "term.h"

static size_t utf8_len(const uint8_t *p, size_t left)
{
	static const struct {
		uint8_t first, last, len;
		uint32_t least;
	} forms[] = {{0xc2, 0xdf, 2, 0xa0}, {0xe0, 0xef, 3, 0x800}, {0xf0, 0xf4, 4, 0x10000}};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		uint32_t c = p[0] & (0x7fu >> forms[i].len);

		if (p[0] < forms[i].first || p[0] > forms[i].last || left < forms[i].len)
			continue;
		for (size_t k = 1; k < forms[i].len; k++) {
			if ((p[k] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (p[k] & 0x3f);
		}
		/* No overlong forms, C1 controls, surrogates or direction overrides. */
		if (c < forms[i].least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ||
		    (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069) || c == 0xfeff)
			return 0;
		return forms[i].len;
	}
	return 0;
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
		size_t n = *p >= 0x20 && *p < 0x7f ? 1 : utf8_len(p, (size_t)(end - p));

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
