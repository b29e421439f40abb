/* SPDX-License-Identifier: Apache-2.0 */
/* lanes.c - spreads open ports over lanes and sums what these have done. */
#include "lanes.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hash_table.h"
#include "lane.h"

struct lanes {
	unsigned count;
	bool threaded, started;
	uint64_t done;                  /* ports finished by the last lanes_step() */
	uint32_t max_total, max_lively; /* of all lanes together */
	struct lane lane[LANES_MAX];
};

unsigned lanes_usual(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 4 ? 1 : cores / 2 < LANES_MAX ? (unsigned)cores / 2 : LANES_MAX;
}

static uint32_t share(uint32_t all, unsigned count)
{
	return all == 0 ? 0 : all / count > 0 ? all / count : 1;
}

int lanes_new(const struct lanes_config *config, struct lanes **out)
{
	struct lanes *l = calloc(1, sizeof(*l));
	struct grab_config g = config->grab;
	int ret = 0;

	if (l == NULL)
		return -ENOMEM;
	l->threaded = config->threads > 0;
	l->count = config->threads > LANES_MAX ? LANES_MAX : l->threaded ? config->threads : 1;
	if (g.new_wire == NULL)
		ret = grabber_raise_files(&g.max_total);
	l->max_total = g.max_total;
	l->max_lively = g.max_lively;
	g.max_total = share(g.max_total, l->count);
	g.max_lively = share(g.max_lively, l->count);
	g.queue_limit = LANES_QUEUE;
	for (unsigned i = 0; i < l->count && ret == 0; i++)
		ret = lane_init(&l->lane[i], &g, LANES_QUEUE / l->count);
	if (ret < 0) {
		lanes_free(l);
		return ret;
	}
	*out = l;
	return 0;
}

void lanes_free(struct lanes *l)
{
	if (l == NULL)
		return;
	lanes_stop(l);
	for (unsigned i = 0; i < l->count; i++)
		lane_fini(&l->lane[i]);
	free(l);
}

uint32_t lanes_most(const struct lanes *l)
{
	uint32_t most = 0;

	for (unsigned i = 0; i < l->count; i++)
		most += grabber_most(l->lane[i].grabber);
	return most;
}

int lanes_take_way(struct lanes *l, const struct dp_grab_way *way, struct error *err)
{
	int ret = 0;

	for (unsigned i = 0; i < l->count && ret == 0; i++)
		ret = grabber_take_way(l->lane[i].grabber, way, err);
	return ret;
}

int lanes_take_dp(struct lanes *l, struct dp *dp)
{
	int ret = grabber_take_dp(l->lane[0].grabber, dp);

	if (ret == 0 && l->count > 1)
		ret = lane_set_limit(&l->lane[0], LANES_QUEUE);
	if (ret < 0)
		return ret;
	for (unsigned i = 1; i < l->count; i++)
		lane_fini(&l->lane[i]);
	if (l->count > 1)
		grabber_set_limits(l->lane[0].grabber, l->max_total, l->max_lively);
	l->count = 1;
	l->threaded = false;
	return 0;
}

int lanes_start(struct lanes *l, const struct lanes_to *to)
{
	int ret = 0;

	for (unsigned i = 0; i < l->count && ret == 0; i++)
		ret = lane_start(&l->lane[i], to->db, to->writer, l->threaded);
	l->started = true;
	return ret;
}

void lanes_stop(struct lanes *l)
{
	for (unsigned i = 0; l != NULL && i < l->count; i++)
		lane_stop(&l->lane[i]);
}

/* ---- the way down ---- */

static struct lane *lane_of(struct lanes *l, const struct dp_addr *addr)
{
	return l->count == 1 ? &l->lane[0]
	                     : &l->lane[hash_table_hash(addr, sizeof(*addr)) % l->count];
}

void lanes_care(struct lanes *l, const struct dp_addr *addr, enum grab_care care)
{
	struct lane *one = lane_of(l, addr);
	const struct lane_item item = {.care = (uint8_t)care, .result = {.addr = *addr}};

	/* lanes_take_dp() may still choose which lane has the host. */
	for (unsigned i = 0; i < l->count && !l->started; i++)
		grabber_care(l->lane[i].grabber, addr, care);
	if (l->started)
		lane_push(one, &item);
}

int lanes_submit(struct lanes *l, const struct dp_result *r)
{
	const struct lane_item item = {.result = *r};

	return lane_push(lane_of(l, &r->addr), &item);
}

bool lanes_have_room(const struct lanes *l, unsigned n)
{
	for (unsigned i = 0; i < l->count; i++)
		if (lane_load(&l->lane[i]) + n > l->lane[i].limit)
			return false;
	return true;
}

/* ---- the way up ---- */

static void doze(int ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static uint64_t done(const struct lanes *l)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < l->count; i++)
		sum += l->lane[i].done;
	return sum;
}

int lanes_step(struct lanes *l, int wait_ms)
{
	uint64_t before = l->done;

	if (!l->threaded) {
		lane_step(&l->lane[0], wait_ms);
	} else {
		for (unsigned i = 0; i < l->count; i++)
			lane_call(&l->lane[i]);
		if (wait_ms > 0 && done(l) == before)
			doze(wait_ms);
	}
	l->done = done(l);
	for (unsigned i = 0; i < l->count; i++)
		if (l->lane[i].error < 0)
			return l->lane[i].error;
	return (int)(l->done - before);
}

static void add(struct grab_stats *sum, const struct grab_stats *g)
{
	sum->submitted += g->submitted;
	sum->finished += g->finished;
	sum->ok += g->ok;
	sum->silent += g->silent;
	sum->refused += g->refused;
	sum->timeout += g->timeout;
	sum->failed += g->failed;
	sum->active += g->active;
	sum->waiting += g->waiting;
	sum->listening += g->listening;
	sum->quiet += g->quiet;
	sum->bytes_in += g->bytes_in;
	sum->bytes_out += g->bytes_out;
}

void lanes_stats(const struct lanes *l, struct lanes_stats *out)
{
	*out = (struct lanes_stats){.threads = l->threaded ? l->count : 0};
	for (unsigned i = 0; i < l->count; i++) {
		const struct lane *one = &l->lane[i];
		uint32_t load = lane_load(one);
		struct grab_stats g;

		lane_stats(one, &g);
		add(&out->grab, &g);
		out->identified += one->identified;
		out->judged += one->judged;
		out->unjudged += one->unjudged;
		out->load += load;
		if (load * 100ull / one->limit > out->percent)
			out->percent = (unsigned)(load * 100ull / one->limit);
	}
}
