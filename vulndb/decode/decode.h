/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.h - reading hostile bytes with their end at hand, and what many protocols have in them.
 *
 * Nothing here reads outside a span, allocates, or keeps anything: all functions are pure but for
 * the facts that they add. Facts for which memory is short are counted by the list itself
 * (vd_facts_complete()).
 */
#ifndef VULNDB_DECODE_H
#define VULNDB_DECODE_H

#include <string.h>

#include "vulndb.h"

/* What is left to read. @at == @end: nothing. */
struct span {
	const uint8_t *at, *end;
};

static inline struct span span_of(const void *data, size_t len)
{
	return (struct span){data, (const uint8_t *)data + len};
}

static inline size_t span_left(struct span s)
{
	return (size_t)(s.end - s.at);
}

/* The first @n bytes, or fewer. */
static inline struct span span_first(struct span s, size_t n)
{
	return (struct span){s.at, span_left(s) < n ? s.end : s.at + n};
}

/* What follows the first @n bytes; empty where there are fewer. */
static inline struct span span_from(struct span s, size_t n)
{
	return (struct span){span_left(s) < n ? s.end : s.at + n, s.end};
}

/* The bytes [from, to), as far as there are any. */
static inline struct span span_part(struct span s, size_t from, size_t to)
{
	return span_first(span_from(s, from), to > from ? to - from : 0);
}

/* Byte, big-endian and little-endian integers @at bytes in; 0 where they do not lie within. */
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

/* Where @word stands, NULL if nowhere; @nocase compares ASCII letters without case. */
const uint8_t *span_find(struct span s, const char *word, bool nocase);
/* Does @word stand anywhere, ASCII case aside? */
static inline bool span_has(struct span s, const char *word)
{
	return span_find(s, word, true) != NULL;
}

/* The next line without its end; *@s moves behind it. False at the end. */
bool span_line(struct span *s, struct span *line);
/* Offset just behind the first line feed at or after @from; 0: none has come. */
size_t span_line_end(struct span s, size_t from);
/* Length of the lines up to and with the first empty one; 0: it has not come. */
size_t span_head_end(struct span s);

struct span span_trim(struct span s); /* without blanks and control bytes at both ends */
/* Up to the first NUL; *@s moves behind it. */
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

/* Take out the facts from number @from on that repeat an earlier one, name and value. */
void facts_drop_repeated(struct vd_facts *f, size_t from);

/* The value of the first member called @key of a JSON text, whatever its depth: a text without its
 * quotes and escapes undone as far as ASCII goes, or a number or word as it stands. False: none. */
bool decode_json(struct span json, const char *key, char *value, size_t size);
void decode_add_json(struct vd_facts *out, const char *name, struct span json, const char *key);

/* One BER element (X.690, 8.1): its tag and contents; *@s moves behind it. An element that was cut
 * off ends with the span. False: broken or at the end. */
bool decode_ber(struct span *s, uint8_t *tag, struct span *content);
/* Bytes of the whole BER element at @s, which may be more than have come; 0: broken, or its length
 * has not come. */
size_t decode_ber_size(struct span s);

/* HTML: the text of <title>, and the content of <meta name="generator">. */
void decode_html(struct span body, struct vd_facts *out);

#endif
