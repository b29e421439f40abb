/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats.h - counts services and hosts by the values of fields (facets).
 *
 * The services come from query_services(). With STATS_BY_HOST, a host counts once for a value,
 * however many of its services have it.
 */
#ifndef SONDE_STATS_H
#define SONDE_STATS_H

#include "export.h"

enum stats_by { STATS_BY_SERVICE, STATS_BY_HOST };
enum { STATS_FACETS_MAX = 32, STATS_TOP = 10 };

struct stats;

/*
 * @facets: fields, each with the number of values to show: "port:10,product:20"; without a number,
 * STATS_TOP values are shown. NULL: the default facets. 0, -EINVAL with @err (unknown field, not a
 * facet), -ENOMEM.
 */
int stats_new(const char *facets, enum stats_by by, struct stats **out, struct error *err);
void stats_free(struct stats *s);

/* Count one service. Services of one host must come one after the other, as query_services gives
 * them. 0 or -ENOMEM. */
int stats_add(struct stats *s, const struct store_host *h, const struct record *r);
/* Count what matches @q: by the index if it has all facets, else by stats_add() of each service. Once for
 * each @s. 0 or -errno. */
int stats_ask(struct stats *s, struct store *store, const struct query *q);

/* Write the values of each facet, the highest count first, equal counts by value, numbers by size. A
 * service counts once for a value, however often it has it. OUTPUT_JSON is one object
 * {"hosts":N,"services":N,"count_by":"host","facets":{...}}, in which a value has the type of its
 * field; NDJSON and CSV have one row for each value. A table fits the terminal. 0, or -EIO, also
 * without memory. */
int stats_write(struct stats *s, FILE *out, enum output_format format);

/* Write the object of "facets" alone, {"port":[{"value":22,"count":7}]}, and a line feed. 0, or -EIO,
 * also without memory. */
int stats_write_facets(struct stats *s, FILE *out);
/* How many services and hosts were counted. */
uint64_t stats_services(const struct stats *s);
uint64_t stats_hosts(const struct stats *s);

#endif
