/* SPDX-License-Identifier: Apache-2.0 */
/* pending.c - a ring of results. */
#include "pending.h"

#include <errno.h>
#include <stdlib.h>

int pending_init(struct pending *h)
{
	*h = (struct pending){.list = calloc(PENDING_MAX, sizeof(*h->list))};
	return h->list != NULL ? 0 : -ENOMEM;
}

void pending_fini(struct pending *h)
{
	free(h->list);
	h->list = NULL;
}

bool pending_put(struct pending *h, const struct dp_result *r, int64_t now_us)
{
	if (h->tail - h->head == PENDING_MAX)
		return false;
	h->list[h->tail++ % PENDING_MAX] = (struct pending_result){*r, now_us};
	return true;
}

const struct pending_result *pending_first(const struct pending *h)
{
	return h->head != h->tail ? &h->list[h->head % PENDING_MAX] : NULL;
}

void pending_drop(struct pending *h)
{
	h->head++;
}
