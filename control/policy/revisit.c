/* SPDX-License-Identifier: Apache-2.0 */
/* revisit.c - a sorted list of known services, and which of them have answered. */
#include "revisit.h"

#include <errno.h>
#include <stdlib.h>

#include "dp.h"

enum { FIRST_ROOM = 256 };

struct revisit_service {
	struct dp_addr addr;
	uint16_t port;
	uint8_t answered;
	uint8_t was_silent; /* when the walk was over */
};

struct revisit {
	struct revisit_service *v;
	size_t count, room, answered;
	size_t next;       /* where the round continues */
	unsigned rounds;   /* done; REVISIT_ROUNDS = over */
	bool began;        /* the walk is over */
	int64_t paused_us; /* when the round before ended */
	struct revisit_stats stats;
};

struct revisit *revisit_new(void)
{
	return calloc(1, sizeof(struct revisit));
}

void revisit_free(struct revisit *v)
{
	if (v == NULL)
		return;
	free(v->v);
	free(v);
}

int revisit_add(struct revisit *v, const struct dp_addr *addr, uint16_t port)
{
	if (v->count == v->room) {
		size_t room = v->room > 0 ? 2 * v->room : FIRST_ROOM;
		void *more = realloc(v->v, room * sizeof(v->v[0]));

		if (more == NULL)
			return -ENOMEM;
		v->v = more;
		v->room = room;
	}
	v->v[v->count++] = (struct revisit_service){.addr = *addr, .port = port};
	return 0;
}

bool revisit_is_empty(const struct revisit *v)
{
	return v->count == 0;
}

static int compare(const struct revisit_service *s, const struct dp_addr *addr, uint16_t port)
{
	int order = dp_addr_compare(&s->addr, addr);

	return order != 0 ? order : (int)s->port - (int)port;
}

void revisit_answer(struct revisit *v, const struct dp_addr *addr, uint16_t port)
{
	size_t low = 0, high = v->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare(&v->v[mid], addr, port) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == v->count || compare(&v->v[low], addr, port) != 0 || v->v[low].answered)
		return;
	v->v[low].answered = 1;
	v->answered++;
	v->stats.back += v->v[low].was_silent;
}

static void begin(struct revisit *v)
{
	for (size_t i = 0; i < v->count; i++)
		v->v[i].was_silent = !v->v[i].answered;
	v->stats.silent = v->count - v->answered;
	v->began = true;
}

const struct revisit_service *revisit_due(struct revisit *v, int64_t ended_us, int64_t now_us)
{
	int64_t since_us = v->paused_us > ended_us ? v->paused_us : ended_us;

	if (v->answered == v->count)
		v->rounds = REVISIT_ROUNDS;
	if (v->rounds == REVISIT_ROUNDS || now_us - since_us < REVISIT_PAUSE_US)
		return NULL;
	if (!v->began)
		begin(v);
	while (v->next < v->count && v->v[v->next].answered)
		v->next++;
	if (v->next < v->count)
		return &v->v[v->next];
	v->next = 0;
	v->paused_us = now_us;
	v->rounds++;
	return NULL;
}

void revisit_target(const struct revisit_service *s, struct dp_addr *addr, uint16_t *port)
{
	*addr = s->addr;
	*port = s->port;
}

void revisit_asked(struct revisit *v)
{
	v->next++;
	v->stats.asked++;
}

bool revisit_is_over(const struct revisit *v, int64_t now_us)
{
	return v->answered == v->count ||
	       (v->rounds == REVISIT_ROUNDS && now_us - v->paused_us >= REVISIT_PAUSE_US);
}

void revisit_stats(const struct revisit *v, struct revisit_stats *out)
{
	*out = v->stats;
}
