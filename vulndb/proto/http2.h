/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2.h - HTTP/2 for the protocols that are spoken over it: the frames of an answer, and the answer
 * as HTTP/1.1 would say it (RFC 9113).
 */
#ifndef VULNDB_PROTO_HTTP2_H
#define VULNDB_PROTO_HTTP2_H

#include "reply.h"

enum {
	HTTP2_HEAD = 9,    /* bytes before the payload of a frame */
	HTTP2_SETTING = 6, /* bytes of a setting */
	HTTP2_SETTINGS_MAX = 32,
	HTTP2_TEXT_MAX = 32768,
};

enum http2_type {
	HTTP2_DATA = 0,
	HTTP2_HEADERS = 1,
	HTTP2_RST_STREAM = 3,
	HTTP2_SETTINGS = 4,
	HTTP2_GOAWAY = 7,
	HTTP2_CONTINUATION = 9,
};

/* Flags of frames, and the stream of the only request. */
enum { HTTP2_ACK = 1, HTTP2_END_STREAM = 1, HTTP2_END_HEADERS = 4, HTTP2_STREAM = 1 };

struct http2_frame {
	uint8_t type, flags;
	uint32_t stream;
	struct span payload;
};

/* Take the next frame; *@in moves behind it. False where it has not come whole. */
bool http2_frame(struct span *in, struct http2_frame *f);

/* Are these the first bytes of a server that expects HTTP/2? An empty list of settings suffices. */
bool http2_opens(struct span in);

/*
 * Write the answer to the first request to @text, as HTTP/1.1 has it but with the version 2; returns
 * that text, which is empty where no answer has come. The fields behind a body stand with the others
 * before it. What does not fit is cut off. Where memory is short, @out notes it.
 */
struct span http2_text(struct span in, char text[HTTP2_TEXT_MAX], struct vd_facts *out);

/* ---- http2.c ---- */

/* Add the facts of HTTP: those of the settings in @in, and those of @text, which may be empty. */
void http2_facts(struct span in, struct span text, struct vd_facts *out);
/* Is @text an answer of gRPC (its document PROTOCOL-HTTP2, Responses)? If so, it is read into @r. */
bool http2_is_grpc(struct span text, struct reply *r);

#endif
