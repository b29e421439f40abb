/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2.c - HTTP/2, for a server that does not answer HTTP/1.1: sends the preface and a GET, and reads
 * the answer (RFC 9113). In the clear it is spoken by prior knowledge (3.3), inside TLS where the
 * server has chosen it.
 */
#include "http2.h"

#include "http.h"

enum { KNOWN_MAX = 9, BLOCK_MAX = 1024 };
/* Representations of fields and numbers in the static table (RFC 7541, 6 and appendix A). */
enum {
	GET = 0x82,
	ROOT = 0x84, /* the path "/" */
	SCHEME_HTTP = 0x86,
	SCHEME_HTTPS = 0x87,
	NOT_INDEXED_MAX = 15,
	AUTHORITY = 1,
	ACCEPT = 19,
	USER_AGENT = 58,
};
enum { ACKNOWLEDGED = 1 };

/* ---- the dialog ---- */

struct block {
	uint8_t bytes[BLOCK_MAX];
	size_t len;
};

/* Append a number with a prefix of @most (RFC 7541, 5.1). */
static void put_number(struct block *b, size_t n, size_t most)
{
	if (n < most) {
		b->bytes[b->len++] = (uint8_t)n;
		return;
	}
	b->bytes[b->len++] = (uint8_t)most;
	for (n -= most; n >= 0x80; n >>= 7)
		b->bytes[b->len++] = (uint8_t)(0x80 | (n & 0x7f));
	b->bytes[b->len++] = (uint8_t)n;
}

/* Append a field whose name has @number in the static table, and which no table takes (6.2.2). */
static void put_field(struct block *b, size_t number, const char *value)
{
	size_t len = strlen(value);

	if (len > BLOCK_MAX / 2 || b->len + len + 16 > BLOCK_MAX)
		return;
	put_number(b, number, NOT_INDEXED_MAX);
	put_number(b, len, 0x7f);
	memcpy(b->bytes + b->len, value, len);
	b->len += len;
}

static void http2_greet(struct vd_dialog *d)
{
	/* The preface of a client, and a frame with the setting that nothing is to be pushed. */
	static const char opening[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
				      "\0\0\6\4\0\0\0\0\0"
				      "\0\2\0\0\0\0";
	struct block b = {.bytes = {GET, d->tls ? SCHEME_HTTPS : SCHEME_HTTP, ROOT}, .len = 3};
	uint8_t head[HTTP2_HEAD] = {[3] = HTTP2_HEADERS,
	                            [4] = HTTP2_END_HEADERS | HTTP2_END_STREAM,
	                            [8] = HTTP2_STREAM};

	put_field(&b, AUTHORITY, d->authority);
	put_field(&b, ACCEPT, "*/*");
	put_field(&b, USER_AGENT, d->user_agent);
	head[1] = (uint8_t)(b.len >> 8);
	head[2] = (uint8_t)b.len;
	say(d, opening, sizeof(opening) - 1);
	say(d, head, sizeof(head));
	say(d, b.bytes, b.len);
}

/* A sign that first bytes have by themselves: an end of the connection, or one setting at least, of a
 * number that is in use. */
static bool http2_starts(struct span in)
{
	uint16_t number = span_be16(in, HTTP2_HEAD);

	if (!http2_opens(in))
		return false;
	return in.at[3] == HTTP2_GOAWAY ||
	       (span_be16(in, 1) > 0 && span_left(in) >= HTTP2_HEAD + HTTP2_SETTING && number > 0 &&
	        number <= KNOWN_MAX);
}

/* Whether nothing of the answer follows the frame. */
static bool is_last(const struct http2_frame *f)
{
	if (f->type == HTTP2_GOAWAY)
		return true;
	if (f->stream != HTTP2_STREAM)
		return false;
	return f->type == HTTP2_RST_STREAM ||
	       ((f->type == HTTP2_HEADERS || f->type == HTTP2_DATA) &&
	        (f->flags & HTTP2_END_STREAM) != 0);
}

/* Acknowledge the settings of the server, once. */
static void acknowledge(struct vd_dialog *d, const struct http2_frame *f)
{
	static const char ack[] = "\0\0\0\4\1\0\0\0\0";

	if (f->type != HTTP2_SETTINGS || (f->flags & HTTP2_ACK) != 0 || d->state == ACKNOWLEDGED)
		return;
	d->state = ACKNOWLEDGED;
	say(d, ack, sizeof(ack) - 1);
}

static enum vd_step http2_hear(struct vd_dialog *d)
{
	struct span rest = unseen(d);
	struct http2_frame f;

	if (d->in_len < HTTP2_HEAD)
		return d->in[0] == 0 ? VD_MORE : VD_FOREIGN;
	if (!d->known && !http2_opens(heard(d)))
		return VD_FOREIGN;
	d->known = true;
	while (http2_frame(&rest, &f)) {
		d->seen = (size_t)(rest.at - d->in);
		acknowledge(d, &f);
		if (is_last(&f))
			return VD_DONE;
	}
	return VD_MORE;
}

/* ---- what the answer shows ---- */

bool http2_is_grpc(struct span text, struct reply *r)
{
	return reply_read(text, "HTTP/", r) &&
	       (span_starts_nocase(reply_header(r, "Content-Type"), "application/grpc") ||
	        reply_header(r, "grpc-status").at != NULL);
}

static void add_settings(struct span rest, struct vd_facts *out)
{
	char list[HTTP2_SETTINGS_MAX * 20] = "";
	size_t len = 0;

	for (; span_left(rest) >= HTTP2_SETTING; rest = span_from(rest, HTTP2_SETTING))
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%u:%u",
		                        len > 0 ? "," : "", span_be16(rest, 0), span_be32(rest, 2));
	decode_add_text(out, "http.h2_settings", list);
}

void http2_facts(struct span in, struct span text, struct vd_facts *out)
{
	struct http2_frame f;

	decode_add_bool(out, "http.h2", true);
	if (http2_frame(&in, &f) && f.type == HTTP2_SETTINGS)
		add_settings(f.payload, out);
	if (text.at < text.end)
		http_decode(text, true, out);
}

static bool http2_decode(struct span in, bool hinted, struct vd_facts *out)
{
	char room[HTTP2_TEXT_MAX];
	struct span text;
	struct reply r;

	if (!(hinted ? http2_opens(in) : http2_starts(in)))
		return false;
	text = http2_text(in, room, out);
	if (http2_is_grpc(text, &r))
		return false;
	http2_facts(in, text, out);
	return true;
}

const struct vd_proto vd_proto_http2 = {
	.name = "http2",
	.shown = "http",
	.secure = "h2",
	.aliases = NAMES("h2c"),
	.ports = PORTS(50051),
	.starts = http2_starts,
	.greet = http2_greet,
	.hear = http2_hear,
	.decode = http2_decode,
};
