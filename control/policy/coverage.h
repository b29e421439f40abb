/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coverage.h - which passes saw which open port, and how many ports no pass saw.
 *
 * With several passes every open port is a recaptured animal: how many were seen by one pass only
 * tells how many were seen by none. Assumes that a probe's loss does not depend on its target;
 * where some targets lose more than others the estimate is a lower bound. Pure, one thread; 16 to
 * 32 bytes an open port, up to COVERAGE_PORTS of them.
 */
#ifndef SONDE_COVERAGE_H
#define SONDE_COVERAGE_H

#include "dp_types.h"

enum { COVERAGE_PASSES = 16, COVERAGE_PORTS = 1 << 24 };

struct coverage;

struct coverage *coverage_new(unsigned passes); /* 1..COVERAGE_PASSES; NULL: no memory */
void coverage_free(struct coverage *c);         /* NULL is fine */

/* An open port answered pass @pass (0-based). True: no pass had seen it. Beyond COVERAGE_PORTS
 * always true. */
bool coverage_note(struct coverage *c, const struct dp_addr *addr, uint16_t port, unsigned pass);

/* An open port that was found by a run before this one, it is not known in which pass: later
 * answers are repeats, and no estimate is possible any more. */
void coverage_known(struct coverage *c, const struct dp_addr *addr, uint16_t port);

/* Ports seen, and how often. */
struct coverage_counts {
	unsigned passes;
	uint64_t seen; /* by at least one pass, or before */
	uint64_t by_pass[COVERAGE_PASSES];
	uint64_t times[COVERAGE_PASSES + 1]; /* ports seen by exactly so many passes */
	const char *unknown;                 /* NULL, or why no estimate is possible */
};

/* What was counted so far. Pure. */
void coverage_counts(const struct coverage *c, struct coverage_counts *out);

struct coverage_estimate {
	double missed;    /* open ports that no pass saw */
	double low, high; /* 99 % interval, whole ports */
};

/*
 * Two passes: Chapman's estimator (Seber 1982, 3.2) with its variance; more: Chao's second,
 * bias-corrected (Chao 1987; Colwell and Coddington 1994). The interval is log-normal about the
 * missed (Chao 1987, eq. 14). False where unknown, with a single pass, or where nothing was seen.
 */
bool coverage_estimate(const struct coverage_counts *c, struct coverage_estimate *out);

#endif
