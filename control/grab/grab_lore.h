/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_lore.h - estimates how likely each protocol is on a port. The number of the port plays no part
 * (grab_custom.h has that).
 *
 * It starts with a table: how often a protocol runs on other ports than its usual ones, and what its
 * servers do with an HTTP request and with a ClientHello. Each service that the scan finds changes the
 * estimates for its host, and for all ports that reacted alike. The same finds in the same order give
 * the same estimates.
 * Bounded: 64 Ki ports, 32 Ki hosts. No I/O, no clock. One thread uses it.
 */
#ifndef SONDE_GRAB_LORE_H
#define SONDE_GRAB_LORE_H

#include <stdbool.h>

#include "dp_types.h"
#include "grab_custom.h"
#include "vd_proto.h"

struct grab_lore;

/* What a port did when it was asked. */
enum grab_reaction {
	GRAB_UNASKED,
	GRAB_SILENCE, /* nothing; the connection stayed open */
	GRAB_CLOSED,  /* it ended the connection without a word */
	GRAB_RESET,   /* the same by a reset: it had not read all that we said */
	GRAB_SPOKE,   /* bytes that no protocol has as its first ones, or of another protocol */
	GRAB_ALERT,   /* bytes that begin like TLS */
	GRAB_REACTIONS,
};

/* A set of protocols, by their number in vd_protos(). */
struct grab_protos {
	uint64_t bits[GRAB_CUSTOM_PROTOS / 64];
};

static inline bool grab_protos_has(const struct grab_protos *p, size_t i)
{
	return (p->bits[i / 64] >> (i % 64) & 1) != 0;
}

static inline void grab_protos_put(struct grab_protos *p, size_t i)
{
	p->bits[i / 64] |= (uint64_t)1 << (i % 64);
}

/* What a port did to the two questions that every port gets. */
struct grab_evidence {
	/* enum grab_reaction: to an HTTP request, inside TLS if that is up, and to a ClientHello */
	uint8_t http, tls;
	bool inside; /* TLS is up */
	/* which protocols' questions it got beside these, by number; it answered none */
	struct grab_protos asked;
};

enum { GRAB_LORE_NAME = 64, GRAB_LORE_MOST = 600 };

struct grab_lore *grab_lore_new(void); /* NULL: no memory */
void grab_lore_free(struct grab_lore *lore);

/* How much the question of protocol number @proto of vd_protos() is worth on a port of @addr that did
 * so, 0 to GRAB_LORE_MOST: how likely its servers are there, and others that would show themselves by
 * their answer to it. 0: it is not to be guessed, as a fragile device's protocols never are. */
unsigned grab_lore_weigh(const struct grab_lore *lore, const struct dp_addr *addr,
                         const struct grab_evidence *seen, size_t proto);

/* What answered on @port of other hosts: its number, and whether inside TLS. False: nothing has. */
bool grab_lore_of_port(const struct grab_lore *lore, uint16_t port, size_t *proto, bool *tls);

/* A name that a certificate of the host told, or NULL. Valid until the next lesson. */
const char *grab_lore_name(const struct grab_lore *lore, const struct dp_addr *addr);

/* One service that was recognised. */
struct grab_lesson {
	struct dp_addr addr;
	uint16_t port;
	const struct vd_proto *proto;
	bool tls;
	bool usual; /* this is the usual port of the protocol, so the find tells nothing of others */
	bool asked; /* it answered its own question; else it spoke first, or was recognised */
	struct grab_evidence seen; /* what the port had done before that question */
};
/* Drops what it has no memory for. */
void grab_lore_learn(struct grab_lore *lore, const struct grab_lesson *lesson);
/* Remember a name that the host's certificate told. A name that is no host name is dropped. */
void grab_lore_learn_name(struct grab_lore *lore, const struct dp_addr *addr, const char *name);

#endif
