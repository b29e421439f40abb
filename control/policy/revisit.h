/* SPDX-License-Identifier: Apache-2.0 */
/*
 * revisit.h - known services that stay silent in a scan are asked again before they count as
 * missing.
 *
 * One lost answer is no evidence. When the walk is over, each known service of the scan's targets
 * that has not answered is asked twice more, seconds apart. Pure; one thread; times are monotonic
 * microseconds. 20 bytes a service.
 */
#ifndef SONDE_REVISIT_H
#define SONDE_REVISIT_H

#include "dp_types.h"

struct revisit;

enum { REVISIT_ROUNDS = 2, REVISIT_PAUSE_US = 2000000 };

struct revisit_stats {
	uint64_t silent; /* services that had not answered when the walk was over */
	uint64_t asked;  /* probes sent to them */
	uint64_t back;   /* of the silent ones: have answered since */
};

struct revisit *revisit_new(void);    /* NULL: no memory */
void revisit_free(struct revisit *v); /* NULL is fine */

/* Add a known service: before the first answer, in the order of address and port. 0 or -ENOMEM. */
int revisit_add(struct revisit *v, const struct dp_addr *addr, uint16_t port);

/* Whether no service was added. */
bool revisit_is_empty(const struct revisit *v);

/* A service answered, in whatever way. One that was not added is ignored. */
void revisit_answer(struct revisit *v, const struct dp_addr *addr, uint16_t port);

/* The walk is over since @ended_us: return the next service to ask, NULL: none is due now. Owned by
 * @v; revisit_asked() says that it was asked. */
struct revisit_service;
const struct revisit_service *revisit_due(struct revisit *v, int64_t ended_us, int64_t now_us);
void revisit_target(const struct revisit_service *s, struct dp_addr *addr, uint16_t *port);
void revisit_asked(struct revisit *v);

/* Whether all rounds are over, and the probes of the last one had time to leave. */
bool revisit_is_over(const struct revisit *v, int64_t now_us);

void revisit_stats(const struct revisit *v, struct revisit_stats *out);

#endif
