/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_compare.h - what two scans of the database found differently.
 *
 * A scan found a service if an interval of the service touches the time of the scan and the scan
 * covers the port. Only ports that both scans cover are compared. Sends nothing.
 */
#ifndef SONDE_SCAN_COMPARE_H
#define SONDE_SCAN_COMPARE_H

#include "store.h"

enum scan_difference { SCAN_ONLY_A, SCAN_ONLY_B, SCAN_CHANGED };

/* A service that differs. @a and @b: the interval that each scan met last, NULL = none. */
typedef bool (*scan_compare_each)(void *arg, enum scan_difference what,
                                  const struct store_interval *a, const struct store_interval *b);

struct scan_compare {
	struct store *store;
	const struct store_scan *a, *b;
};

/*
 * Call @each for every service that differs, by address, until it returns false. Reads the whole
 * database. Returns 0, -ENOENT with @err (the targets of a scan cannot be known any more: a list or
 * its command line is gone) or another -errno; @err is then empty.
 */
int scan_compare_run(const struct scan_compare *c, scan_compare_each each, void *arg,
                     struct error *err);

#endif
