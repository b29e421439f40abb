/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - bytes from the network made fit for people and JSON. */
#include <stdio.h>
#include <string.h>

#include "text.h"

/* The length of the well-formed UTF-8 sequence at @p (Unicode 15, table 3-7), its character in *@c;
 * 0 = none. */
static size_t sequence(const uint8_t *p, size_t len, uint32_t *c)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = p[0] < 0x80   ? 1
	           : p[0] < 0xc2 ? 0
	           : p[0] < 0xe0 ? 2
	           : p[0] < 0xf0 ? 3
	           : p[0] < 0xf5 ? 4
	                         : 0;

	if (n == 0 || len < n)
		return 0;
	*c = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	return *c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff) ? 0 : n;
}

static bool is_printable(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
		return false;
	return !(c >= 0x200e && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
	       !(c >= 0x2066 && c <= 0x2069) && c != 0xfeff;
}

static void put_hex(struct bytes *out, const uint8_t *p, size_t n)
{
	char hex[5];

	for (size_t i = 0; i < n; i++) {
		snprintf(hex, sizeof(hex), "\\x%02x", p[i]);
		bytes_put(out, hex, 4);
	}
}

static void put_char(struct bytes *out, const uint8_t *p, size_t n, uint32_t c, enum text_mode mode)
{
	const char *const plain = "\n\r\t", *const escaped = "nrt";
	const char *at = c != 0 && c < 0x80 ? strchr(plain, (int)c) : NULL;

	if (c == '\\') {
		bytes_put(out, "\\\\", 2);
	} else if (at != NULL && mode == TEXT_LINE) {
		bytes_put(out, "\\", 1);
		bytes_put(out, &escaped[at - plain], 1);
	} else if (at != NULL || is_printable(c)) {
		bytes_put(out, p, n);
	} else {
		put_hex(out, p, n);
	}
}

void text_escape(struct bytes *out, const char *data, size_t len, enum text_mode mode)
{
	const uint8_t *p = (const uint8_t *)data;

	for (size_t i = 0, n; i < len; i += n) {
		uint32_t c = 0;

		n = sequence(p + i, len - i, &c);
		if (n == 0) {
			put_hex(out, p + i, 1);
			n = 1;
		} else {
			put_char(out, p + i, n, c, mode);
		}
	}
}
