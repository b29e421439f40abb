/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_plan.h - what the step from one set of verdicts to another means, worked out once for all
 * services that take it.
 */
#ifndef SONDE_STORE_PLAN_H
#define SONDE_STORE_PLAN_H

#include "store_merge.h"

struct store_plan_event {
	const char *type; /* static */
	char ref[24];     /* the CVE */
	char before[160], after[160];
};

struct store_plan {
	uint8_t was[16], is[16]; /* the stored set's key, the new one's digest */
	uint8_t key[16];         /* the new one's key, once it is stored */
	bool known, stored;
	struct vd_verdict *list; /* the new set; owned */
	uint32_t count, was_count;
	int32_t *place; /* of each of the list in the old set, -1 = it is new; owned */
	struct store_plan_event *events; /* owned */
	size_t event_count;
};

enum { STORE_PLANS = 4096 };

struct store_plans {
	struct store_plan slot[STORE_PLANS]; /* a newer one takes the place of an older one */
};

/* The step of a service from @was, of @was_count verdicts, to @set; its new set is stored in
 * m->txn. NULL with *@ret. */
const struct store_plan *store_plan_of(struct store_plans *p, struct store_merge *m,
                                       const uint8_t was[16], uint32_t was_count,
                                       const struct store_set *set, int *ret);
/* Another transaction: nothing is stored yet. */
void store_plans_begin(struct store_plans *p);
void store_plans_fini(struct store_plans *p);

#endif
