/* SPDX-License-Identifier: Apache-2.0 */
/* writer.c - a bounded queue and the thread that writes its items to the store. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "writer.h"

/* An item of the queue: a record, a checkpoint or a flag; a sighting if both pointers are NULL and
 * @is_flag is false. */
struct item {
	struct record *record;
	struct store_scan *scan; /* a checkpoint */
	bool is_flag;
	union {
		struct record_sighting sighting;
		struct store_flag flag;
	};
};

/* The items of one transaction, with only the newest of their checkpoints. */
struct load {
	struct record_sighting *sightings;
	struct record **records;
	struct store_flag *flags;
	bool *opened, *traps; /* for store_batch */
	size_t sighting_count, record_count, flag_count;
	struct store_scan *scan;
};

struct writer {
	struct store *store;
	char scan_id[32];
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	/* set before the first item */
	void (*committed)(void *arg, const struct store_batch *batch); /* NULL: nobody asks */
	void *committed_arg;
	/* under the lock */
	struct item *queue; /* WRITER_QUEUE */
	size_t head, count;
	size_t weight; /* of the waiting items, in sightings */
	bool closing, joined;
	/* read by any thread */
	_Atomic uint64_t written; /* written by the thread */
	_Atomic uint64_t lost;    /* by the thread and by the one that pushes */
	_Atomic int error;        /* by the thread */
	_Atomic size_t fill;      /* under the lock */
};

static void wait_a_little(struct writer *w)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += WRITER_DELAY_MS * 1000000L;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&w->filled, &w->lock, &t);
}

static size_t weight_of(const struct item *i)
{
	return i->record != NULL ? WRITER_RECORD : 1;
}

/* Add an item to the load. A later checkpoint replaces an earlier one, because both would be
 * written in the same transaction. */
static void stow(struct load *l, const struct item *i)
{
	if (i->record != NULL) {
		l->records[l->record_count++] = i->record;
	} else if (i->scan != NULL) {
		free(l->scan);
		l->scan = i->scan;
	} else if (i->is_flag) {
		l->flags[l->flag_count++] = i->flag;
	} else {
		l->sightings[l->sighting_count++] = i->sighting;
	}
}

/* Take at most WRITER_BATCH items from the queue. If it holds fewer, wait at most WRITER_DELAY_MS
 * for more. */
static void take_batch(struct writer *w, struct load *l)
{
	l->sighting_count = l->record_count = l->flag_count = 0;
	l->scan = NULL;
	pthread_mutex_lock(&w->lock);
	if (!w->closing && w->count < WRITER_BATCH)
		wait_a_little(w);
	for (size_t n = 0; n < WRITER_BATCH && w->count > 0; n++) {
		stow(l, &w->queue[w->head]);
		w->weight -= weight_of(&w->queue[w->head]);
		w->head = (w->head + 1) % WRITER_QUEUE;
		w->count--;
	}
	w->fill = w->weight;
	pthread_cond_broadcast(&w->drained);
	pthread_mutex_unlock(&w->lock);
}

static int commit(struct writer *w, const struct load *l)
{
	struct store_batch batch = {.sightings = l->sightings,
	                            .sighting_count = l->sighting_count,
	                            .records = l->records,
	                            .record_count = l->record_count,
	                            .flags = l->flags,
	                            .flag_count = l->flag_count,
	                            .checkpoint = l->scan,
	                            .opened = l->opened,
	                            .traps = l->traps};
	size_t count = l->sighting_count + l->record_count;
	int ret = 0;

	if (count > 0 || l->flag_count > 0 || l->scan != NULL)
		ret = store_put_batch(w->store, w->scan_id, &batch);
	if (ret == 0)
		w->written += count;
	if (ret == 0 && count > 0 && w->committed != NULL)
		w->committed(w->committed_arg, &batch);
	return ret;
}

static void drop(const struct load *l)
{
	for (size_t i = 0; i < l->record_count; i++)
		record_free(l->records[i]);
	free(l->scan);
}

static bool finished(struct writer *w)
{
	bool done;

	pthread_mutex_lock(&w->lock);
	done = w->closing && w->count == 0;
	pthread_mutex_unlock(&w->lock);
	return done;
}

