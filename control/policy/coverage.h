/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coverage.h - which passes saw which open port, and how many ports no pass saw.
 *
 * Several passes work like the capture and recapture of animals: the number of ports that only one
 * pass saw tells how many ports no pass saw. Assumes that a probe's loss does not depend on its
 * target; where some targets lose more than others the estimate is a lower bound. Pure, one thread;
 * 16 to 32 bytes for each open port, up to COVERAGE_PORTS of them.
 */
#ifndef SONDE_COVERAGE_H
#define SONDE_COVERAGE_H

#include "dp_types.h"

enum { COVERAGE_PASSES = 16, COVERAGE_PORTS = 1 << 24 };

struct coverage;

struct coverage *coverage_new(unsigned passes); /* 1..COVERAGE_PASSES; NULL: no memory */
void coverage_free(struct coverage *c);         /* NULL is fine */

/* Note that an open port answered pass @pass (0-based). True if no pass had seen the port before;
 * always true for a port beyond COVERAGE_PORTS. */
bool coverage_note(struct coverage *c, const struct dp_addr *addr, uint16_t port, unsigned pass);

/* Note an open port that an earlier run found, in an unknown pass. Later answers of the port count
 * as repeats, and coverage_estimate() returns false from then on. */
void coverage_known(struct coverage *c, const struct dp_addr *addr, uint16_t port);

/* Ports seen, and how often. */
struct coverage_counts {
	unsigned passes;
	uint64_t seen; /* by at least one pass, or by an earlier run */
	uint64_t by_pass[COVERAGE_PASSES];
	uint64_t times[COVERAGE_PASSES + 1]; /* [n]: ports seen by exactly n passes */
	const char *unknown;                 /* NULL, or why no estimate is possible */
};

/* What was counted so far. Pure. */
void coverage_counts(const struct coverage *c, struct coverage_counts *out);

struct coverage_estimate {
	double missed;    /* open ports that no pass saw */
	double low, high; /* 99 % interval, whole ports */
};

/*
 * Estimate the open ports that no pass saw. With two passes: Chapman's estimator (Seber 1982, 3.2)
 * with its variance; with more: Chao's second, bias-corrected estimator (Chao 1987; Colwell and
 * Coddington 1994). The interval is log-normal about the missed ports (Chao 1987, eq. 14). False if
 * @c->unknown is set, with a single pass, or if no port was seen. Pure.
 */
bool coverage_estimate(const struct coverage_counts *c, struct coverage_estimate *out);

#endif
