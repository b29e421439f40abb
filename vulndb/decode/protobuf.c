/* SPDX-License-Identifier: Apache-2.0 */
/* protobuf.c - fields of messages in the wire format of Protocol Buffers (protobuf.dev, "Encoding").
 */
#include "decode.h"

enum { VARINT = 0, DELIMITED = 2, VARINT_BYTES = 10 };

static bool varint(struct span *s, uint64_t *value)
{
	*value = 0;
	for (unsigned i = 0; i < VARINT_BYTES && s->at < s->end; i++) {
		uint8_t byte = *s->at++;

		*value |= (uint64_t)(byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0)
			return true;
	}
	return false;
}

bool decode_protobuf(struct span *s, uint32_t *field, struct span *content, uint64_t *value)
{
	uint64_t key;

	if (!varint(s, &key) || key >> 3 == 0 || key >> 3 > UINT32_MAX || !varint(s, value))
		return false;
	*field = (uint32_t)(key >> 3);
	*content = (struct span){s->at, s->at};
	if ((key & 7) == VARINT)
		return true;
	if ((key & 7) != DELIMITED || *value > span_left(*s))
		return false;
	*content = span_first(*s, (size_t)*value);
	s->at = content->end;
	return true;
}
