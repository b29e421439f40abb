/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - escapes bytes from the network for people and JSON. */
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "utf8.h"

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
	} else if (at != NULL || utf8_is_printable(c)) {
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

		n = utf8_decode(p + i, len - i, &c);
		if (n == 0) {
			put_hex(out, p + i, 1);
			n = 1;
		} else {
			put_char(out, p + i, n, c, mode);
		}
	}
}
