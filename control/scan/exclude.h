/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exclude.h - the exclusions that a scan takes on while it runs.
 *
 * They are what was added by hand, kept in DB/exclude-SCAN.txt (one entry a line beneath a comment
 * that says when: the audit, and what --resume reads again), and the files of --exclude-file and
 * --scope-file as they are now. A file that cannot be understood changes nothing.
 */
#ifndef SONDE_EXCLUDE_H
#define SONDE_EXCLUDE_H

#include "config.h"
#include "dp.h"

struct exclude {
	char path[CONFIG_PATH + 64];
	const struct config *config;
	size_t ranges; /* in force */
};

/* Begin with nothing excluded. @config outlives it. */
void exclude_init(struct exclude *d, const char *db, const char *scan_id,
                  const struct config *config);

/* Whether a run before this one added exclusions. */
bool exclude_exists(const struct exclude *d);

/* Exclude the addresses that @text names, now and whenever the scan is gone on with. 0, -EINVAL,
 * -errno with @err in words; the exclusion is in force when it returns 0. */
int exclude_add(struct exclude *d, struct dp *dp, const char *text, struct error *err);

/* Read all lists again and put them in force. As exclude_add(). */
int exclude_reload(struct exclude *d, struct dp *dp, struct error *err);

/* The same on an order, which the audit notes. */
int exclude_reread(struct exclude *d, struct dp *dp, struct error *err);

#endif
