/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.h - bounds-checked reading of hostile bytes, and decoders for formats that many protocols
 * share.
 *
 * No function here reads outside its span, allocates, or keeps anything: all are pure but for the
 * facts that they add. A list of facts notes itself where memory for a fact was short
 * (vd_facts_complete()).
 */
#ifndef VULNDB_DECODE_H
#define VULNDB_DECODE_H

#include <string.h>

#include "vulndb.h"

/* The bytes that are left to read; none where @at == @end. */
struct span {
	const uint8_t *at, *end;
};

/* @data may be NULL where @len is 0. */
static inline struct span span_of(const void *data, size_t len)
{
	return (struct span){data, len > 0 ? (const uint8_t *)data + len : data};
}

static inline size_t span_left(struct span s)
{
	return (size_t)(s.end - s.at);
}

/* The first @n bytes, or fewer. */
static inline struct span span_first(struct span s, size_t n)
{
	return (struct span){s.at, span_left(s) <= n ? s.end : s.at + n};
}

/* What follows the first @n bytes; empty where there are fewer. */
static inline struct span span_from(struct span s, size_t n)
{
	return (struct span){span_left(s) <= n ? s.end : s.at + n, s.end};
}

/* The bytes [@from, @to), or as many of them as there are. */
static inline struct span span_part(struct span s, size_t from, size_t to)
{
	return span_first(span_from(s, from), to > from ? to - from : 0);
}

/* The integer at offset @at: one byte, or big-endian, or little-endian. 0 where it does not lie
 * wholly within @s. */
uint8_t span_u8(struct span s, size_t at);
uint16_t span_be16(struct span s, size_t at);
uint32_t span_be32(struct span s, size_t at);
uint16_t span_le16(struct span s, size_t at);
uint32_t span_le32(struct span s, size_t at);

/* Does @s begin with these bytes? */
bool span_starts(struct span s, const char *word);
bool span_starts_nocase(struct span s, const char *word);
bool span_starts_bytes(struct span s, const void *bytes, size_t len);
/* Does @s begin with these bytes, or could it still when more bytes come? */
bool span_may_start(struct span s, const char *word);
bool span_may_start_bytes(struct span s, const void *bytes, size_t len);

/* The first place in @s where @word stands, or NULL. With @nocase, ASCII letters match in either
 * case. */
const uint8_t *span_find(struct span s, const char *word, bool nocase);
/* Does @s contain @word? ASCII letters match in either case. */
static inline bool span_has(struct span s, const char *word)
{
	return span_find(s, word, true) != NULL;
}

/* Take the next line, without its line end; *@s moves behind it. False at the end. */
bool span_line(struct span *s, struct span *line);
/* Offset just behind the first line feed at or after @from; 0: none has come. */
size_t span_line_end(struct span s, size_t from);
/* Length of the lines up to and with the first empty one; 0 while that has not come. */
size_t span_head_end(struct span s);

struct span span_trim(struct span s); /* without blanks and control bytes at both ends */
struct span span_word(struct span s); /* the bytes up to the first blank or control byte */
/* Take the bytes up to the first NUL or the end; *@s moves behind the NUL. */
struct span span_text(struct span *s);

/* Add a fact where the value is not empty. */
void decode_add(struct vd_facts *out, const char *name, struct span value);
void decode_add_text(struct vd_facts *out, const char *name, const char *value);
/* Add the text "true" or "false". */
void decode_add_bool(struct vd_facts *out, const char *name, bool value);
/* Add UTF-16LE text as UTF-8, up to its end or a NUL. */
void decode_add_utf16(struct vd_facts *out, const char *name, struct span value);
/* Add what follows @key on the first line that begins with it, without blanks at both ends. */
void decode_add_line_value(struct vd_facts *out, const char *name, struct span in, const char *key);

/* Note that memory was short for a fact. */
void facts_lose(struct vd_facts *f);
/* Remove the facts from number @from on that repeat name and value of an earlier one. */
void facts_drop_repeated(struct vd_facts *f, size_t from);

/* Find the first member called @key in a JSON text, at any depth, and write its value to @value,
 * cut to @size: a string without its quotes and with its one-letter escapes decoded, or a number or
 * word as it stands. False where there is no such member, or its value is of another kind. */
bool decode_json(struct span json, const char *key, char *value, size_t size);
/* Add the value that decode_json() finds, cut to 255 bytes, where it is not empty. */
void decode_add_json(struct vd_facts *out, const char *name, struct span json, const char *key);

/* Read one BER element (X.690, 8.1): its tag and contents; *@s moves behind it. The contents of an
 * element that was cut off end with the span. False where the element is broken or nothing is
 * left. */
bool decode_ber(struct span *s, uint8_t *tag, struct span *content);
/* The size of the whole BER element at @s in bytes, which may be more than have come. 0 where the
 * element is broken, or its length has not come. */
size_t decode_ber_size(struct span s);

/*
 * Read one field of a message in the wire format of Protocol Buffers: its number, and its contents
 * (of a length-delimited field) or its value (of a varint; contents are empty then); *@s moves
 * behind it. False at the end, and where the field is broken, cut off or of a fixed size.
 */
bool decode_protobuf(struct span *s, uint32_t *field, struct span *content, uint64_t *value);

/* Add "http.title" from the text of <title>, and "http.generator" from the content of
 * <meta name="generator">. */
void decode_html(struct span body, struct vd_facts *out);
/* The address in the first <link> of that relation ("icon"), of which one word is enough; empty with
 * @at NULL where there is none. */
struct span html_link(struct span body, const char *rel);
/* The address to which a page sends by <meta http-equiv="refresh">; empty with @at NULL where it
 * sends to none. */
struct span html_refresh(struct span body);

#endif
