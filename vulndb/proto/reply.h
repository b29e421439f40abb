/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.h - replies with a status line and headers: HTTP, and protocols of the same form.
 */
#ifndef VULNDB_PROTO_REPLY_H
#define VULNDB_PROTO_REPLY_H

#include "proto.h"

enum { REPLY_HEADERS_MAX = 48 };

/* A parsed reply; all spans lie in its bytes. */
struct reply {
	struct span status; /* "200 OK" */
	struct span body;
	size_t count;
	struct span names[REPLY_HEADERS_MAX], values[REPLY_HEADERS_MAX];
};

/* Parse a reply of @protocol: "HTTP/", "RTSP/" or "SIP/" (RFC 9112, 4; RFC 7826, 8; RFC 3261, 7.2).
 * False where @in is none. Headers beyond REPLY_HEADERS_MAX are dropped. */
bool reply_read(struct span in, const char *protocol, struct reply *r);
/* The value of the first header of that name; empty with @at NULL where there is none. */
struct span reply_header(const struct reply *r, const char *name);
/* Is @name the name of header number @i? ASCII case does not count. */
bool reply_header_is(const struct reply *r, size_t i, const char *name);

/* The hear() of a protocol whose answer begins with @sign and ends with the first empty line. */
enum vd_step reply_hear_head(struct vd_dialog *d, const char *sign);
/* The hear() of a protocol whose answer is one line that begins with @sign. */
enum vd_step reply_hear_line(struct vd_dialog *d, const char *sign);

#endif
