/* SPDX-License-Identifier: Apache-2.0 */
/* http2_frame.c - reads the frames of HTTP/2, and an answer out of them. The fields are unpacked
 * (HPACK, RFC 7541) by libnghttp2. */
#include "http2.h"

#include <ctype.h>
#include <errno.h>
#include <nghttp2/nghttp2.h>

/* FIELDS_MAX bounds the work: a byte may stand for a long field that was sent before. FIELD_EXTRA: the
 * marks of a field's line, and the empty line at the end. */
enum { HEAD_MAX = 14336, FIELDS_MAX = 256, STATUS_LEN = 3, FIELD_EXTRA = 6 };
enum { BODY_MAX = HTTP2_TEXT_MAX - HEAD_MAX };
enum { PADDED = 8, PRIORITY = 32, PRIORITY_LEN = 5 };
enum { GOAWAY_MIN = 8, GOAWAY_MAX = 1024, ERRORS = 14 };

/* ---- frames ---- */

static size_t length_of(struct span in)
{
	return (size_t)span_u8(in, 0) << 16 | span_be16(in, 1);
}

bool http2_frame(struct span *in, struct http2_frame *f)
{
	size_t len = length_of(*in);

	if (span_left(*in) < HTTP2_HEAD || span_left(*in) - HTTP2_HEAD < len)
		return false;
	*f = (struct http2_frame){
		.type = in->at[3],
		.flags = in->at[4],
		.stream = span_be32(*in, 5) & 0x7fffffff,
		.payload = span_part(*in, HTTP2_HEAD, HTTP2_HEAD + len),
	};
	*in = span_from(*in, HTTP2_HEAD + len);
	return true;
}

/* A server begins with its settings (RFC 9113, 3.4). One that is asked in another protocol may send
 * the end of the connection alone (6.8): no stream was begun, and the error is one that exists. */
bool http2_opens(struct span in)
{
	size_t len = length_of(in);

	if (span_left(in) < HTTP2_HEAD || in.at[4] != 0 || span_be32(in, 5) != 0)
		return false;
	if (in.at[3] == HTTP2_SETTINGS)
		return len % HTTP2_SETTING == 0 &&
		       len <= (size_t)HTTP2_SETTING * HTTP2_SETTINGS_MAX;
	return in.at[3] == HTTP2_GOAWAY && len >= GOAWAY_MIN && len <= GOAWAY_MAX &&
	       span_left(in) >= HTTP2_HEAD + GOAWAY_MIN &&
	       (span_be32(in, HTTP2_HEAD) & 0x7fffffff) == 0 &&
	       span_be32(in, HTTP2_HEAD + 4) < ERRORS;
}

/* ---- an answer ---- */

struct reading {
	char *text;      /* the head; the body waits behind HEAD_MAX */
	size_t head_len; /* 0: no status has come */
	size_t body_len;
	nghttp2_hd_inflater *inflater;
	unsigned fields;
	bool in_block; /* the next frame goes on with the fields */
	bool ours;     /* they are those of our request's answer */
	bool interim;  /* ... of one that comes before the answer (RFC 9110, 15.2) */
};

/* Append to the head, with a blank for each control byte, so that a value stays one line. */
static void put(struct reading *r, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;

	for (size_t i = 0; i < len; i++)
		r->text[r->head_len++] = (char)(from[i] < ' ' ? ' ' : from[i]);
}

static void put_line_end(struct reading *r)
{
	r->text[r->head_len++] = '\r';
	r->text[r->head_len++] = '\n';
}

static void take_status(struct reading *r, struct span value)
{
	static const char version[] = "HTTP/2 ";

	if (span_left(value) != STATUS_LEN || !isdigit(value.at[0]) || !isdigit(value.at[1]) ||
	    !isdigit(value.at[2]))
		return;
	r->interim = value.at[0] == '1';
	if (r->interim || r->head_len > 0)
		return;
	put(r, version, sizeof(version) - 1);
	put(r, value.at, STATUS_LEN);
	put_line_end(r);
}

