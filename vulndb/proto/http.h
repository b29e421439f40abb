/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h - HTTP as the protocols know it that are spoken over it.
 *
 * Such a protocol is one documented path whose answer states the version, and a word in that answer
 * which no other service says.
 */
#ifndef VULNDB_PROTO_HTTP_H
#define VULNDB_PROTO_HTTP_H

#include "proto.h"

/* Ask for @path. */
void http_ask(struct vd_dialog *d, const char *path);
/* Hear an answer. What lacks @sign in its body is foreign: some other service that speaks HTTP. */
enum vd_step http_hear_sign(struct vd_dialog *d, const char *sign);
bool http_decode(struct span in, bool hinted, struct vd_facts *out);

#endif
