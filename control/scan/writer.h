/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer.h - the one thread that writes to the store: records and checkpoints in, transactions out.
 *
 * The queue is in order: a checkpoint is written after every record that was handed over before it.
 * The first error of the store (a full disk) ends all writing; nothing committed before is lost.
 */
#ifndef SONDE_WRITER_H
#define SONDE_WRITER_H

#include "store.h"

struct writer;

/* The queue counts what waits by its size: a record with its facts as so many sightings. */
enum { WRITER_QUEUE = 1 << 18, WRITER_RECORD = 8, WRITER_BATCH = 1 << 17, WRITER_DELAY_MS = 200 };

/* Start the thread. @store must outlive it and is used by no one else meanwhile. 0 or -errno. */
int writer_new(struct store *store, const char *scan_id, struct writer **out);

/* Hand over @r, which becomes the writer's. Waits where the queue is full. 0, or the store's error,
 * with which @r is freed. */
int writer_put(struct writer *w, struct record *r);

/* Hand over what a port answered. Waits likewise. 0 or the store's error. */
int writer_sight(struct writer *w, const struct record_sighting *sighting);

/* Note whether a host answers on every port (store_batch.flags). Waits likewise. 0 or the store's
 * error. */
int writer_flag(struct writer *w, const struct dp_addr *addr, bool middlebox);

/* Write *@scan (copied) behind everything handed over so far. 0 or the store's error. */
int writer_checkpoint(struct writer *w, const struct store_scan *scan);

/* How full the queue is. In the thread that pushes. */
unsigned writer_fill_percent(const struct writer *w);
uint64_t writer_written(const struct writer *w); /* records committed */
uint64_t writer_lost(const struct writer *w);    /* records that could not be */
int writer_error(const struct writer *w);        /* 0, or what ended the writing */

/* Write everything that waits and end the thread; from then on only the figures above are to be
 * had. Returns the store's error, if any. */
int writer_finish(struct writer *w);

/* Finish, if that was not done, and free. Returns the store's error, if any. */
int writer_close(struct writer *w);

#endif
