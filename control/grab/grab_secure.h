/* SPDX-License-Identifier: Apache-2.0 */
/* grab_secure.h - TLS in a session: its handshake, and what comes out of it. */
#ifndef SONDE_GRAB_SECURE_H
#define SONDE_GRAB_SECURE_H

#include "grab_session.h"

/* Take @len bytes from the wire for TLS, and go on as far as they reach. */
void grab_secure_hear(struct grab_session *s, const void *data, size_t len, uint64_t now_us);
/* No handshake: the connection did @reaction. */
void grab_secure_failed(struct grab_session *s, enum grab_reaction reaction, uint64_t now_us);
/* Whether @data, the first bytes after our ClientHello, are something else than TLS. */
bool grab_secure_is_odd(const struct grab_session *s, const uint8_t *data, size_t len);

#endif
