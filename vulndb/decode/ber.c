/* SPDX-License-Identifier: Apache-2.0 */
/* ber.c - elements of BER (X.690, 8.1). */
#include "decode.h"

/* Read the tag and length of an element; *@len is the length of its contents. Returns how many
 * bytes tag and length have, or 0 where they are broken or have not come whole. */
static size_t read_header(struct span s, size_t *len)
{
	size_t bytes = span_u8(s, 1) & 0x7f;

	if (span_left(s) < 2)
		return 0;
	*len = s.at[1];
	if (s.at[1] < 0x80)
		return 2;
	if (bytes == 0 || bytes > 4 || span_left(s) < 2 + bytes)
		return 0;
	*len = 0;
	for (size_t i = 0; i < bytes; i++)
		*len = *len << 8 | s.at[2 + i];
	return 2 + bytes;
}

bool decode_ber(struct span *s, uint8_t *tag, struct span *content)
{
	size_t len, header = read_header(*s, &len);

	if (header == 0)
		return false;
	*tag = s->at[0];
	*content = span_first(span_from(*s, header), len);
	s->at = content->end;
	return true;
}

size_t decode_ber_size(struct span s)
{
	size_t len, header = read_header(s, &len);

	return header > 0 ? header + len : 0;
}
