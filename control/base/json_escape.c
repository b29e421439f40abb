/* SPDX-License-Identifier: Apache-2.0 */
/* json_escape.c - writes bytes from the network as the inside of a JSON string. */
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "json.h"
#include "utf8.h"

static bool is_odd(uint8_t c)
{
	return c < 0x20 || c >= 0x7f || c == '"' || c == '\\';
}

#ifdef __SSE2__
/* A bit for each of the 16 bytes that is odd. */
static unsigned odd_of(__m128i x)
{
	/* As signed numbers, those that are no ASCII are less than a blank, too. */
	__m128i odd = _mm_cmplt_epi8(x, _mm_set1_epi8(0x20));

	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f)));
	return (unsigned)_mm_movemask_epi8(odd);
}

size_t json_copy_plain(uint8_t *to, const char *from, size_t len)
{
	size_t n = 0;

	for (; len - n >= 16; n += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(from + n));
		unsigned odd = odd_of(x);

		_mm_storeu_si128((__m128i *)(void *)(to + n), x);
		if (odd != 0)
			return n + (size_t)__builtin_ctz(odd);
	}
	for (; n < len && !is_odd((uint8_t)from[n]); n++)
		to[n] = (uint8_t)from[n];
	return n;
}
#else
size_t json_copy_plain(uint8_t *to, const char *from, size_t len)
{
	size_t n = 0;

	for (; n < len && !is_odd((uint8_t)from[n]); n++)
		to[n] = (uint8_t)from[n];
	return n;
}
#endif

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
	while (len > 0) {
		uint8_t *to = bytes_room(out, len);
		size_t n;

		if (to == NULL)
			return;
		n = json_copy_plain(to, data, len);
		out->len += n;
		if (n < len)
			n += put_odd(out, (const uint8_t *)data + n, len - n);
		data += n;
		len -= n;
	}
}
