/* SPDX-License-Identifier: Apache-2.0 */
/* hold.c - a ring of results. */
#include "hold.h"

#include <errno.h>
#include <stdlib.h>

int hold_init(struct hold *h)
{
	*h = (struct hold){.list = calloc(HOLD_MAX, sizeof(*h->list))};
	return h->list != NULL ? 0 : -ENOMEM;
}

void hold_fini(struct hold *h)
{
	free(h->list);
	h->list = NULL;
}

bool hold_put(struct hold *h, const struct dp_result *r, int64_t now_us)
{
	if (h->tail - h->head == HOLD_MAX)
		return false;
	h->list[h->tail++ % HOLD_MAX] = (struct held){*r, now_us};
	return true;
}

const struct held *hold_first(const struct hold *h)
{
	return h->head != h->tail ? &h->list[h->head % HOLD_MAX] : NULL;
}

void hold_drop(struct hold *h)
{
	h->head++;
}
