/* SPDX-License-Identifier: Apache-2.0 */
/* http_frame.c - finds the end of an answer of HTTP/1.1, and the pieces of its body (RFC 9112, 6,
 * 7.1). */
#include <ctype.h>
#include <stdlib.h>

#include "ascii.h"
#include "http.h"

enum { CHUNK_MAX = 1 << 24, DIGITS = 20 };

unsigned http_status(const struct reply *r)
{
	return (unsigned)(span_u8(r->status, 0) - '0') * 100 +
	       (unsigned)(span_u8(r->status, 1) - '0') * 10 +
	       (unsigned)(span_u8(r->status, 2) - '0');
}

static bool has_no_body(unsigned status)
{
	return status / 100 == 1 || status == 204 || status == 304;
}

static bool is_chunked(const struct reply *r)
{
	return span_starts_nocase(reply_header(r, "Transfer-Encoding"), "chunked");
}

/* Take the line with the size of a chunk. False where it has not come whole or is none. */
static bool take_size(struct span *s, size_t *size)
{
	size_t end = span_line_end(*s, 0);
	struct span line = span_first(*s, end);

	*size = 0;
	if (end == 0 || !isxdigit(*line.at))
		return false;
	for (; isxdigit(*line.at) && *size < CHUNK_MAX; line.at++)
		*size = *size * 16 + (size_t)ascii_hex((char)*line.at);
	*s = span_from(*s, end);
	return *size < CHUNK_MAX;
}

/* The length of a whole chunked body; 0 while it has not come. Behind the last chunk stand fields,
 * and an empty line. */
static size_t chunks_len(struct span body)
{
	struct span s = body;
	size_t size, end;

	while (take_size(&s, &size)) {
		if (size > 0) {
			if (span_left(s) < size)
				return 0;
			s = span_from(s, size);
			end = span_line_end(s, 0);
			if (end == 0 || end > 2)
				return 0;
			s = span_from(s, end);
			continue;
		}
		end = span_head_end(s);
		return end > 0 ? (size_t)(s.at - body.at) + end : 0;
	}
	return 0;
}

size_t http_whole(struct span in)
{
	size_t head = span_head_end(in);
	char digits[DIGITS];
	struct span value;
	struct reply r;
	unsigned long long len;

	if (head == 0 || !reply_read(in, "HTTP/", &r))
		return 0;
	if (has_no_body(http_status(&r)))
		return head;
	if (is_chunked(&r)) {
		size_t chunks = chunks_len(r.body);

		return chunks > 0 ? head + chunks : 0;
	}
	value = span_first(reply_header(&r, "Content-Length"), DIGITS - 1);
	if (!isdigit(span_u8(value, 0)))
		return 0;
	memcpy(digits, value.at, span_left(value));
	digits[span_left(value)] = '\0';
	len = strtoull(digits, NULL, 10);
	return len <= span_left(r.body) ? head + (size_t)len : 0;
}

bool http_piece(const struct reply *r, struct span *rest, struct span *piece)
{
	size_t size;

	if (!is_chunked(r)) {
		*piece = *rest;
		rest->at = rest->end;
		return piece->at < piece->end;
	}
	if (!take_size(rest, &size) || size == 0)
		return false;
	*piece = span_first(*rest, size);
	*rest = span_from(*rest, size);
	*rest = span_from(*rest, span_line_end(*rest, 0));
	return piece->at < piece->end;
}

struct span http_text(const struct reply *r, uint8_t room[HTTP_TEXT_MAX])
{
	struct span rest = r->body, piece, next;
	size_t len = 0;

	if (!http_piece(r, &rest, &piece))
		return span_first(r->body, HTTP_TEXT_MAX);
	while (len < HTTP_TEXT_MAX && http_piece(r, &rest, &next)) {
		if (len == 0) {
			len = span_left(span_first(piece, HTTP_TEXT_MAX));
			memcpy(room, piece.at, len);
		}
		next = span_first(next, HTTP_TEXT_MAX - len);
		memcpy(room + len, next.at, span_left(next));
		len += span_left(next);
	}
	return len > 0 ? span_of(room, len) : span_first(piece, HTTP_TEXT_MAX);
}

struct span http_body(const struct reply *r)
{
	struct span rest = r->body, piece;

	return http_piece(r, &rest, &piece) ? piece : r->body;
}
