/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exclude.h - changes the exclusions of a scan while it runs.
 *
 * These exclusions come from the addresses that the operator adds to the running scan, from what
 * configuration files exclude when a scan is resumed that began without it, and from the files of
 * --exclude-file and --scope-file, which are read again (the standard input is not: what it said
 * stays in force). The added addresses are kept in DB/exclude-SCAN.txt, one entry a line below a
 * comment with the time: that file is the audit trail, and --resume reads it again. If a file cannot be parsed, the exclusions in force stay as
 * they are.
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

/* Initialise @d without exclusions. @config must outlive it. */
void exclude_init(struct exclude *d, const char *db, const char *scan_id,
                  const struct config *config);

/* Whether DB/exclude-SCAN.txt exists: this run or an earlier one added exclusions or read the lists
 * again. */
bool exclude_exists(const struct exclude *d);

/* Exclude the addresses that @text names from the running scan and from its resumptions. Returns 0,
 * -EINVAL or -errno with @err in words; the exclusion is in force when it returns 0. Blocks while
 * it flushes the file to the disk, and as long as dp_exclude() does. */
int exclude_add(struct exclude *d, struct dp *dp, const char *text, struct error *err);

/* Note the late exclusions of the configuration in DB/exclude-SCAN.txt, each once; exclude_reload()
 * puts them in force. Returns 0, -EINVAL or -errno with @err. Blocks while it reads the files and
 * flushes that one to the disk. */
int exclude_late(struct exclude *d, struct error *err);

/* Read all lists again and put them in force. Returns what exclude_add() returns; blocks as long as
 * dp_exclude() does. */
int exclude_reload(struct exclude *d, struct dp *dp, struct error *err);

/* Do the same at the operator's request, and note it in DB/exclude-SCAN.txt for the audit. */
int exclude_reread(struct exclude *d, struct dp *dp, struct error *err);

#endif
