/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - rows of services, hosts or changes as table, JSON, NDJSON or CSV.
 *
 * JSON is one array, NDJSON one object a line, CSV as RFC 4180 with a header line, in which a cell
 * that a spreadsheet would take for a formula begins with an apostrophe. No byte from the network
 * reaches a terminal unescaped.
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
	/* of services and hosts in table and CSV: field names "ip,port,http.title"; NULL = the
	 * usual ones */
	const char *columns;
	unsigned flags; /* EXPORT_* */
};

/* Begin. 0, -EINVAL with @err (unknown column; its place in the list), -ENOMEM. */
int export_open(const struct export_config *config, struct export **out, struct error *err);

/* One row; the function must fit export_config.what. JSON of a service is {"ip":..., "port":{...}}
 * merged to one flat object with the host's fields; JSON of a host is the whole host document. 0 or
 * -EIO. */
int export_service(struct export *e, const struct store_host *h, const struct record *r);
int export_host(struct export *e, const struct store_host *h);
int export_change(struct export *e, const struct store_change *c);

/* Finish and free. 0, or -EIO if anything since export_open could not be written. */
int export_close(struct export *e);

#endif
