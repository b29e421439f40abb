/* SPDX-License-Identifier: Apache-2.0 */
/* pending.h - results that wait for the check of their host, in the order of arrival. One
 * thread. */
#ifndef SONDE_PENDING_H
#define SONDE_PENDING_H

#include "dp_types.h"

enum { PENDING_MAX = 1 << 16 };

struct pending_result {
	struct dp_result result;
	int64_t since_us;
};

struct pending {
	struct pending_result *list; /* [PENDING_MAX], a ring; owned */
	uint32_t head, tail;
};

int pending_init(struct pending *h); /* 0 or -ENOMEM */
/* Free the memory; a zeroed one is fine. */
void pending_fini(struct pending *h);

/* Append a copy of @r. False: the ring is full. */
bool pending_put(struct pending *h, const struct dp_result *r, int64_t now_us);

/* The result that has waited longest, or NULL; valid until pending_drop(), which removes it. */
const struct pending_result *pending_first(const struct pending *h);
void pending_drop(struct pending *h);

#endif
