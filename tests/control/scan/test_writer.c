/* SPDX-License-Identifier: Apache-2.0 */
/* test_writer.c - claims about the queue to the database: its order, its bound, and what an error
 * does. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store_dir.h"
#include "writer.h"
#include "suite.h"

static const uint32_t NET = 0xc6120000; /* 198.18.0.0 */
static const char SCAN[] = "s-20261130-01";

static struct store_dir dir;
static struct writer *w;

/* ---- the store: what it was given, in order; it waits or fails where a test says so ---- */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool blocked; /* a transaction that begins has to wait */
	bool inside;  /* a transaction has begun */
	int error;
	unsigned batches;
	size_t sightings, records, flags;
	uint64_t checkpoint;      /* the progress of the newest one */
	size_t before_checkpoint; /* sightings that were given before or with it */
} store = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

int __wrap_store_put_batch(struct store *s, const char *scan, const struct store_batch *batch);

int __wrap_store_put_batch(struct store *s, const char *scan, const struct store_batch *batch)
{
	int ret;

	(void)s;
	ck_assert_str_eq(scan, SCAN);
	pthread_mutex_lock(&store.lock);
	store.inside = true;
	pthread_cond_broadcast(&store.changed);
	while (store.blocked)
		pthread_cond_wait(&store.changed, &store.lock);
	ret = store.error;
	if (ret == 0) {
		store.batches++;
		store.sightings += batch->sighting_count;
		store.records += batch->record_count;
		store.flags += batch->flag_count;
		if (batch->checkpoint != NULL) {
			store.checkpoint = batch->checkpoint->progress[0];
			store.before_checkpoint = store.sightings;
		}
	}
	pthread_mutex_unlock(&store.lock);
	return ret;
}

static void block(bool on)
{
	pthread_mutex_lock(&store.lock);
	store.blocked = on;
	store.inside = false;
	pthread_cond_broadcast(&store.changed);
	pthread_mutex_unlock(&store.lock);
}

static void await_inside(void)
{
	pthread_mutex_lock(&store.lock);
	while (!store.inside)
		pthread_cond_wait(&store.changed, &store.lock);
	pthread_mutex_unlock(&store.lock);
}

static void set_up(void)
{
	store.blocked = store.inside = false;
	store.error = 0;
	store.batches = 0;
	store.sightings = store.records = store.flags = store.before_checkpoint = 0;
	store.checkpoint = 0;
	store_dir_open(&dir);
	ck_assert_int_eq(writer_new(dir.s, SCAN, &w), 0);
}

static void tear_down(void)
{
	store_dir_remove(&dir);
}

static int sight(uint32_t i)
{
	struct record_sighting s = {.addr = dp_addr_v4(NET + i),
	                            .port = 80,
	                            .transport = DP_TRANSPORT_TCP,
	                            .state = RECORD_OPEN};

	return writer_sight(w, &s);
}

static int checkpoint(uint64_t progress)
{
	static struct store_scan scan;

	scan.workers = 1;
	scan.progress[0] = progress;
	return writer_checkpoint(w, &scan);
}

START_TEST(all_that_was_handed_over_is_written_at_the_end)
{
	for (uint32_t i = 0; i < 1000; i++) {
		ck_assert_int_eq(sight(i), 0);
		if (i % 10 == 0)
			ck_assert_int_eq(writer_put(w, store_dir_record(NET + i, 443, 1)), 0);
	}
	ck_assert_int_eq(writer_flag(w, &(struct dp_addr){{0}}, true), 0);
	ck_assert_int_eq(writer_finish(w), 0);
	ck_assert_uint_eq(store.sightings, 1000);
	ck_assert_uint_eq(store.records, 100);
	ck_assert_uint_eq(store.flags, 1);
	ck_assert_uint_eq(writer_written(w), 1100);
	ck_assert_uint_eq(writer_lost(w), 0);
	ck_assert_uint_eq(writer_fill_percent(w), 0);
	ck_assert_int_eq(writer_close(w), 0);
}
END_TEST

