/* SPDX-License-Identifier: Apache-2.0 */
/* score_explain.h - explains a host's score, finding by finding. */
#ifndef SONDE_SCORE_EXPLAIN_H
#define SONDE_SCORE_EXPLAIN_H

#include "store.h"

enum score_explain_role {
	SCORE_EXPLAIN_HIGHEST,
	SCORE_EXPLAIN_FURTHER,
	SCORE_EXPLAIN_BELOW,
	SCORE_EXPLAIN_ACCEPTED
};

/* One finding of the host, and how the score model weighed it. */
struct score_explain_item {
	struct vd_finding finding;
	uint8_t table;                      /* the table's value */
	uint8_t possible;                   /* subtracted because the hit is only possible */
	uint8_t fresh;                      /* added because the port is new */
	uint8_t role;                       /* enum score_explain_role */
	const struct store_accept *accept;  /* in force, NULL = none; the host owns it */
	const struct store_accept *expired; /* expired, NULL = none; the host owns it */
};

/* A verdict that gives no finding. */
struct score_explain_none {
	const char *cve, *why; /* the host owns them, or they are static */
	uint16_t port;
	uint8_t transport;
};

struct score_explain {
	struct vd_score score;            /* as of the time asked for */
	struct score_explain_item *items; /* the highest first, accepted ones last; owned */
	size_t count;
	struct score_explain_none *none; /* in the order of the services; owned */
	size_t none_count;
	uint32_t fixed, minor; /* of @none: fixed ones; ones to which the table gives no weight */
};

/* Work the score of @h out as of @now_us. @out points into @h; free it with score_explain_fini(). 0
 * or -ENOMEM. */
int score_explain_host(const struct store_host *h, int64_t now_us, struct score_explain *out);
void score_explain_fini(struct score_explain *e);

#endif
