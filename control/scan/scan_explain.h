/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_explain.h - whether, when and why (or why not) one scan of the database probes an address.
 *
 * Works from the scan's record alone: its command line makes the plan again, the permutation is run
 * backwards, and the checkpoint says how far each worker is. Sends nothing.
 */
#ifndef SONDE_SCAN_EXPLAIN_H
#define SONDE_SCAN_EXPLAIN_H

#include "dp.h"
#include "store.h"

enum scan_explain_verdict {
	SCAN_EXPLAIN_NEVER = 1, /* no scan probes such an address */
	/* not among its targets, not in its scope, or the port is none of its ports */
	SCAN_EXPLAIN_OUTSIDE,
	SCAN_EXPLAIN_EXCLUDED,
	SCAN_EXPLAIN_OTHER,  /* another shard has it */
	SCAN_EXPLAIN_AHEAD,  /* it will be probed, or would be if the scan went on */
	SCAN_EXPLAIN_PARTLY, /* some of its ports, or some passes, are done */
	SCAN_EXPLAIN_PROBED,
	SCAN_EXPLAIN_UNKNOWN, /* the scan's lists are gone or have changed */
};

struct scan_explain {
	enum scan_explain_verdict verdict;
	char why[512];         /* the line of a list, or what is in the way; "" = none */
	uint64_t visits, done; /* of all passes over the ports asked for */
	/* About when the first and the last probe that is done went out; 0 = not known. */
	int64_t first_us, last_us;
	/* about when the next one will, at the present rate; 0 = not known */
	int64_t due_us;
};

const char *scan_explain_name(enum scan_explain_verdict v); /* "probed", "excluded", ...; static */

/*
 * About when @scan had @done positions behind it, from its samples; beyond the last one, when it
 * will have, at the rate of late. 0: not known. Pure.
 */
int64_t scan_explain_time(const struct store_scan *scan, uint64_t done);

/* @port -1: all ports of the scan. @db is the database's folder. 0 or -ENOMEM. */
int scan_explain_find(const char *db, const struct store_scan *scan, const struct dp_addr *addr,
                      int port, struct scan_explain *out);

#endif
