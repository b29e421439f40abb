/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unreached.h - which targets of a scan had no next hop, and so were never probed.
 *
 * They stand in DB/unreached-SCAN.txt, a range a line. Each run of the scan appends a comment with
 * its time and its first position, and below it its ranges. There is no file while no run had such
 * a target.
 */
#ifndef SONDE_UNREACHED_H
#define SONDE_UNREACHED_H

#include "dp.h"

enum unreached {
	UNREACHED_NEVER,     /* no run noted the address */
	UNREACHED_SOMETIMES, /* some runs had no next hop for it, and others had one */
	UNREACHED_ALWAYS,    /* every run noted it */
};

/*
 * Append the targets of @dp that have no next hop, after dp_launch(). @from: the positions that were
 * done before this run. Blocks while the disk writes. Returns 0 or -errno; @err names the file.
 */
int unreached_note(const char *db, const char *scan_id, uint64_t from, const struct dp *dp,
                   struct error *err);

/* Tell whether the runs of a scan had a next hop for @addr. Blocks while the disk reads. A file that
 * cannot be read counts as none. */
enum unreached unreached_find(const char *db, const char *scan_id, const struct dp_addr *addr);

#endif
