/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - rows of services, hosts or changes as table, JSON, NDJSON or CSV.
 *
 * JSON is one array. NDJSON is one object per line. CSV follows RFC 4180 and has a header line; a
 * cell that a spreadsheet would take for a formula gets an apostrophe in front. No byte from the
 * network reaches a terminal unescaped.
 */
#ifndef SONDE_EXPORT_H
#define SONDE_EXPORT_H

#include <stdio.h>

#include "output_format.h"
#include "query.h"

enum export_what { EXPORT_SERVICES, EXPORT_HOSTS, EXPORT_CHANGES };
enum { EXPORT_COLOUR = 1, EXPORT_BANNER_RAW = 2 };

struct export;

struct export_config {
	FILE *out; /* not owned */
	enum output_format format;
	enum export_what what;
	/* for services and hosts as a table or CSV: field names such as "ip,port,http.title"; NULL
	 * = the default columns */
	const char *columns;
	unsigned flags; /* EXPORT_* */
};

/* Begin an export; export_close() ends it. 0, -ENOMEM, or -EINVAL with @err: a column is unknown or
 * cannot be shown, or there are too many; err->column is the place in the list. */
int export_open(const struct export_config *config, struct export **out, struct error *err);

/* Write one row; the function must match export_config.what. As JSON, a service is one flat object:
 * the address, the members that the service has in the document of its host, and the score of the
 * host. A host is the whole document. 0 or -EIO. */
int export_service(struct export *e, const struct store_host *h, const struct record *r);
int export_host(struct export *e, const struct store_host *h);
int export_change(struct export *e, const struct store_change *c);

/* Finish and free. 0, or -EIO if anything since export_open could not be written. */
int export_close(struct export *e);

#endif
