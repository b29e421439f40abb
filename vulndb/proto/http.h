/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h - HTTP for the protocols that are spoken over it.
 *
 * Such a protocol has one documented path, whose answer states the version, and a word that the
 * answer of no other service contains.
 */
#ifndef VULNDB_PROTO_HTTP_H
#define VULNDB_PROTO_HTTP_H

#include "reply.h"

enum { HTTP_TEXT_MAX = 16384 };

/* Send a GET request for @path, and ask the server to keep the connection open or not to. */
void http_get(struct vd_dialog *d, const char *path, bool keep);
/* The same for the only request of a connection. */
void http_ask(struct vd_dialog *d, const char *path);
/* The hear() of a protocol that sends one request: waits for one whole answer. */
enum vd_step http_hear(struct vd_dialog *d);
/* The hear() of such a protocol. An answer whose body lacks @sign is foreign: it comes from another
 * service that speaks HTTP. */
enum vd_step http_hear_sign(struct vd_dialog *d, const char *sign);
/* The decode() of HTTP, and of such a protocol. */
bool http_decode(struct span in, bool hinted, struct vd_facts *out);

/* ---- http_frame.c: the parts of an answer ---- */

/* The status of an answer, such as 200. */
unsigned http_status(const struct reply *r);
/* How many bytes the answer at the begin of @in has; 0 while it has not come whole, and where only
 * the end of the connection ends it. */
size_t http_whole(struct span in);
/* Take the next piece of a body out of *@rest, which begins as the body of @r: a chunk (RFC 9112, 7.1),
 * or all of it. False behind the last. */
bool http_piece(const struct reply *r, struct span *rest, struct span *piece);
/* The begin of the body of an answer: its first chunk, or all of it. It lies in the bytes of @r. */
struct span http_body(const struct reply *r);
/* The body of an answer up to HTTP_TEXT_MAX bytes, without the sizes of its chunks: they are put together
 * in @room where there are several. */
struct span http_text(const struct reply *r, uint8_t room[HTTP_TEXT_MAX]);

#endif
