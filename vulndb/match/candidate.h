/* SPDX-License-Identifier: Apache-2.0 */
/* candidate.h - gathers the criteria that name a product and may cover its version, in order. */
#ifndef SONDE_VULNDB_CANDIDATE_H
#define SONDE_VULNDB_CANDIDATE_H

#include "match_query.h"

/* What the index alone tells about a criterion. */
enum {
	FIT_LOOK, /* undecided: the criterion must be looked at */
	FIT_EXACT,
	FIT_BOUNDED,
	FIT_UNBOUNDED, /* this and the two above: inside, with that vd_precision */
	FIT_HALF_EXACT,
	FIT_HALF_BOUNDED,
	FIT_HALF_UNBOUNDED, /* this and the two above: half a version, partly inside */
};

struct candidate {
	uint32_t crit, cve;
	uint32_t fit;
};

struct candidate_list {
	struct candidate *data; /* owned */
	size_t count, cap;
	bool failed; /* memory was short: candidates are missing */
};

struct candidates {
	const struct match_query *query;
	struct candidate_list all;    /* sorted by criterion, and so by CVE */
	struct candidate_list merged; /* scratch */
};

/* Fill @m->all with the candidates of @q. 0, or -ENOMEM: then some are missing. */
int candidates_gather(struct candidates *m, const struct match_query *q);
void candidates_fini(struct candidates *m);

#endif
