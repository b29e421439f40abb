/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_session.h - the strategy for one service: which protocol to try, on which connection, how
 * long.
 *
 * 	listen, or say the port's likely hello
 * 	  -> recognised: finish that dialog, here or on a fresh connection, where our own hello
 * 	     was wrong
 * 	  -> reset, silence, nonsense: the next attempt (HTTP, TLS, generic) until none is
 * 	     left or the time ends
 *
 * No question is asked twice, and no service gets more than GRAB_CONNECTIONS_MAX connections. A
 * fragile device's port gets the request of its own protocol and nothing else (grab_policy.h); on
 * another port of such a device the first attempt is the only one: the session asks for the
 * protocol that usually runs there, or goes on with the protocol that the server announces.
 *
 * A server that speaks first may look up our name for half a minute before it does. So a port that
 * never said a byte, and where no client is known to speak first, is listened to once more, for
 * longer, after the other ports of its host. That asks nothing.
 *
 * Events and `now` in; after each call @want and @wire say what to do. No I/O, no clock.
 */
#ifndef SONDE_GRAB_SESSION_H
#define SONDE_GRAB_SESSION_H

#include "grab.h"
#include "grab_attempts.h"
#include "grab_buf.h"
#include "grab_tls.h"
#include "vd_proto.h"

enum grab_want {
	GRAB_WANT_CONNECT, /* close what is open and open a fresh connection */
	GRAB_WANT_TRAFFIC, /* send @wire, report what comes */
	/* close the connection; call grab_session_turn() after the host's other ports */
	GRAB_WANT_TURN,
	/* the same for a port that stayed silent, if there is time to listen to it once more; else
	 * call grab_session_give_up() */
	GRAB_WANT_PATIENCE,
	GRAB_WANT_NOTHING, /* it is over: close, take the outcome */
};

enum grab_phase { GRAB_CONNECTING, GRAB_HANDSHAKE, GRAB_TALKING, GRAB_WAITING, GRAB_OVER };

enum { GRAB_CONNECTIONS_MAX = 5, GRAB_AUTHORITY_MAX = 64 };

struct grab_session {
	/* what the driver reads after every call */
	enum grab_want want;
	struct grab_buf wire; /* to be sent; the driver drops what went out */
	uint64_t deadline_us; /* call grab_session_tick() then at the latest */

	/* the outcome */
	struct grab_result result; /* result.facts is owned until the driver takes it */
	bool heard;                /* a byte came */

	/* private */
	const struct grab_config *config;
	struct grab_tls_ctx *tls_ctx;
	struct grab_attempts attempts;
	unsigned connections; /* opened so far */
	bool deferring;       /* want a turn before each further attempt */
	uint64_t left_us;     /* of the total time, while it waits for its turn */
	bool patient;         /* all attempts are over: it listens once more */
	bool careful;         /* the host is a fragile device */
	bool fragile;         /* the port is a fragile device's */
	enum grab_phase phase;
	uint64_t connect_us, give_up_us;
	const struct vd_proto *proto; /* of the dialog; NULL while listening */
	struct vd_dialog dialog;
	struct grab_buf in; /* what the server has said on this connection, decrypted */
	struct grab_tls *tls;
	/* a ClientHello was answered by something else than TLS, or not at all */
	bool tls_refused;
	bool heard_tls;       /* the answer to our ClientHello began like TLS */
	bool starttls;        /* TLS began inside the dialog */
	bool greeted;         /* something of ours went out on this connection */
	struct grab_buf kept; /* an answer to fall back on */
	const struct vd_proto *kept_proto;
	char authority[GRAB_AUTHORITY_MAX];
};

/*
 * Begin a session. @config has its defaults filled in and outlives the session, as does @tls. @want
 * is GRAB_WANT_CONNECT afterwards. 0, -ENOMEM, or -EPERM: nothing may be sent to that port.
 */
int grab_session_init(struct grab_session *s, const struct grab_config *config,
                      struct grab_tls_ctx *tls, const struct grab_request *request,
                      uint64_t now_us);
void grab_session_fini(struct grab_session *s);

/* From this call on, the host's other ports come before any further attempt at this one: @want is
 * GRAB_WANT_TURN before each. */
void grab_session_defer(struct grab_session *s);
/* It is this session's turn again. */
void grab_session_turn(struct grab_session *s, uint64_t now_us);
/* There is no time to listen to the silent port: the session is over. */
void grab_session_give_up(struct grab_session *s);
/* The host is a fragile device: from this call on, begin no further attempt and no STARTTLS. */
void grab_session_care(struct grab_session *s);
void grab_session_connecting(struct grab_session *s, uint64_t now_us);
void grab_session_connected(struct grab_session *s, uint64_t now_us);
void grab_session_bytes(struct grab_session *s, const void *data, size_t len, uint64_t now_us);
/* The connection is gone: @err 0 = the peer's FIN, else -errno. */
void grab_session_ended(struct grab_session *s, int err, uint64_t now_us);
void grab_session_tick(struct grab_session *s, uint64_t now_us);

#endif
