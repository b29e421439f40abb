/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - rows of services or hosts as table, JSON, NDJSON or CSV.
 *
 * A table fits the terminal (table.h). JSON is one array; a page of it is an object,
 * {"results":[...],"next":CURSOR}. NDJSON is one object per line. CSV follows RFC 4180 and has a header line; a
 * cell that a spreadsheet would take for a formula gets an apostrophe in front. No byte from the
 * network reaches a terminal unescaped.
 */
#ifndef SONDE_EXPORT_H
#define SONDE_EXPORT_H

#include <stdio.h>

#include "output_format.h"
#include "query.h"

enum export_what { EXPORT_SERVICES, EXPORT_HOSTS };
enum export_flags {
	EXPORT_COLOUR = 1,     /* table: bands are painted */
	EXPORT_BANNER_RAW = 2, /* JSON: the banner's bytes in base64, too */
	EXPORT_PAGE = 4,       /* JSON: a page, which export_next() ends */
	EXPORT_ALL_STATES = 8, /* rows of hosts show what is not open, too */
};

struct export;

struct export_config {
	FILE *out; /* not owned */
	enum output_format format;
	enum export_what what;
	/* field names such as "ip,port,http.title"; NULL = the default
	 * columns of a table or CSV, and in JSON whole documents */
	const char *columns;
	unsigned flags; /* EXPORT_* */
};

/* Begin an export; export_close() ends it. 0, -ENOMEM, or -EINVAL with @err: a column is unknown or
 * cannot be shown, or there are too many; err->column is the place in the list. */
int export_open(const struct export_config *config, struct export **out, struct error *err);

/* Leave out of documents the verdicts of other kinds than @kinds (service_json.h). */
void export_keep_verdicts(struct export *e, unsigned kinds);

/* Write one row; the function must match export_config.what. As JSON, a service is one flat object:
 * the address, the members that the service has in the document of its host, and the score of the
 * host as host_score and host_level. A host is the whole document. With columns, it is an object of
 * these columns by their names; those of a host are arrays of the values of its services, unless
 * all share one. 0 or -EIO. */
int export_service(struct export *e, const struct store_host *h, const struct record *r);
int export_host(struct export *e, const struct store_host *h);

/* End a page of JSON: @cursor is that of the next page, "" = this was the last. As NDJSON the cursor
 * is a last line, {"next":CURSOR}. */
void export_next(struct export *e, const char *cursor);

/* Finish and free. 0, or -EIO if anything since export_open could not be written. */
int export_close(struct export *e);

#endif
