/* SPDX-License-Identifier: Apache-2.0 */
/* printable.c - text from a peer, made fit to be shown. */
#include "printable.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* How long the UTF-8 character at @text is (RFC 3629), or 0. */
static size_t utf8_len(const unsigned char *text, size_t len)
{
	size_t need = text[0] < 0x80                      ? 1
	              : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
	              : (text[0] & 0xf0) == 0xe0          ? 3
	              : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
	                                                  : 0;

	if (need == 0 || len < need)
		return 0;
	for (size_t i = 1; i < need; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return need;
}

/* Are the 8 bytes at @text all from ' ' to '~'? */
static bool printable8(const char *text)
{
	const uint64_t each = 0x0101010101010101U;
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	/* The top bit of a byte that is below 0x20, is 0x7f, or is above. */
	return (((word - each * 0x20) | (word + each) | word) & each * 0x80) == 0;
}

void printable_text(char *out, size_t size, const char *text, size_t len)
{
	size_t used = 0;

	while (len > 0 && isspace((unsigned char)*text)) {
		text++;
		len--;
	}
	/* Most text is printable ASCII and fits. */
	while (len - used >= 8 && size - 1 - used >= 8 && printable8(text + used)) {
		memcpy(out + used, text + used, 8);
		used += 8;
	}
	while (used < len && used < size - 1 && text[used] >= ' ' && text[used] < 0x7f) {
		out[used] = text[used];
		used++;
	}
	text += used;
	len -= used;
	while (len > 0) {
		size_t n = utf8_len((const unsigned char *)text, len), step = n > 0 ? n : 1;

		if (size - 1 - used < step)
			break;
		memcpy(out + used, text, step);
		if (n == 0)
			out[used] = '?';
		else if (n == 1 && ((unsigned char)*text < 0x20 || *text == 0x7f))
			out[used] = ' ';
		used += step;
		text += step;
		len -= step;
	}
	while (used > 0 && out[used - 1] == ' ')
		used--;
	out[used] = '\0';
}
