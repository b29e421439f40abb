/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h - takes what other tools have found into the database.
 *
 * Services are identified and judged by our own knowledge from the bytes that a file holds, as after
 * a grab. An import is a scan of the database with an id of its own, which its services name. Times
 * are those of the file. What is known of a service already stays if it was seen later, or by the
 * same observation: so an import that is repeated changes nothing, and makes no scan.
 */
#ifndef SONDE_IMPORT_H
#define SONDE_IMPORT_H

#include "import_input.h"
#include "store.h"

struct import;

struct import_config {
	struct store *store;        /* open for writing */
	const struct vulndb *db;    /* both outlive the import */
	const char *command, *user; /* for the record of the scan */
	int64_t now_us;
	bool dry; /* write nothing; what would be taken is counted */
};

/* 0 or -errno. One thread uses an import. */
int import_open(const struct import_config *config, struct import **out);
/*
 * Read a file into the database; @sink has port and file_us set. Fills @report. Blocks. Returns as
 * import_input_read(), or -ENOSPC, -EIO of the store: what was written before stays.
 */
int import_file(struct import *m, const struct import_input *in, const struct import_sink *sink,
                struct import_report *report, struct error *err);
/* The id of the scan; "" = nothing was written. Lives as long as @m. */
const char *import_scan(const struct import *m);
/* End the scan: settle the hosts, write its record. Frees @m in any case. 0 or -errno. */
int import_close(struct import *m);

#endif
