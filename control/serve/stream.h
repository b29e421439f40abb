/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - an answer that is made bit by bit, as fast as the client takes it.
 *
 *   client takes bytes <- @ready <- squeeze (gzip, zstd) <- @made <- fill, in a query thread
 *
 * The server's thread asks for the next bit when all is sent, so that a slow client costs one bit of
 * memory and no thread. Each bit has a snapshot of the database of its own.
 */
#ifndef SONDE_STREAM_H
#define SONDE_STREAM_H

#include "bytes.h"
#include "jobs.h"
#include "quota.h"
#include "squeeze.h"

enum { STREAM_BIT = 256 << 10, STREAM_MOST = 8 << 20 };

enum stream_state { STREAM_MORE, STREAM_END, STREAM_FAILED };

struct stream {
	struct job job; /* first: jobs.h hands it back */
	/* Append the next bit to @made, at most STREAM_MOST bytes. In a query thread. Returns whether
	 * there is more. */
	enum stream_state (*fill)(struct stream *s, struct jobs_tools *tools);
	void (*release)(struct stream *s); /* frees what @arg points to */
	void *arg;
	const char *type;
	struct squeeze *squeeze; /* NULL: as it is; owned */
	struct quota *quota;     /* rows are counted there; a reference, or NULL */
	uint64_t rows;
	/* in turn of the query thread and of the server's */
	struct bytes made, ready;
	size_t sent;             /* of @ready */
	enum stream_state state; /* of what was filled last */
	bool busy;               /* a query thread has it */
	void *waiter;            /* of the server */
};

/* A stream; NULL: no memory, and @arg is released. */
struct stream *stream_new(const char *type,
                          enum stream_state (*fill)(struct stream *s, struct jobs_tools *tools),
                          void (*release)(struct stream *s), void *arg);
void stream_free(struct stream *s); /* NULL is fine */

/* The run function of its job: fill, then squeeze. */
void stream_run(struct job *j, struct jobs_tools *tools);

#endif
