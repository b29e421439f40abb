/* SPDX-License-Identifier: Apache-2.0 */
/* writer.c - a bounded queue and the thread at its end. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "writer.h"

/* A record, or a checkpoint where record is NULL. */
struct item {
	struct record *record;
	struct store_scan *scan;
};

struct writer {
	struct store *store;
	char scan_id[32];
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	/* under the lock */
	struct item queue[WRITER_QUEUE];
	size_t head, count;
	bool closing, joined;
	/* written by the thread, read by anybody */
	_Atomic uint64_t written, lost;
	_Atomic int error;
	_Atomic size_t fill;
};

/* An item that is done with, or that comes too late. */
static void drop(struct item *i)
{
	record_free(i->record);
	free(i->scan);
}

static void wait_a_little(struct writer *w)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += WRITER_DELAY_MS * 1000000L;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&w->filled, &w->lock, &t);
}

/* Take records up to a full batch or the next checkpoint, which comes along. Returns how many items. */
static size_t take(struct writer *w, struct item *out)
{
	size_t n = 0;

	pthread_mutex_lock(&w->lock);
	if (!w->closing && w->count < WRITER_BATCH)
		wait_a_little(w);
	while (n < WRITER_BATCH && w->count > 0) {
		out[n] = w->queue[w->head];
		w->head = (w->head + 1) % WRITER_QUEUE;
		w->count--;
		if (out[n++].record == NULL)
			break;
	}
	w->fill = w->count;
	pthread_cond_broadcast(&w->drained);
	pthread_mutex_unlock(&w->lock);
	return n;
}

static int commit(struct writer *w, struct item *items, size_t n)
{
	struct record *records[WRITER_BATCH];
	size_t count = 0;
	int ret = 0;

	for (size_t i = 0; i < n; i++)
		if (items[i].record != NULL)
			records[count++] = items[i].record;
	if (count > 0)
		ret = store_put(w->store, w->scan_id, records, count);
	if (ret == 0)
		w->written += count;
	if (ret == 0 && count < n)
		ret = store_scan_update(w->store, items[n - 1].scan);
	return ret;
}

static size_t records_among(const struct item *items, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += items[i].record != NULL;
	return count;
}

static bool finished(struct writer *w)
{
	bool done;

	pthread_mutex_lock(&w->lock);
	done = w->closing && w->count == 0;
	pthread_mutex_unlock(&w->lock);
	return done;
}

static void *run(void *arg)
{
	struct writer *w = arg;
	struct item *items = calloc(WRITER_BATCH, sizeof(*items));

	if (items == NULL)
		w->error = -ENOMEM;
	while (items != NULL && !finished(w)) {
		size_t n = take(w, items);

		if (w->error == 0 && n > 0)
			w->error = commit(w, items, n);
		if (w->error != 0)
			w->lost += records_among(items, n);
		for (size_t i = 0; i < n; i++)
			drop(&items[i]);
	}
	free(items);
	return NULL;
}

int writer_new(struct store *store, const char *scan_id, struct writer **out)
{
	struct writer *w = calloc(1, sizeof(*w));
	int ret;

	if (w == NULL)
		return -ENOMEM;
	w->store = store;
	strncpy(w->scan_id, scan_id, sizeof(w->scan_id) - 1);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->filled, NULL);
	pthread_cond_init(&w->drained, NULL);
	ret = pthread_create(&w->thread, NULL, run, w);
	if (ret != 0) {
		free(w);
		return -ret;
	}
	*out = w;
	return 0;
}

static int push(struct writer *w, struct item item)
{
	int ret;

	pthread_mutex_lock(&w->lock);
	while (w->count == WRITER_QUEUE && w->error == 0)
		pthread_cond_wait(&w->drained, &w->lock);
	ret = w->error;
	if (ret == 0) {
		w->queue[(w->head + w->count) % WRITER_QUEUE] = item;
		w->fill = ++w->count;
		if (w->count >= WRITER_BATCH || item.record == NULL)
			pthread_cond_signal(&w->filled);
	}
	pthread_mutex_unlock(&w->lock);
	if (ret != 0) {
		w->lost += item.record != NULL;
		drop(&item);
	}
	return ret;
}

int writer_put(struct writer *w, struct record *r)
{
	return push(w, (struct item){r, NULL});
}

int writer_checkpoint(struct writer *w, const struct store_scan *scan)
{
	struct store_scan *copy = malloc(sizeof(*copy));

	if (copy == NULL)
		return -ENOMEM;
	*copy = *scan;
	return push(w, (struct item){NULL, copy});
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
	free(w);
	return ret;
}