/* What a checkpoint counts as done is written in the same transaction or in an earlier one. */
START_TEST(a_checkpoint_comes_with_all_that_was_handed_over_before_it)
{
	size_t given = 0;

	for (uint64_t round = 1; round <= 20; round++) {
		for (uint32_t i = 0; i < 37; i++, given++)
			ck_assert_int_eq(sight((uint32_t)given), 0);
		ck_assert_int_eq(checkpoint(given), 0);
	}
	ck_assert_int_eq(writer_close(w), 0);
	ck_assert_uint_eq(store.checkpoint, given);
	ck_assert_uint_ge(store.before_checkpoint, store.checkpoint);
	/* A later checkpoint may replace an earlier one that is not written yet. */
	ck_assert_uint_le(store.batches, 21);
}
END_TEST

static void *put_many(void *arg)
{
	uint32_t *given = arg;
	int ret = 0;

	for (uint32_t i = 0; i < 2 * WRITER_QUEUE && ret == 0; i++) {
		ret = sight(i);
		__atomic_fetch_add(given, ret == 0, __ATOMIC_RELAXED);
	}
	return (void *)(intptr_t)ret;
}

/* While the store hangs, no more sightings wait than the queue holds. Afterwards, all are
 * written. */
START_TEST(a_full_queue_makes_who_hands_over_wait)
{
	uint32_t given = 0;
	pthread_t thread;
	void *ret;

	block(true);
	ck_assert_int_eq(pthread_create(&thread, NULL, put_many, &given), 0);
	await_inside();
	while (writer_fill_percent(w) < 100)
		sched_yield();
	/* The store has one batch and the queue is full: nobody can hand over more. */
	ck_assert_uint_le(__atomic_load_n(&given, __ATOMIC_RELAXED), WRITER_QUEUE + WRITER_BATCH);
	block(false);
	pthread_join(thread, &ret);
	ck_assert_ptr_null(ret);
	ck_assert_int_eq(writer_close(w), 0);
	ck_assert_uint_eq(store.sightings, 2 * WRITER_QUEUE);
}
END_TEST

START_TEST(the_first_error_ends_all_writing_and_what_is_lost_is_counted)
{
	int ret;

	for (uint32_t i = 0; i < 10; i++)
		ck_assert_int_eq(sight(i), 0);
	ck_assert_int_eq(checkpoint(1), 0);
	while (writer_written(w) < 10)
		sched_yield();
	pthread_mutex_lock(&store.lock);
	store.error = -ENOSPC;
	pthread_mutex_unlock(&store.lock);
	ret = writer_put(w, store_dir_record(NET, 22, 1));
	while (writer_error(w) == 0)
		sched_yield();
	ck_assert_int_eq(writer_error(w), -ENOSPC);
	ck_assert_uint_eq(writer_lost(w), 1); /* in the transaction that failed, or refused */
	ck_assert(ret == 0 || ret == -ENOSPC);
	ck_assert_int_eq(sight(11), -ENOSPC);
	ck_assert_uint_eq(writer_lost(w), 2);
	ck_assert_int_eq(checkpoint(2), -ENOSPC);
	ck_assert_uint_eq(writer_lost(w), 2); /* a checkpoint is no record */
	ck_assert_int_eq(writer_finish(w), -ENOSPC);
	ck_assert_uint_eq(writer_written(w), 10);
	ck_assert_uint_eq(store.checkpoint, 1);
	ck_assert_int_eq(writer_close(w), -ENOSPC);
}
END_TEST

/* If the writer waited by the time of day, setting that clock would end its waits late or at
 * once. */
static clockid_t waits_on = -1;

int __real_pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t id);
int __wrap_pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t id);

int __wrap_pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t id)
{
	waits_on = id;
	return __real_pthread_condattr_setclock(attr, id);
}

START_TEST(the_wait_does_not_hang_on_the_time_of_day)
{
	ck_assert_int_eq(waits_on, CLOCK_MONOTONIC);
	ck_assert_int_eq(writer_close(w), 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("writer");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, all_that_was_handed_over_is_written_at_the_end);
	tcase_add_test(t, a_checkpoint_comes_with_all_that_was_handed_over_before_it);
	tcase_add_test(t, a_full_queue_makes_who_hands_over_wait);
	tcase_add_test(t, the_first_error_ends_all_writing_and_what_is_lost_is_counted);
	tcase_add_test(t, the_wait_does_not_hang_on_the_time_of_day);
	return suite_run("writer", t);
}
