/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_plan.h - chooses the next question to one open port, from what is known of it.
 *
 * 	the protocol that the port has by custom, or: listen
 * 	  -> what the bytes that came look like
 * 	  -> what this scan found on the same port of other hosts; what the number resembles
 * 	  -> HTTP, TLS, and by what these led to: the likeliest of the others (grab_lore.h)
 * 	  -> enough: the budget is spent, or nothing is left
 *
 * Inside TLS the same order holds for the protocols that are spoken there. A fragile device's port
 * gets its own request and nothing else. No question is asked twice, but for one that was shared.
 * No I/O, no clock.
 */
#ifndef SONDE_GRAB_PLAN_H
#define SONDE_GRAB_PLAN_H

#include "grab_custom.h"
#include "grab_lore.h"

enum {
	GRAB_CONNECTIONS = 5, /* to one port, where nobody asks for more or fewer */
	GRAB_PLAN_ASKED = 96,
	GRAB_PLAN_HINTS = 8,
};

/* How TLS begins. */
enum grab_hello {
	GRAB_HELLO_USUAL,
	GRAB_HELLO_BARE, /* without a list of application protocols: the server refused HTTP/2, too */
	GRAB_HELLO_H2,   /* with HTTP/2 alone: the server refused our list */
	GRAB_HELLO_NAMED, /* with a server name: the server refused to do without */
};

struct grab_question {
	const struct vd_proto *proto; /* NULL: listen */
	bool tls;
	uint8_t hello; /* enum grab_hello */
	/* It went over a connection on which another question was answered. Where it gets no answer, it
	 * may be asked over a fresh one. */
	bool shared;
};

/* Where the next question can be asked without a fresh connection. */
enum grab_place {
	GRAB_PLACE_NONE,
	GRAB_PLACE_PLAIN, /* a connection is open on which nobody has said anything */
	GRAB_PLACE_TLS,   /* the same inside TLS */
	/* in the clear or inside TLS: a server has answered a line that it does not know, and waits */
	GRAB_PLACE_LINES,
};

struct grab_plan_port {
	struct dp_addr addr;
	uint16_t port;
	const struct vd_proto *only; /* a fragile device's own request; NULL: an ordinary port */
	bool any_port;               /* ask more than what the port has by custom */
	/* keep the last connection to listen once more, as long as the port may still greet */
	bool patient;
	unsigned connections; /* the budget, at least 1 */
};

struct grab_plan {
	struct grab_question asked[GRAB_PLAN_ASKED]; /* the last one is the present one */
	size_t count;
	unsigned opened; /* connections that the questions have needed */
	/* private */
	struct grab_plan_port port;
	struct grab_question hints[GRAB_PLAN_HINTS];
	size_t hint_count;
	struct grab_evidence seen;
	bool no_tls, only_hints, hung_up, spoke;
	bool has_custom; /* @custom is filled in */
	struct grab_custom custom;
};

/* @port is copied. Pure. */
void grab_plan_init(struct grab_plan *p, const struct grab_plan_port *port);

/*
 * Choose the next question, and make it the present one. *@fresh: it needs a fresh connection, which
 * is counted; else it goes to @place. False: it is enough.
 */
bool grab_plan_next(struct grab_plan *p, const struct grab_lore *lore, enum grab_place place,
                    bool *fresh);
/* Count a further connection for the present question. False: the budget is spent. */
bool grab_plan_again(struct grab_plan *p);
/* The present question. There is one after grab_plan_next() was true. */
const struct grab_question *grab_plan_now(const struct grab_plan *p);

/* Note what the present question led to. */
void grab_plan_note(struct grab_plan *p, enum grab_reaction reaction);
/* TLS is up: the port speaks nothing in the clear. */
void grab_plan_up(struct grab_plan *p);
/* The server has announced its protocol, or chosen it in the handshake: the present question is that
 * one now. */
void grab_plan_chosen(struct grab_plan *p, const struct vd_proto *proto);
/* The bytes look like this: ask it before all else. Dropped if it was asked, or there are too many. */
void grab_plan_hint(struct grab_plan *p, const struct grab_question *q);
/* Ask from now on only what hints say: what the server said leaves nothing else. */
void grab_plan_narrow(struct grab_plan *p);

/* Whether the first question waits for the server to speak: in the clear, or inside TLS if that is up.
 * Pure. */
bool grab_plan_hears(const struct grab_plan *p);
/* Whether the port has @proto by custom, or its number resembles a port that has. */
bool grab_plan_supports(struct grab_plan *p, const struct vd_proto *proto);
/* What @proto's question could be about on this port: the protocol itself if the port's number
 * speaks for it, else NULL: listen, inside TLS. */
const struct vd_proto *grab_plan_inside(struct grab_plan *p, const struct vd_proto *proto);

#endif
