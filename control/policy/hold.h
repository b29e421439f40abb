/* SPDX-License-Identifier: Apache-2.0 */
/* hold.h - results that wait for what becomes of their host, in the order they came. One thread. */
#ifndef SONDE_HOLD_H
#define SONDE_HOLD_H

#include "dp_types.h"

enum { HOLD_MAX = 1 << 16 };

struct held {
	struct dp_result result;
	int64_t since_us;
};

struct hold {
	struct held *list; /* [HOLD_MAX], a ring; owned */
	uint32_t head, tail;
};

int hold_init(struct hold *h); /* 0 or -ENOMEM */
void hold_fini(struct hold *h);

/* False: full. */
bool hold_put(struct hold *h, const struct dp_result *r, int64_t now_us);

/* The one that waits longest, or NULL; valid until hold_drop(), which takes it out. */
const struct held *hold_first(const struct hold *h);
void hold_drop(struct hold *h);

#endif
