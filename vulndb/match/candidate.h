/* SPDX-License-Identifier: Apache-2.0 */
/* candidate.h - the criteria that name a product and may take in its version, in order. */
#ifndef SONDE_VULNDB_CANDIDATE_H
#define SONDE_VULNDB_CANDIDATE_H

#include "match_query.h"

/* How far a criterion is judged where it is found. */
enum {
	FIT_LOOK, /* not at all */
	FIT_EXACT,
	FIT_BOUNDED,
	FIT_UNBOUNDED, /* inside, as vd_precision says */
	FIT_HALF_EXACT,
	FIT_HALF_BOUNDED,
	FIT_HALF_UNBOUNDED, /* half a version, partly inside */
};

struct candidate {
	uint32_t crit, cve;
	uint32_t fit;
};

struct candidate_list {
	struct candidate *data; /* owned */
	size_t count, cap;
	bool failed; /* memory was short: something is missing */
};

struct candidates {
	const struct match_query *query;
	struct candidate_list all;    /* by criterion, so by CVE */
	struct candidate_list merged; /* scratch */
};

/* Fill @m->all for @q. 0, or -ENOMEM: then some are missing. */
int candidates_gather(struct candidates *m, const struct match_query *q);
void candidates_fini(struct candidates *m);

#endif
