/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_session.h - the grab of one service: which question, on which connection, how long.
 *
 * 	listen, or ask what the port has by custom
 * 	  -> recognised: finish that dialog, here or on a fresh connection, where our own question
 * 	     was wrong
 * 	  -> reset, silence, nonsense, another name for it: what the plan says next (grab_plan.h),
 * 	     until it is enough or the time ends
 *
 * A question that follows listening goes over the same connection, in the clear or inside TLS:
 * nothing of ours has been said there that it could continue. So does the own question of a server
 * that has answered our lines by errors, once it is quiet. All others get a fresh one, for a server
 * that stays silent takes the next bytes for the rest of the first question.
 *
 * A dialog whose server ends the connection behind each answer goes on over a fresh one. A service whose
 * servers name themselves to another protocol is asked for that as well.
 *
 * No question is asked twice, and no service gets more connections than the configuration says. A
 * fragile device's port gets the request of its own protocol and nothing else (grab_policy.h); on
 * another port of such a device the first question is the only one: the session asks for the
 * protocol that usually runs there, or goes on with the protocol that the server announces.
 *
 * A server that speaks first may look up our name for half a minute before it does. So a port that
 * never said a byte, and where no client is known to speak first, is listened to once more, for
 * longer, after the other ports of its host; so is one that by custom greets inside TLS. That asks
 * nothing.
 *
 * Events and `now` in; after each call @want and @wire say what to do. No I/O, no clock. The parts:
 * grab_session.c takes the events, grab_secure.c TLS, grab_strategy.c decides what comes next,
 * grab_talk.c begins it on a connection, grab_outcome.c makes the result, and grab_fingerprint.c may
 * add a fingerprint to it.
 */
#ifndef SONDE_GRAB_SESSION_H
#define SONDE_GRAB_SESSION_H

#include "grab.h"
#include "grab_buf.h"
#include "grab_jarm.h"
#include "grab_lore.h"
#include "grab_plan.h"
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

enum { GRAB_AUTHORITY_MAX = 64, GRAB_SENT_MAX = 256, GRAB_PLAIN_MS = 20 };

/* What the sessions of a grabber share. */
struct grab_means {
	const struct grab_config *config; /* with its defaults filled in */
	struct grab_tls_ctx *tls;
	struct grab_lore *lore; /* the sessions ask it and teach it */
};

struct grab_session {
	/* what the driver reads after every call */
	enum grab_want want;
	struct grab_buf wire; /* to be sent; the driver drops what went out */
	uint64_t deadline_us; /* call grab_session_tick() then at the latest */

	/* the outcome */
	struct grab_result result; /* result.facts is owned until the driver takes it */
	bool heard;                /* a byte came */

	/* private */
	const struct grab_means *means;
	struct grab_plan plan;
	struct grab_question question; /* that is being asked */
	struct grab_evidence before;   /* what the port had done before it */
	unsigned connections;          /* opened so far */
	bool deferring;                /* want a turn before each further question */
	uint64_t left_us;              /* of the total time, while it waits for its turn */
	bool patient;                  /* all questions are over: it listens once more */
	bool careful;                  /* the host is a fragile device */
	bool plain;                    /* the host has shown that it is none */
	bool fragile;                  /* the port is a fragile device's */
	enum grab_phase phase;
	uint64_t connect_us, give_up_us;
	const struct vd_proto *proto; /* of the dialog; NULL while listening */
	struct vd_dialog dialog;
	struct grab_buf in; /* what the server has said on this connection, decrypted */
	struct grab_tls *tls;
	bool heard_tls; /* the answer to our ClientHello began like TLS */
	bool alerted;   /* ... and was an alert, of code @alert */
	uint8_t alert;
	uint8_t hello;   /* enum grab_hello: with which TLS came up */
	bool starttls;   /* TLS began inside the dialog */
	bool spoken;     /* the server said something, in the clear or inside TLS */
	bool again;      /* the dialog goes on over a fresh connection */
	bool named;      /* the result is there; what is asked now can only add to it */
	bool said;       /* a protocol's bytes went out on this connection */
	bool whole_line; /* ... and ended with a line */
	bool hushing;    /* a server of line by line is let finish what it says to a wrong line */
	bool hushed;     /* it has: its own question may go over the same connection */
	uint8_t sent[GRAB_SENT_MAX]; /* the first of them */
	size_t sent_len;
	struct grab_buf kept; /* an answer to fall back on */
	const struct vd_proto *kept_proto;
	bool kept_inside; /* it came inside TLS */
	bool doubtful;    /* an answer was kept that another protocol's servers could give */
	/* what the server named itself in an answer to another protocol, or NULL */
	const struct vd_proto *betrayed;
	char authority[GRAB_AUTHORITY_MAX];
	struct grab_jarm *jarm; /* the outcome is set, and TLS is being fingerprinted; else NULL */
	unsigned jarm_count;    /* answers that it has */
};

/*
 * Begin a session. @means outlives it. @want is GRAB_WANT_CONNECT afterwards. 0, -ENOMEM, or -EPERM:
 * nothing may be sent to that port.
 */
int grab_session_init(struct grab_session *s, const struct grab_means *means,
                      const struct grab_request *request, uint64_t now_us);
/* The same for a session that has ended: keeps its memory. */
int grab_session_renew(struct grab_session *s, const struct grab_means *means,
                       const struct grab_request *request, uint64_t now_us);
/* Free what belongs to the outcome and to the connection; buffers stay for grab_session_renew(). */
void grab_session_end(struct grab_session *s);
void grab_session_fini(struct grab_session *s);

/* From this call on, the host's other ports come before any further question to this one: @want is
 * GRAB_WANT_TURN before each. */
void grab_session_defer(struct grab_session *s);
/* The host has shown that it is no fragile device: an unknown port is listened to for a moment only
 * before it is asked (GRAB_PLAIN_MS and twice the time that the connection took). */
void grab_session_plain(struct grab_session *s);
/* It is this session's turn again. */
void grab_session_turn(struct grab_session *s, uint64_t now_us);
/* There is no time to listen to the silent port: the session is over. */
void grab_session_give_up(struct grab_session *s);
/* The host is a fragile device: from this call on, ask no further question and no STARTTLS. */
void grab_session_care(struct grab_session *s);
void grab_session_connecting(struct grab_session *s, uint64_t now_us);
void grab_session_connected(struct grab_session *s, uint64_t now_us);
void grab_session_bytes(struct grab_session *s, const void *data, size_t len, uint64_t now_us);
/* The connection is gone: @err 0 = the peer's FIN, else -errno. */
void grab_session_ended(struct grab_session *s, int err, uint64_t now_us);
void grab_session_tick(struct grab_session *s, uint64_t now_us);

#endif
