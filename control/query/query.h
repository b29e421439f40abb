/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.h - parses a query into a tree, and matches services and hosts against it.
 *
 * All terms of a query apply to the same service. In host:( ... ) each term is true if any service of
 * the host matches it; service:( ... ) in there joins terms to one service again. A query that does
 * not name the field state sees only what is open. A parsed query is immutable, and any number of
 * threads may use it.
 */
#ifndef SONDE_QUERY_H
#define SONDE_QUERY_H

#include <stdio.h>

#include "store.h"

struct query;
struct field;

enum {
	QUERY_TEXT_MAX = 8192,
	QUERY_DEPTH_MAX = 64,
	QUERY_TERMS_MAX = 512,
};

/*
 * Parse @text; "" matches everything. Relative times such as now-7d count from @now_us. The caller
 * frees *@out with query_free().
 * 0, -EINVAL with @err, -ENOMEM.
 */
int query_parse(const char *text, int64_t now_us, struct query **out, struct error *err);
void query_free(struct query *q); /* NULL is fine */

/* What the user should know about how the query was understood: lines, each with a line feed; "" if
 * there is nothing to say. Lives as long as @q. Pure. */
const char *query_notes(const struct query *q);
/* Whether the query names the field state; if it does not, only open services match. Pure. */
bool query_names_state(const struct query *q);

/* Which files beside the database the terms of @q ask, as bits of place_kinds(). Pure. */
unsigned query_place_kinds(const struct query *q);

/* Whether the service @r of @host matches. The answer to a ping is no service: it matches only
 * queries that have a term on transport or answers_ping. Pure. */
bool query_match(const struct query *q, const struct store_host *host, const struct record *r);

/* No address outside first..last can match, so a pass may begin and end there. */
struct query_hint {
	struct dp_addr first, last;
};
/* Compute the hint of @q. If nothing can match, first may be above last. Pure. */
void query_hint(const struct query *q, struct query_hint *out);

/* Write the parsed tree as one JSON object, which shows people how their query was understood. 0 or
 * -EIO. */
int query_explain(const struct query *q, FILE *out);

/* ---- asking a store -------------------------------------------------------------------------- */

enum { QUERY_CURSOR = 72 };

struct query_page {
	/* NULL, "" or "start" = from the start; else @next of the page before */
	const char *cursor;
	uint64_t limit;          /* services or hosts; 0 = all */
	char next[QUERY_CURSOR]; /* out: the cursor of the next page, "" = this was the last */
};

/* Whether @text can be the cursor of a page. Pure. */
bool query_is_cursor(const char *text);

/*
 * Call @each for every service that matches (query_hosts: for every host with a service that
 * matches), by address, transport and port, until it returns false or the page is full. All results
 * come from one snapshot. 0, -EINVAL (not a cursor), -errno.
 */
int query_services(struct store *s, const struct query *q, struct query_page *page,
                   bool (*each)(void *arg, const struct store_host *h, const struct record *r),
                   void *arg);
int query_hosts(struct store *s, const struct query *q, struct query_page *page,
                bool (*each)(void *arg, const struct store_host *h), void *arg);

/* Count the services (@hosts: the hosts) that match: as many as a walk through all pages gives. 0 or
 * -errno. */
int query_count(struct store *s, const struct query *q, bool hosts, uint64_t *out);

/* What query_facets() calls: so many services have this list of values of the facet, as the index
 * stores it (field_column_each()). */
typedef void (*query_facet_each)(void *arg, size_t facet, const void *data, size_t len,
                                 uint64_t services);
struct query_totals {
	uint64_t services, hosts;
};
/*
 * Count the services that match by the values of @n @fields, without reading a record. 0, -ENOTSUP (the
 * index cannot answer: a field is not in it, the query needs records, or there is none), -errno.
 */
struct query_facets {
	const struct field *const *fields;
	size_t n;
	query_facet_each each;
	void *arg;
};
int query_facets(struct store *s, const struct query *q, const struct query_facets *f,
                 struct query_totals *totals);

/* Orders of results: the worst, the latest, the lowest first. */
enum query_order { QUERY_BY_IP, QUERY_BY_PORT, QUERY_BY_SCORE, QUERY_BY_LAST_SEEN };

struct query_sort {
	uint8_t order;  /* enum query_order */
	bool hosts;     /* whole hosts, by the score and times of the host; else services */
	uint64_t limit; /* the first so many of the order; 0 = all */
};

/*
 * Call @each for the services (@r is NULL: hosts) that match, in that order, until it returns false.
 * Holds 40 bytes in memory for each result, of which there are at most the limit. A first pass finds
 * them, and a second one reads them: what disappeared in between is left out. 0, -ENOMEM, -errno.
 */
int query_sorted(struct store *s, const struct query *q, const struct query_sort *sort,
                 bool (*each)(void *arg, const struct store_host *h, const struct record *r),
                 void *arg);

#endif
