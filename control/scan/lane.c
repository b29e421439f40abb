/* SPDX-License-Identifier: Apache-2.0 */
/* lane.c - asks the ports that come down, and hands what they said to the writer. */
#include "lane.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "lanes.h"
#include "result_record.h"

enum {
	BURST = 256,
	SLEEP_MS = 100, /* lane_push() wakes it */
	TAGS = 1024,    /* made at once */
	SPARE = 4096,   /* places in the ring beside those of ports: for the care of hosts */
};

/* The tag of a grab: the reply to the probe, which the record needs when the grab ends. */
struct lane_tag {
	struct dp_result result;
	struct lane_tag *next; /* of the unused ones */
};

struct lane_tags {
	struct lane_tags *next;
	struct lane_tag tags[TAGS];
};

static struct lane_tag *take_tag(struct lane *l)
{
	struct lane_tag *t = l->unused;

	if (t == NULL) {
		struct lane_tags *more = malloc(sizeof(*more));

		if (more == NULL)
			return NULL;
		more->next = l->tags;
		l->tags = more;
		for (size_t i = 0; i < TAGS; i++) {
			more->tags[i].next = l->unused;
			l->unused = &more->tags[i];
		}
		t = l->unused;
	}
	l->unused = t->next;
	return t;
}

static void put_tag(struct lane *l, struct lane_tag *t)
{
	t->next = l->unused;
	l->unused = t;
}

int lane_set_limit(struct lane *l, uint32_t limit)
{
	struct lane_item *items;
	uint32_t size = 1;

	while (size < limit + SPARE)
		size *= 2;
	items = calloc(size, sizeof(*items));
	if (items == NULL)
		return -ENOMEM;
	free(l->items);
	l->items = items;
	l->size = size;
	l->limit = limit;
	return 0;
}

int lane_init(struct lane *l, const struct grab_config *config, uint32_t limit)
{
	int ret = lane_set_limit(l, limit);

	pthread_mutex_init(&l->lock, NULL);
	return ret < 0 ? ret : grabber_new(config, &l->grabber);
}

void lane_fini(struct lane *l)
{
	if (l->items == NULL)
		return;
	grabber_free(l->grabber);
	enricher_free(l->enricher);
	while (l->tags != NULL) {
		struct lane_tags *next = l->tags->next;

		free(l->tags);
		l->tags = next;
	}
	pthread_mutex_destroy(&l->lock);
	free(l->items);
}

/* ---- the ring ---- */

int lane_push(struct lane *l, const struct lane_item *item)
{
	uint32_t head = atomic_load_explicit(&l->head, memory_order_relaxed);

	/* pairs with the release in take_items() */
	if (head - atomic_load_explicit(&l->tail, memory_order_acquire) == l->size)
		return -ENOMEM;
	l->items[head & (l->size - 1)] = *item;
	l->submitted += item->care == 0;
	atomic_store(&l->head,
	             head + 1); /* pairs with the loads in take_items() and fall_asleep() */
	return 0;
}

void lane_call(struct lane *l)
{
	/* Either this sees that the lane sleeps, or fall_asleep() sees the item. */
	if (atomic_load(&l->asleep) && atomic_load(&l->head) != atomic_load(&l->tail))
		grabber_wake(l->grabber);
}

uint32_t lane_load(const struct lane *l)
{
	return (uint32_t)(l->submitted - l->done);
}

static bool has_items(const struct lane *l)
{
	return atomic_load(&l->head) != atomic_load_explicit(&l->tail, memory_order_relaxed);
}

/* ---- what comes down ---- */

/* Queue the grab of a port. Without memory for it the port stays without a name, and a resumed scan
 * asks it. */
static void ask(struct lane *l, const struct dp_result *r)
{
	struct lane_tag *tag = take_tag(l);
	struct grab_request request = {r->addr, r->port, r->transport, tag};
	int ret = -ENOMEM;

	if (tag != NULL) {
		tag->result = *r;
		ret = grabber_submit(l->grabber, &request);
	}
	if (ret == 0)
		return;
	if (tag != NULL)
		put_tag(l, tag);
	l->unjudged += ret == -ENOMEM;
	l->done++;
}

static void take_items(struct lane *l)
{
	uint32_t tail = atomic_load_explicit(&l->tail, memory_order_relaxed);
	uint32_t head = atomic_load(&l->head);

	for (; tail != head; tail++) {
		const struct lane_item *item = &l->items[tail & (l->size - 1)];

		if (item->care != 0)
			grabber_care(l->grabber, &item->result.addr, (enum grab_care)item->care);
		else
			ask(l, &item->result);
	}
	atomic_store_explicit(&l->tail, tail, memory_order_release);
}

