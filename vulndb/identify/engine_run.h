/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_run.h - runs one pattern on one text and bounds the work that this may cost.
 *
 * PCRE2's match limit counts the steps from one starting position, and one step may look at the
 * whole text, so that this limit alone lets a pattern run for hours. Here the work from all
 * positions together is bounded, in bytes looked at. A pattern first runs with a limit so low that
 * even the worst case stays within the bound. If it needs more, it runs again with a meter, which
 * is called before each item of the pattern.
 */
#ifndef VULNDB_ENGINE_RUN_H
#define VULNDB_ENGINE_RUN_H

#include <pthread.h>
#include <stdatomic.h>

#include "rule_blob.h"
#include "rule_pattern.h"

/* A pattern, compiled at its first use. Pointers are published with release and read with
 * acquire. */
struct engine_pattern {
	_Atomic(pcre2_code *) code, metered;
	bool jit, metered_jit; /* these are written before the pointers are published */
	bool anchored;
	atomic_bool broken, metered_broken; /* PCRE2 refuses the pattern: it never matches */
};

/* What one thread needs to run patterns. */
struct engine_runner {
	const char *strings;   /* the strings that hold the patterns; not owned */
	pthread_mutex_t *lock; /* held while a pattern is compiled; not owned */
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *jit_stack;
	const char *pattern; /* the pattern that the meter is measuring */
	uint64_t left;       /* the work that the current text may still cost */
	/* memory was short: a pattern was not run. Set here, reset by the owner */
	bool failed;
};

/* Set up a runner. @strings and @lock must outlive it. 0 or -ENOMEM; call engine_runner_fini() in
 * either case. */
int engine_runner_init(struct engine_runner *run, const char *strings, pthread_mutex_t *lock);
void engine_runner_fini(struct engine_runner *run);

/* Begin a new text: its patterns together may cost ENGINE_TEXT_WORK. */
void engine_runner_begin(struct engine_runner *run);

/* How many bytes the patterns of one text may look at; a byte looked at twice counts twice. */
enum { ENGINE_TEXT_WORK = 1 << 28 };

/*
 * Run @p, which was made from @source, on @subject. Returns what pcre2_match() returns: the number
 * of groups, with their places in run->match; PCRE2_ERROR_NOMATCH; or another negative number if
 * the match was stopped. PCRE2_ERROR_NOMEMORY also sets run->failed.
 */
int engine_run(struct engine_runner *run, struct engine_pattern *p,
               const struct blob_pattern *source, const char *subject, size_t len);

/* Free what was compiled; a zeroed pattern is fine. */
void engine_pattern_fini(struct engine_pattern *p);

#endif
