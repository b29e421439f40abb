/* SPDX-License-Identifier: Apache-2.0 */
/* store_hint.h - judges services again, also by what the other services of their host tell. */
#ifndef SONDE_STORE_HINT_H
#define SONDE_STORE_HINT_H

#include "store_merge.h"

/* The services of a host that were asked and count, and what the host tells each of them. */
struct store_hints {
	struct record *records[VD_HOST_SERVICES]; /* owned; without their verdicts */
	struct vd_hint hints[VD_HOST_SERVICES];
	size_t count;
	bool too_many; /* the host has more services: it tells nothing */
	/* who identifies the services again; NULL: they are taken as they are stored */
	const struct store_judge *judge;
};

/*
 * Read the services of m's host into @h, which the caller zeroes once, and find out what the host
 * tells each of them. @judge is as in the struct. Sets the hint of m's summary. Overwrites m->seen.
 * 0, LMDB's code or an errno value.
 */
int store_hints_read(struct store_hints *h, struct store_merge *m, const struct store_judge *judge);
/* Forget the host that was read last, and free all. */
void store_hints_clear(struct store_hints *h);
void store_hints_fini(struct store_hints *h);
/* What the host tells the service of @key; an empty hint if it tells nothing. Never NULL. */
const struct vd_hint *store_hints_of(const struct store_hints *h, const uint8_t *key);
/* The service of @key as it was read, or NULL. */
const struct record *store_hints_record(const struct store_hints *h, const uint8_t *key);

/* How a service is judged again. */
struct store_again {
	const struct store_judge *judge;
	bool identify;              /* first from its facts */
	const struct vd_hint *hint; /* what its host tells it; NULL: as before */
};

/* Compute the verdicts and findings of the service of @key again and write it. If what its host tells
 * has changed, the cause of the logged changes is "host". 0, LMDB's code or an errno value. */
int store_judge_service(struct store_merge *m, const uint8_t *key, const struct store_again *again);

#endif
