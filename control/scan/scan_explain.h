/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_explain.h - whether, when and why (or why not) one scan of the database probes an address.
 *
 * Works from the scan's record: it makes the plan again from the command line, inverts the
 * permutation to find the positions of the address, and compares them with each worker's position
 * in the checkpoint. A position that was done is no probe where the target had no next hop: the
 * scan's list of those (unreached.h) decides. Sends nothing.
 */
#ifndef SONDE_SCAN_EXPLAIN_H
#define SONDE_SCAN_EXPLAIN_H

#include "dp.h"
#include "store.h"

enum scan_explain_verdict {
	SCAN_EXPLAIN_NEVER = 1, /* no scan probes such an address */
	/* not among its targets, not in its scope, or on a port that it does not probe */
	SCAN_EXPLAIN_OUTSIDE,
	SCAN_EXPLAIN_EXCLUDED,
	SCAN_EXPLAIN_OTHER,  /* another shard has it */
	SCAN_EXPLAIN_AHEAD,  /* it will be probed, or would be if the scan were resumed */
	SCAN_EXPLAIN_PARTLY, /* some of its ports, or some passes, are done */
	SCAN_EXPLAIN_PROBED,
	SCAN_EXPLAIN_SKIPPED, /* it is among the targets, but no packet could reach it */
	SCAN_EXPLAIN_UNKNOWN, /* the scan's lists are gone or have changed */
};

struct scan_explain {
	enum scan_explain_verdict verdict;
	char why[512];         /* the entry of a list that decides, or the reason; "" = none */
	uint64_t visits, done; /* probes of all passes to the ports asked for */
	/* estimated times of the first and the last probe that was sent; 0 = not known */
	int64_t first_us, last_us;
	/* estimated time of the next probe at the present rate; 0 = not known */
	int64_t due_us;
};

const char *scan_explain_name(enum scan_explain_verdict v); /* "probed", "excluded", ...; static */

/*
 * Estimate from the samples of @scan when it had done @done positions. Beyond the last sample: when
 * it will have done them, at the rate of the last samples. Microseconds since 1970; 0: not known.
 * Pure.
 */
int64_t scan_explain_time(const struct store_scan *scan, uint64_t done);

/* A scan and where it is stored. */
struct scan_explain_scan {
	struct store *store;
	const char *db_path; /* the directory of @store */
	const struct store_scan *scan;
};

/* Explain whether and when the scan @s probes @addr at @port (-1: at all ports of the scan). Blocks
 * while it reads the database and the scan's lists. Returns 0 with the answer in *@out, or
 * -errno. */
int scan_explain_find(const struct scan_explain_scan *s, const struct dp_addr *addr, int port,
                      struct scan_explain *out);

#endif
