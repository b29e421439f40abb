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

/* WRITER_QUEUE limits the waiting items by weight: a sighting counts 1, a record with its facts
 * WRITER_RECORD. */
enum { WRITER_QUEUE = 1 << 18, WRITER_RECORD = 8, WRITER_BATCH = 1 << 17, WRITER_DELAY_MS = 200 };

/* Start the thread. @store must outlive it, and nothing else may use @store meanwhile. Returns 0 or
 * -errno. */
int writer_new(struct store *store, const char *scan_id, struct writer **out);

/* Call @committed with each batch that the store took, in the writer's thread, before its records
 * are freed. The thread may use the store meanwhile. Set it before anything is handed over. */
void writer_watch(struct writer *w, void (*committed)(void *arg, const struct store_batch *batch),
                  void *arg);

/* Hand over @r, which the writer owns from then on. Blocks while the queue is full. Returns 0 or
 * the store's error; after an error @r has been freed. */
int writer_put(struct writer *w, struct record *r);

/* Hand over the sighting of a port (copied). Blocks like writer_put(). Returns 0 or the store's
 * error. */
int writer_sight(struct writer *w, const struct record_sighting *sighting);

/* Note whether a host answers on every port (store_batch.flags). Blocks like writer_put(). Returns
 * 0 or the store's error. */
int writer_flag(struct writer *w, const struct dp_addr *addr, bool middlebox);

/* Write *@scan (copied) after everything handed over so far. Blocks like writer_put(). Returns 0,
 * -ENOMEM or the store's error. */
int writer_checkpoint(struct writer *w, const struct store_scan *scan);

/* How full the queue is. Call it in the thread that pushes. */
unsigned writer_fill_percent(const struct writer *w);
uint64_t writer_written(const struct writer *w); /* records committed */
uint64_t writer_lost(const struct writer *w);    /* records that could not be committed */
int writer_error(const struct writer *w);        /* 0, or what ended the writing */

/* Write everything that waits and end the thread; blocks until it has ended. Afterwards only the
 * four figures above may be read. Returns 0 or the store's error. */
int writer_finish(struct writer *w);

/* Call writer_finish() if that was not done, and free the writer. Returns 0 or the store's
 * error. */
int writer_close(struct writer *w);

#endif
