/* SPDX-License-Identifier: Apache-2.0 */
/* json_escape.c - writes bytes from the network as the inside of a JSON string. */
#include <string.h>

#include "json.h"
#include "utf8.h"

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* A bit in each byte that is zero; bits above the first zero byte may be set without reason. */
static uint64_t zeros(uint64_t x)
{
	return (x - EACH_BYTE(1)) & ~x & EACH_BYTE(0x80);
}

/* Whether a byte of @x is a control character, DEL, a quote, a backslash or no ASCII. */
static bool has_odd(uint64_t x)
{
	return (((x - EACH_BYTE(0x20)) | x) & EACH_BYTE(0x80)) != 0 ||
	       (zeros(x ^ EACH_BYTE('"')) | zeros(x ^ EACH_BYTE('\\')) |
	        zeros(x ^ EACH_BYTE(0x7f))) != 0;
}

static bool is_odd(uint8_t c)
{
	return c < 0x20 || c >= 0x7f || c == '"' || c == '\\';
}

/* How many bytes at the beginning stand in a JSON string as they are. */
static size_t plain(const uint8_t *p, size_t len)
{
	size_t n = 0;
	uint64_t x;

	for (; len - n >= sizeof(x); n += sizeof(x)) {
		memcpy(&x, p + n, sizeof(x));
		if (has_odd(x))
			break;
	}
	while (n < len && !is_odd(p[n]))
		n++;
	return n;
}

bool json_is_plain(const char *data, size_t len)
{
	return plain((const uint8_t *)data, len) == len;
}

/* The byte as text_escape() writes it, "\xNN", whose backslash JSON doubles. */
static uint8_t *put_hex(uint8_t *out, uint8_t c)
{
	static const char digits[] = "0123456789abcdef";

	memcpy(out, "\\\\x", 3);
	out[3] = (uint8_t)digits[c >> 4];
	out[4] = (uint8_t)digits[c & 15];
	return out + 5;
}

enum { ODD_ROOM = 5 * 4 }; /* most that put_odd() writes */

/* Write the character at @p, which is none of plain(), and return how many bytes it has. */
static size_t put_odd(struct bytes *out, const uint8_t *p, size_t len)
{
	uint8_t *to = bytes_room(out, ODD_ROOM), *from = to;
	const char *at = *p == 0 ? NULL : strchr("\n\r\t\"", *p);
	uint32_t c = 0;
	size_t n;

	if (to == NULL)
		return len;
	n = utf8_decode(p, len, &c);
	if (*p == '\\') {
		memcpy(to, "\\\\\\\\", 4);
		to += 4;
	} else if (at != NULL) {
		*to++ = '\\';
		*to++ = *p == '\n' ? 'n' : *p == '\r' ? 'r' : *p == '\t' ? 't' : '"';
	} else if (n > 0 && utf8_is_printable(c)) {
		memcpy(to, p, n);
		to += n;
	} else {
		for (size_t i = 0; i < (n > 0 ? n : 1); i++)
			to = put_hex(to, p[i]);
	}
	out->len += (size_t)(to - from);
	return n > 0 ? n : 1;
}

void json_escape(struct bytes *out, const char *data, size_t len)
{
	const uint8_t *p = (const uint8_t *)data;

	while (len > 0) {
		size_t n = plain(p, len);

		bytes_put(out, p, n);
		if (n < len)
			n += put_odd(out, p + n, len - n);
		p += n;
		len -= n;
	}
}
