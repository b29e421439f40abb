/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_fingerprint.h - the end of a session with a port that speaks TLS: ten further handshakes, each on
 * a connection of its own, for the hash of JARM (grab_jarm.h).
 *
 * They come after the other ports of the host, one after another, where the configuration wants them,
 * never to a fragile device, and not where TLS was begun inside a dialog. A connection that fails, or
 * the end of the time, leaves the service without a hash.
 */
#ifndef SONDE_GRAB_FINGERPRINT_H
#define SONDE_GRAB_FINGERPRINT_H

#include "grab_session.h"

/* The outcome of the session is set: begin with the handshakes, if they are wanted. */
void grab_fingerprint_begin(struct grab_session *s);

/* The events of a session that has begun (@s->jarm), as grab_session.h has them. */
void grab_fingerprint_turn(struct grab_session *s);
void grab_fingerprint_connected(struct grab_session *s, uint64_t now_us);
void grab_fingerprint_bytes(struct grab_session *s, const void *data, size_t len, uint64_t now_us);
void grab_fingerprint_ended(struct grab_session *s, uint64_t now_us);
void grab_fingerprint_tick(struct grab_session *s, uint64_t now_us);

#endif
