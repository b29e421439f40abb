/* SPDX-License-Identifier: Apache-2.0 */
/* score_explain.h - how a host's score came about, finding by finding. */
#ifndef SONDE_SCORE_EXPLAIN_H
#define SONDE_SCORE_EXPLAIN_H

#include "store.h"

enum score_explain_role {
	SCORE_EXPLAIN_HIGHEST,
	SCORE_EXPLAIN_FURTHER,
	SCORE_EXPLAIN_BELOW,
	SCORE_EXPLAIN_ACCEPTED
};

/* One finding of the host, with what the model made of it. */
struct score_explain_item {
	struct vd_finding finding;
	uint8_t table;                      /* the table's value */
	uint8_t possible;                   /* taken off because the hit is only possible */
	uint8_t fresh;                      /* added because the port is new */
	uint8_t role;                       /* enum score_explain_role */
	const struct store_accept *accept;  /* in force, NULL = none; the host's */
	const struct store_accept *expired; /* was in force once; the host's */
};

/* A verdict that is no finding. */
struct score_explain_none {
	const char *cve, *why; /* the host's, or static */
	uint16_t port;
	uint8_t transport;
};

struct score_explain {
	struct vd_score score;            /* as of the moment asked about */
	struct score_explain_item *items; /* the highest first; owned */
	size_t count;
	struct score_explain_none *none; /* by service; owned */
	size_t none_count;
	uint32_t fixed, minor; /* of these: fixed; below the table */
};

/* Work the score of @h out as of @now_us. 0 or -ENOMEM. */
int score_explain_host(const struct store_host *h, int64_t now_us, struct score_explain *out);
void score_explain_fini(struct score_explain *e);

#endif