static void *writer_thread(void *arg)
{
	struct writer *w = arg;
	struct load l = {.sightings = calloc(WRITER_BATCH, sizeof(struct record_sighting)),
	                 .records = calloc(WRITER_BATCH, sizeof(struct record *)),
	                 .flags = calloc(WRITER_BATCH, sizeof(struct store_flag)),
	                 .opened = calloc(WRITER_BATCH, sizeof(bool)),
	                 .traps = calloc(WRITER_BATCH, sizeof(bool))};
	bool room = l.sightings != NULL && l.records != NULL && l.flags != NULL &&
	            l.opened != NULL && l.traps != NULL;

	if (!room)
		w->error = -ENOMEM;
	while (room && !finished(w)) {
		take_batch(w, &l);
		if (w->error == 0)
			w->error = commit(w, &l);
		if (w->error != 0)
			w->lost += l.sighting_count + l.record_count;
		drop(&l);
	}
	free(l.sightings);
	free(l.records);
	free(l.flags);
	free(l.opened);
	free(l.traps);
	return NULL;
}

int writer_new(struct store *store, const char *scan_id, struct writer **out)
{
	struct writer *w = calloc(1, sizeof(*w));
	pthread_condattr_t monotonic;
	int ret;

	if (w == NULL)
		return -ENOMEM;
	w->queue = calloc(WRITER_QUEUE, sizeof(*w->queue));
	if (w->queue == NULL) {
		free(w);
		return -ENOMEM;
	}
	w->store = store;
	strncpy(w->scan_id, scan_id, sizeof(w->scan_id) - 1);
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w->filled, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_cond_init(&w->drained, NULL);
	ret = pthread_create(&w->thread, NULL, writer_thread, w);
	if (ret != 0) {
		free(w->queue);
		free(w);
		return -ret;
	}
	*out = w;
	return 0;
}

void writer_watch(struct writer *w, void (*committed)(void *arg, const struct store_batch *batch),
                  void *arg)
{
	pthread_mutex_lock(&w->lock);
	w->committed = committed;
	w->committed_arg = arg;
	pthread_mutex_unlock(&w->lock);
}

/* Append an item to the queue; block while the queue is full. On an error the item stays with the
 * caller. */
static int push(struct writer *w, const struct item *item)
{
	int ret;

	pthread_mutex_lock(&w->lock);
	while (w->weight + weight_of(item) > WRITER_QUEUE && w->error == 0)
		pthread_cond_wait(&w->drained, &w->lock);
	ret = w->error;
	if (ret == 0) {
		w->queue[(w->head + w->count) % WRITER_QUEUE] = *item;
		w->count++;
		w->fill = w->weight += weight_of(item);
		if (w->count == WRITER_BATCH || item->scan != NULL)
			pthread_cond_signal(&w->filled);
	}
	pthread_mutex_unlock(&w->lock);
	if (ret != 0)
		w->lost += item->scan == NULL && !item->is_flag;
	return ret;
}

int writer_put(struct writer *w, struct record *r)
{
	int ret = push(w, &(struct item){.record = r});

	if (ret != 0)
		record_free(r);
	return ret;
}

int writer_sight(struct writer *w, const struct record_sighting *sighting)
{
	return push(w, &(struct item){.sighting = *sighting});
}

int writer_flag(struct writer *w, const struct dp_addr *addr, bool middlebox)
{
	return push(w, &(struct item){.is_flag = true, .flag = {*addr, middlebox}});
}

int writer_checkpoint(struct writer *w, const struct store_scan *scan)
{
	struct store_scan *copy = malloc(sizeof(*copy));
	int ret;

	if (copy == NULL)
		return -ENOMEM;
	*copy = *scan;
	ret = push(w, &(struct item){.scan = copy});
	if (ret != 0)
		free(copy);
	return ret;
}

unsigned writer_fill_percent(const struct writer *w)
{
	return (unsigned)(w->fill * 100 / WRITER_QUEUE);
}

uint64_t writer_written(const struct writer *w)
{
	return w->written;
}

uint64_t writer_lost(const struct writer *w)
{
	return w->lost;
}

int writer_error(const struct writer *w)
{
	return w->error;
}

int writer_finish(struct writer *w)
{
	if (w->joined)
		return w->error;
	pthread_mutex_lock(&w->lock);
	w->closing = true;
	pthread_cond_signal(&w->filled);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	w->joined = true;
	return w->error;
}

int writer_close(struct writer *w)
{
	int ret = writer_finish(w);

	pthread_cond_destroy(&w->filled);
	pthread_cond_destroy(&w->drained);
	pthread_mutex_destroy(&w->lock);
	free(w->queue);
	free(w);
	return ret;
}
