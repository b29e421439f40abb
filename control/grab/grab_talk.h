/* SPDX-License-Identifier: Apache-2.0 */
/* grab_talk.h - one connection of a session: begins a question on it, carries the protocol's bytes,
 * in the clear or inside TLS, and waits. */
#ifndef SONDE_GRAB_TALK_H
#define SONDE_GRAB_TALK_H

#include "grab_session.h"

/* Let the session's next deadline be @ms from now, or the end of its time if that comes first. */
void grab_talk_wait(struct grab_session *s, uint64_t now_us, uint32_t ms);
/* The dialog, with all bytes that the server has sent on this connection. */
struct vd_dialog *grab_talk_show(struct grab_session *s);
/* Forget the connection, for a fresh one. */
void grab_talk_reset(struct grab_session *s);
/* Forget what was said on the connection, which goes on with another question. */
void grab_talk_renew(struct grab_session *s);
/* Move what the protocol wrote to the wire, through TLS if it is up. */
void grab_talk_flush(struct grab_session *s);

/* Begin the session's question on the connection that is open, with a handshake where it wants TLS
 * and there is none. Short of memory, it ends the session. */
void grab_talk_begin(struct grab_session *s, uint64_t now_us);
/* Begin TLS on the connection. */
void grab_talk_start_tls(struct grab_session *s, uint64_t now_us);
/* Say what the dialog has to say next on a fresh connection; TLS is up, if the dialog is inside it. */
void grab_talk_go_on(struct grab_session *s, uint64_t now_us);
/* Say the hello of the session's question, or listen. TLS is up, if it is wanted. */
void grab_talk_speak(struct grab_session *s, uint64_t now_us);

#endif
