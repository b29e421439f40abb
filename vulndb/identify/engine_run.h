/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_run.h - one pattern on one text, with an end to the work that it may cost.
 *
 * PCRE2 counts the steps of one starting place, and a step may look at the whole text, so its limit
 * alone lets a pattern run for hours. Here the work is bounded for all places together, in bytes
 * looked at: first with so low a limit that the worst case fits, and what needs more once again
 * with a meter that is asked at each item.
 */
#ifndef VULNDB_ENGINE_RUN_H
#define VULNDB_ENGINE_RUN_H

#include <pthread.h>
#include <stdatomic.h>

#include "rule_blob.h"
#include "rule_pattern.h"

/* A pattern, made ready at its first use. Pointers are published with release and read with
 * acquire. */
struct engine_pattern {
	_Atomic(pcre2_code *) code, metered;
	bool jit, metered_jit; /* these are written before the pointers are published */
	bool anchored;
	atomic_bool broken, metered_broken; /* not a pattern: never matches */
};

/* What one thread runs patterns with. */
struct engine_runner {
	const char *strings;   /* that patterns are in; not owned */
	pthread_mutex_t *lock; /* held while something is compiled; not owned */
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *jit_stack;
	const char *pattern; /* that the meter runs with */
	uint64_t left;       /* of the work that the text at hand may cost */
	/* memory was short: a pattern was not run. Set here, reset by the owner */
	bool failed;
};

/* @strings and @lock must outlive it. 0 or -ENOMEM; fini is to be called in either case. */
int engine_runner_init(struct engine_runner *run, const char *strings, pthread_mutex_t *lock);
void engine_runner_fini(struct engine_runner *run);

/* A new text: its patterns together may cost ENGINE_TEXT_WORK. */
void engine_runner_begin(struct engine_runner *run);

/* How many bytes the patterns of one text may look at, those looked at twice counted twice. */
enum { ENGINE_TEXT_WORK = 1 << 28 };

/*
 * Run @p, which was made from @source, on @subject. Returns as pcre2_match() does: the number of
 * groups, with their places in run->match; PCRE2_ERROR_NOMATCH; or another negative number where it
 * was stopped, PCRE2_ERROR_NOMEMORY (and run->failed) among them.
 */
int engine_run(struct engine_runner *run, struct engine_pattern *p,
               const struct blob_pattern *source, const char *subject, size_t len);

/* Free what was compiled; a zeroed pattern is fine. */
void engine_pattern_fini(struct engine_pattern *p);

#endif
