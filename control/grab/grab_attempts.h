/* SPDX-License-Identifier: Apache-2.0 */
/* grab_attempts.h - the ordered attempts at one service: which protocol, inside TLS or not. */
#ifndef SONDE_GRAB_ATTEMPTS_H
#define SONDE_GRAB_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "grab.h"
#include "vd_proto.h"

enum { GRAB_ATTEMPTS_MAX = 12 };

struct grab_attempt {
	const struct vd_proto *proto; /* NULL: listen */
	bool tls;
};

struct grab_attempts {
	struct grab_attempt list[GRAB_ATTEMPTS_MAX];
	size_t count;
	size_t at; /* the present attempt; equal to count: none is left */
};

/*
 * Begin a list with what the port suggests. @fragile: the port is a fragile device's, whose own
 * request is the only attempt. Pure.
 */
void grab_attempts_init(struct grab_attempts *a, const struct grab_config *config, uint16_t port,
                        bool fragile);

/* Insert an attempt that the server's bytes suggest, before all that are left. A full list stays as
 * it is. Pure. */
void grab_attempts_insert(struct grab_attempts *a, const struct vd_proto *proto, bool tls);

/*
 * Go on to the next attempt that repeats no earlier one. @no_tls: skip the attempts inside TLS,
 * because the server refused TLS and each of them would begin with a ClientHello. False: none is
 * left. Pure.
 */
bool grab_attempts_next(struct grab_attempts *a, bool no_tls);

/* Whether the first attempt waits for the server to speak: the port's usual protocol lets it, or is
 * not known. Pure. */
bool grab_attempts_hears(const struct grab_attempts *a);
/* Make the first attempt the present one, and the only one. */
void grab_attempts_hear(struct grab_attempts *a);

#endif