/* ---- what goes up ---- */

/* Derive identity, exposures and verdicts from the facts of a record. If memory is short for that,
 * or was short for the facts (@incomplete), the record says so, and the scan goes on. */
static void judge(struct lane *l, struct record *r, bool incomplete)
{
	incomplete |= !vd_facts_complete(r->facts);
	r->truncated |= incomplete;
	if (l->enricher != NULL)
		incomplete |= enrich_record(l->enricher, r, clock_now_us()) < 0;
	l->identified += r->grabbed && r->identity.service[0] != '\0';
	l->judged += l->enricher != NULL && !incomplete;
	if (!incomplete)
		return;
	r->ask = RECORD_ASKED_UNJUDGED;
	l->unjudged++;
}

/* Ask a host with care from this answer on, if the answer shows that the host is a fragile device;
 * without delay, if it shows an ordinary one. */
static void mind(struct lane *l, const struct record *r, const char *service)
{
	if (vd_fragile_identity(&r->identity) || (service != NULL && vd_fragile_service(service)))
		grabber_care(l->grabber, &r->addr, GRAB_CARE_FRAGILE);
	else if (vd_plain_identity(&r->identity))
		grabber_plain(l->grabber, &r->addr);
}

/* Whether the end of a grab tells nothing that is to be stored. */
static bool is_nothing(const struct grab_result *g)
{
	const struct lane_tag *tag = g->request.tag;
	bool connected = g->status == GRAB_OK || g->status == GRAB_SILENT;

	return g->status == GRAB_CANCELLED || (tag->result.pass == LANES_REFRESH && !connected);
}

static int store(struct lane *l, struct grab_result *g)
{
	struct lane_tag *tag = g->request.tag;
	struct record *record;

	if (tag->result.pass == LANES_REFRESH)
		tag->result.time_us = (uint64_t)clock_now_us();
	if (g->facts == NULL || is_nothing(g)) {
		l->unjudged += !is_nothing(g);
		vd_facts_free(g->facts);
		return 0;
	}
	record = result_record_with(&tag->result, g->facts);
	if (record == NULL) {
		vd_facts_free(g->facts);
		return -ENOMEM;
	}
	record->truncated = g->truncated;
	record->grabbed = g->status == GRAB_OK;
	record->ask = RECORD_ASKED;
	if (record->grabbed)
		enrich_reply_facts(record);
	judge(l, record, g->incomplete);
	mind(l, record, g->service);
	return writer_put(l->writer, record);
}

static void take_results(struct lane *l)
{
	struct grab_result done[BURST];
	size_t n = grabber_take(l->grabber, done, BURST);

	for (size_t i = 0; i < n; i++) {
		int ret = store(l, &done[i]);

		put_tag(l, done[i].request.tag);
		if (ret < 0)
			l->error = ret;
	}
	l->done += n;
}

static void publish(struct lane *l)
{
	struct grab_stats now;

	grabber_stats(l->grabber, &now);
	pthread_mutex_lock(&l->lock);
	l->stats = now;
	pthread_mutex_unlock(&l->lock);
}

void lane_stats(const struct lane *l, struct grab_stats *out)
{
	pthread_mutex_t *lock = (pthread_mutex_t *)(uintptr_t)&l->lock;

	pthread_mutex_lock(lock);
	*out = l->stats;
	pthread_mutex_unlock(lock);
}

/* ---- the thread ---- */

/* How long the grabber may wait: not at all where items have come. */
static int fall_asleep(struct lane *l, int wait_ms)
{
	atomic_store(&l->asleep, true);
	return has_items(l) || atomic_load(&l->stopping) ? 0 : wait_ms;
}

void lane_step(struct lane *l, int wait_ms)
{
	take_items(l);
	grabber_run(l->grabber, fall_asleep(l, wait_ms));
	atomic_store(&l->asleep, false);
	take_results(l);
	publish(l);
}

static void *run(void *arg)
{
	struct lane *l = arg;

	while (!atomic_load(&l->stopping))
		lane_step(l, SLEEP_MS);
	return NULL;
}

int lane_start(struct lane *l, const struct vulndb *db, struct writer *writer, bool threaded)
{
	int ret = db != NULL ? enricher_new(db, &l->enricher) : 0;

	l->writer = writer;
	if (ret < 0 || !threaded)
		return ret;
	ret = pthread_create(&l->thread, NULL, run, l);
	l->runs = ret == 0;
	return -ret;
}

void lane_stop(struct lane *l)
{
	if (!l->runs)
		return;
	atomic_store(&l->stopping, true);
	grabber_wake(l->grabber);
	pthread_join(l->thread, NULL);
	l->runs = false;
}
