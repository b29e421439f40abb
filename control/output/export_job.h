/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_job.h - takes what fits a query out of a store, through a format, into files or a stream.
 *
 * Everything that one call of export_job_run() gives comes from one snapshot, and so does the cursor,
 * the number of the last change in it: the next call with that cursor gives what has changed since.
 * (Only a query about all times, without a cursor, may be answered from a later snapshot than its cursor:
 * the next call then gives some of it again.) Only one thread uses a job.
 */
#ifndef SONDE_EXPORT_JOB_H
#define SONDE_EXPORT_JOB_H

#include <stdio.h>

#include "format.h"
#include "parts.h"
#include "query.h"

struct export_job_config {
	struct store *store;
	const struct query *query;
	const char *query_text; /* for the manifest; NULL: everything */
	const struct format_info *info;
	struct format_config format;
	const char *version;
	bool trailer;
	bool exact;   /* a query about all times, too, is answered by the snapshot of its cursor */
	FILE *stream; /* NULL: into @parts */
	struct parts *parts;                /* NULL: into @stream */
	uint64_t rotate_rows, rotate_bytes; /* a part has no more; 0: no limit */
	const _Atomic unsigned *stop;       /* not 0: end; NULL: never */
};

/* What is wanted: all zero: everything. */
struct export_job_since {
	bool changed; /* only what has changed */
	uint64_t seq;
	int64_t time_us;
};

struct export_job;

/* 0, -ENOMEM, or -EINVAL with @err: the fields (format_open()). */
int export_job_open(const struct export_job_config *config, struct export_job **out,
                    struct error *err);
/*
 * Export once. *@cursor is the number of the last change that is included, *@rows how many rows there
 * are. Into files: parts are committed, unless nothing has changed and there are parts of earlier runs.
 * 0; -ECANCELED (@stop: nothing was committed); -EPIPE, -EIO (the stream cannot be written);
 * export_job_where() tells whether another -errno is that of a file or of the store.
 */
int export_job_run(struct export_job *j, const struct export_job_since *since, uint64_t *cursor,
                   uint64_t *rows);
/* Whether the last run failed at its output, not at the store. */
bool export_job_failed_at_output(const struct export_job *j);
void export_job_close(struct export_job *j); /* NULL is fine */

#endif