static void take_field(struct reading *r, const nghttp2_nv *nv)
{
	struct span name = span_of(nv->name, nv->namelen);

	if (!r->ours)
		return;
	if (span_left(name) > 0 && *name.at == ':') {
		if (nv->namelen == 7 && span_starts(name, ":status"))
			take_status(r, span_of(nv->value, nv->valuelen));
		return;
	}
	if (r->interim || r->head_len == 0 || nv->namelen > HEAD_MAX || nv->valuelen > HEAD_MAX ||
	    r->head_len + nv->namelen + nv->valuelen + FIELD_EXTRA > HEAD_MAX)
		return;
	put(r, nv->name, nv->namelen);
	put(r, ": ", 2);
	put(r, nv->value, nv->valuelen);
	put_line_end(r);
}

/* Unpack a fragment of the fields; @final: the last one. 0, -ENOMEM or -EBADMSG. */
static int unpack(struct reading *r, struct span block, bool final)
{
	for (;;) {
		nghttp2_nv nv;
		int flags = 0;
		ssize_t n = nghttp2_hd_inflate_hd2(r->inflater, &nv, &flags, block.at,
		                                   span_left(block), final);

		if (n < 0)
			return n == NGHTTP2_ERR_NOMEM ? -ENOMEM : -EBADMSG;
		block = span_from(block, (size_t)n);
		if (flags & NGHTTP2_HD_INFLATE_FINAL) {
			nghttp2_hd_inflate_end_headers(r->inflater);
			return 0;
		}
		if (!(flags & NGHTTP2_HD_INFLATE_EMIT))
			return span_left(block) == 0 ? 0 : -EBADMSG;
		if (++r->fields > FIELDS_MAX)
			return -EBADMSG;
		take_field(r, &nv);
	}
}

/* The payload without its padding and priority; empty where these leave nothing. */
static struct span contents(const struct http2_frame *f)
{
	struct span s = f->payload;
	size_t padding = f->flags & PADDED ? span_u8(s, 0) : 0;

	s = span_from(s, f->flags & PADDED ? 1 : 0);
	if (f->type == HTTP2_HEADERS && f->flags & PRIORITY)
		s = span_from(s, PRIORITY_LEN);
	return padding <= span_left(s) ? span_first(s, span_left(s) - padding) : span_of(s.at, 0);
}

static int take_fields(struct reading *r, const struct http2_frame *f)
{
	bool final = (f->flags & HTTP2_END_HEADERS) != 0;

	if (!r->in_block) {
		r->ours = f->stream == HTTP2_STREAM;
		r->interim = false;
	}
	r->in_block = !final;
	return unpack(r, f->type == HTTP2_HEADERS ? contents(f) : f->payload, final);
}

static void take_body(struct reading *r, const struct http2_frame *f)
{
	struct span s = span_first(contents(f), BODY_MAX - r->body_len);

	if (f->stream != HTTP2_STREAM || span_left(s) == 0)
		return;
	memcpy(r->text + HEAD_MAX + r->body_len, s.at, span_left(s));
	r->body_len += span_left(s);
}

/* Read as many frames as are sound. -ENOMEM or 0. */
static int read_frames(struct reading *r, struct span in)
{
	struct http2_frame f;
	int ret = 0;

	while (ret == 0 && http2_frame(&in, &f)) {
		if (r->in_block != (f.type == HTTP2_CONTINUATION))
			return 0;
		if (f.type == HTTP2_HEADERS || f.type == HTTP2_CONTINUATION)
			ret = take_fields(r, &f);
		else if (f.type == HTTP2_DATA)
			take_body(r, &f);
	}
	return ret == -ENOMEM ? ret : 0;
}

struct span http2_text(struct span in, char text[HTTP2_TEXT_MAX], struct vd_facts *out)
{
	struct reading r = {.text = text};
	int ret;

	if (!http2_opens(in))
		return span_of(text, 0);
	ret = nghttp2_hd_inflate_new(&r.inflater) == 0 ? 0 : -ENOMEM;
	if (ret == 0) {
		ret = read_frames(&r, in);
		nghttp2_hd_inflate_del(r.inflater);
	}
	if (ret < 0)
		facts_lose(out);
	if (r.head_len == 0)
		return span_of(text, 0);
	put_line_end(&r);
	memmove(text + r.head_len, text + HEAD_MAX, r.body_len);
	return span_of(text, r.head_len + r.body_len);
}
