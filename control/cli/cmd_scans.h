/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_scans.h - what the files of `sonde scans` share: finding a scan, comparing two. */
#ifndef SONDE_CMD_SCANS_H
#define SONDE_CMD_SCANS_H

#include "cmd_store.h"

/* An open database and how the answer is printed. */
struct cmd_scans {
	struct store *store;
	char path[4096]; /* the directory of @store */
	enum output_format format;
};

/* Read the scan @id ("last": the newest one), with its state as of now. Returns an exit code of
 * cmd.h; prints why it is not CMD_OK. */
int cmd_scans_find(const struct cmd_scans *c, const char *id, struct store_scan *out);

/* Print the services that only one of the scans @a and @b found, and those that changed. Returns an
 * exit code of cmd.h. */
int cmd_scans_compare(const struct cmd_scans *c, const char *a, const char *b);

#endif
