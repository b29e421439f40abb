/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats.h - counts of services and hosts by the values of fields (facets).
 *
 * Feed it from query_services; a host is counted once per value however many of its services have
 * it.
 */
#ifndef SONDE_STATS_H
#define SONDE_STATS_H

#include "export.h"

enum stats_by { STATS_BY_SERVICE, STATS_BY_HOST };
enum { STATS_FACETS_MAX = 32, STATS_TOP = 10 };

struct stats;

/*
 * @facets: "port:10,product:20" (field:how many; :N may be absent), or NULL for the usual overview.
 * 0, -EINVAL with @err (unknown field, not a facet), -ENOMEM.
 */
int stats_new(const char *facets, enum stats_by by, struct stats **out, struct error *err);
void stats_free(struct stats *s);

/* Count one service. Services of one host must come one after the other, as query_services gives
 * them. 0 or -ENOMEM. */
int stats_add(struct stats *s, const struct store_host *h, const struct record *r);

/* Highest counts first, then by value. OUTPUT_JSON is one object
 * {"hosts":N,"services":N,"facets":{...}}; NDJSON and CSV one row a value. 0 or -EIO. */
int stats_write(struct stats *s, FILE *out, enum output_format format);

#endif
