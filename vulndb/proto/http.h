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

/* Send a GET request for @path. */
void http_ask(struct vd_dialog *d, const char *path);
/* The hear() of HTTP: waits for one whole answer. */
enum vd_step http_hear(struct vd_dialog *d);
/* The hear() of such a protocol. An answer whose body lacks @sign is foreign: it comes from another
 * service that speaks HTTP. */
enum vd_step http_hear_sign(struct vd_dialog *d, const char *sign);
/* The decode() of HTTP, and of such a protocol. */
bool http_decode(struct span in, bool hinted, struct vd_facts *out);
/* The body of an answer, without the chunk sizes of a chunked one (RFC 9112, 7.1), of which the
 * first chunk is enough. It lies in the bytes of @r. */
struct span http_body(const struct reply *r);

#endif
