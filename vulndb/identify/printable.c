/* SPDX-License-Identifier: Apache-2.0 */
/* printable.c - makes text from a peer fit to be shown. */
#include "printable.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "utf8.h"

/* Are the 8 bytes at @text all from ' ' to '~'? */
static bool printable8(const char *text)
{
	const uint64_t each = 0x0101010101010101U;
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	/* The top bit of a byte is set if the byte is below 0x20 or above 0x7e. */
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
		uint32_t c = 0;
		size_t n = utf8_decode(text, len, &c), step = n > 0 ? n : 1;

		if (size - 1 - used < step)
			break;
		memcpy(out + used, text, step);
		if (n == 0)
			out[used] = '?';
		else if (c < 0x20 || c == 0x7f)
			out[used] = ' ';
		used += step;
		text += step;
		len -= step;
	}
	while (used > 0 && out[used - 1] == ' ')
		used--;
	out[used] = '\0';
}
