/* SPDX-License-Identifier: Apache-2.0 */
/* walk.c - computes a worker's stride over the positions of the order. */
#include "walk.h"

#include <errno.h>

int walk_init(struct walk *w, const struct walk_config *c)
{
	uint64_t first = (uint64_t)c->shard * c->workers + c->worker;
	uint64_t stride = (uint64_t)c->shards * c->workers;
	uint64_t count;

	if (c->shard >= c->shards || c->worker >= c->workers || c->passes == 0)
		return -EINVAL;
	count = first < c->n ? (c->n - first - 1) / stride + 1 : 0;
	if (count > INT64_MAX / c->passes)
		return -ERANGE;
	*w = (struct walk){first, stride, count, count * c->passes};
	return 0;
}

struct walk_span walk_span(const struct walk *w, uint64_t step, unsigned max)
{
	struct walk_span s = {.stride = w->stride};
	uint64_t at;
	uint64_t left;

	if (step >= w->steps)
		return s;
	/* A division is slow; the first pass needs none. */
	s.pass = step < w->count ? 0 : (unsigned)(step / w->count);
	at = step - s.pass * w->count;
	left = w->count - at;
	s.first = w->first + at * w->stride;
	s.n = left < max ? (unsigned)left : max;
	return s;
}
