/* SPDX-License-Identifier: Apache-2.0 */
/* dp_places.c - remembers where the workers stood, and makes them go back there. Control thread. */
#include <stdlib.h>

#include "dp_private.h"

enum {
	PLACES = 256,
	EVERY_US = 100000, /* so the oldest place is 25 s old */
};

/* A ring of places. Time i belongs to the places of all workers at that time. */
struct dp_places {
	int64_t time_us[PLACES]; /* monotonic */
	uint64_t count;          /* places noted since the launch */
	unsigned workers;
	struct worker_place place[]; /* [PLACES][workers] */
};

struct dp_places *dp_places_new(unsigned workers)
{
	struct dp_places *p =
		calloc(1, sizeof(*p) + (size_t)PLACES * workers * sizeof(p->place[0]));

	if (p != NULL)
		p->workers = workers;
	return p;
}

void dp_places_free(struct dp_places *p)
{
	free(p);
}

/* Read where a worker stands. The steps are read first: a target that is skipped meanwhile counts as
 * skipped before its step is done, so that it never counts as probed. */
static struct worker_place place_of(const struct worker *w)
{
	struct worker_place p = {.step = __atomic_load_n(&w->counters.steps, __ATOMIC_ACQUIRE)};

	p.skipped_scope = counter_read(&w->counters.skipped_scope);
	p.skipped_noroute = counter_read(&w->counters.skipped_noroute);
	return p;
}

void dp_places_note(struct dp *dp, int64_t now_us)
{
	struct dp_places *p = dp->places;
	uint64_t at;

	if (p == NULL || (p->count > 0 && now_us - p->time_us[(p->count - 1) % PLACES] < EVERY_US))
		return;
	at = p->count % PLACES;
	p->time_us[at] = now_us;
	for (unsigned i = 0; i < p->workers; i++)
		p->place[at * p->workers + i] = place_of(&dp->worker[i]);
	p->count++;
}

/* The number of the newest place that is not younger than @since_us; the oldest one if all are. */
static uint64_t find(const struct dp_places *p, int64_t since_us)
{
	uint64_t oldest = p->count > PLACES ? p->count - PLACES : 0, at = p->count - 1;

	while (at > oldest && p->time_us[at % PLACES] > since_us)
		at--;
	return at;
}

/* The earliest place of worker @i from place number @at on. The workers may have gone back since
 * then. */
static const struct worker_place *earliest(const struct dp_places *p, uint64_t at, unsigned i)
{
	const struct worker_place *found = &p->place[at % PLACES * p->workers + i];

	for (; at < p->count; at++) {
		const struct worker_place *one = &p->place[at % PLACES * p->workers + i];

		if (one->step < found->step)
			found = one;
	}
	return found;
}

static bool all_followed(const struct dp *dp)
{
	uint32_t turn = atomic_load(&dp->shared.back_turn);

	for (unsigned i = 0; i < dp->workers; i++)
		if (atomic_load_explicit(&dp->worker[i].back_turn, memory_order_acquire) != turn)
			return false;
	return true;
}

/* Order the workers back to where they stood at dp->again_us, if they have followed the order before
 * this one. Returns how many positions that is. */
static uint64_t order_back(struct dp *dp)
{
	const struct dp_places *p = dp->places;
	uint64_t at = find(p, dp->again_us), steps = 0;
	bool ready = all_followed(dp);

	for (unsigned i = 0; i < p->workers; i++) {
		struct worker *w = &dp->worker[i];
		const struct worker_place *to = earliest(p, at, i);
		uint64_t now = place_of(w).step;

		steps += now > to->step ? now - to->step : 0;
		if (ready)
			w->back = *to;
	}
	if (!ready)
		return steps;
	dp->again_us = 0;
	/* Release: a worker that sees the new turn sees its place. */
	atomic_fetch_add_explicit(&dp->shared.back_turn, 1, memory_order_release);
	return steps;
}

void dp_places_follow(struct dp *dp)
{
	if (dp->again_us != 0)
		order_back(dp);
}

uint64_t dp_send_again(struct dp *dp, int64_t since_us)
{
	if (dp->worker == NULL || dp->places->count == 0 || atomic_load(&dp->shared.running) == 0)
		return 0;
	if (dp->again_us == 0 || since_us < dp->again_us)
		dp->again_us = since_us;
	return order_back(dp);
}

void dp_linger(struct dp *dp, bool lingers)
{
	atomic_store(&dp->shared.lingers, lingers);
}
