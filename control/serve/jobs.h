/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jobs.h - a few threads that do what takes long, so that the thread of the connections never waits.
 *
 *   connections --jobs_put--> queue --> thread: job.run --> done --jobs_take--> connections
 *
 * A job belongs to whoever put it, and is handed back by jobs_take() in the thread that put it.
 */
#ifndef SONDE_JOBS_H
#define SONDE_JOBS_H

#include "store.h"
#include "vulndb.h"

enum { JOBS_THREADS = 16, JOBS_WAITING = 512 };

/* What a thread has for its jobs. */
struct jobs_tools {
	struct store *store;      /* its own handle */
	struct vulndb *knowledge; /* of all threads; NULL: there is none */
};

struct job {
	void (*run)(struct job *j, struct jobs_tools *tools); /* in one of the threads */
	struct job *next;
};

struct jobs;

/* Start @n threads, the i-th with @tools[i], which are copied. 0 or -errno. */
int jobs_open(unsigned n, const struct jobs_tools *tools, struct jobs **out);
/* Do what waits, then end the threads. What was done can be taken afterwards no more. NULL is
 * fine. */
void jobs_close(struct jobs *jobs);

/* Hand a job to the threads. False: JOBS_WAITING others wait already. Does not block. */
bool jobs_put(struct jobs *jobs, struct job *j);
/* A job that was done, or NULL. Does not block. */
struct job *jobs_take(struct jobs *jobs);
/* A descriptor that is readable while there are jobs to take; jobs_take() until NULL clears it. */
int jobs_fd(const struct jobs *jobs);
/* How many were put and not taken yet. The thread that puts them. */
unsigned jobs_count(const struct jobs *jobs);

#endif
