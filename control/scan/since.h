/* SPDX-License-Identifier: Apache-2.0 */
/* since.h - finds the scan with which a scan can be compared. */
#ifndef SONDE_SINCE_H
#define SONDE_SINCE_H

#include "store.h"

/* Write to @id the id of the last complete scan before @scan that had the same targets, ports and
 * exclusions; "" if there is none. Reads all scans of the database. 0 or -errno. */
int since_find(struct store *store, const struct store_scan *scan, char id[32]);

#endif
