/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.h - the query language: text in, a tree that says yes or no to a service out.
 *
 * Terms about a service bind to one and the same service; host:( ... ) asks whether any service of
 * the host fits. A query is immutable once parsed and may be used by any number of threads.
 */
#ifndef SONDE_QUERY_H
#define SONDE_QUERY_H

#include <stdio.h>

#include "store.h"

struct query;

enum {
	QUERY_TEXT_MAX = 8192,
	QUERY_DEPTH_MAX = 64,
	QUERY_TERMS_MAX = 512,
};

/*
 * Parse @text; "" matches everything. @now_us gives now-7d its meaning. The caller frees *@out.
 * 0, -EINVAL with @err, -ENOMEM.
 */
int query_parse(const char *text, int64_t now_us, struct query **out, struct error *err);
void query_free(struct query *q); /* NULL is fine */

/* Whether the service @r of @host fits. Pure. */
bool query_match(const struct query *q, const struct store_host *host, const struct record *r);

/* Addresses outside first..last cannot fit: where a pass may begin and end. */
struct query_hint {
	struct dp_addr first, last;
};
void query_hint(const struct query *q, struct query_hint *out);

/* The parsed tree as one JSON object, for people who wonder how they were understood. 0 or -EIO. */
int query_explain(const struct query *q, FILE *out);

/* ---- asking a store -------------------------------------------------------------------------- */

enum { QUERY_CURSOR = 72 };

struct query_page {
	const char *cursor;      /* NULL or "" = from the start; else what a page before gave */
	uint64_t limit;          /* services or hosts; 0 = all */
	char next[QUERY_CURSOR]; /* out: the cursor of the next page, "" = this was the last */
};

/*
 * Every service (query_hosts: every host with a fitting service) that fits, by address, transport
 * and port, out of one snapshot. @each returns false to end. 0, -EINVAL (not a cursor), -errno.
 */
int query_services(struct store *s, const struct query *q, struct query_page *page,
                   bool (*each)(void *arg, const struct store_host *h, const struct record *r),
                   void *arg);
int query_hosts(struct store *s, const struct query *q, struct query_page *page,
                bool (*each)(void *arg, const struct store_host *h), void *arg);

#endif
