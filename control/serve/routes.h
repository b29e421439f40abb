/* SPDX-License-Identifier: Apache-2.0 */
/* routes.h - what the routes do. Private to serve; route.c names each of them, and says what it is for. */
#ifndef SONDE_ROUTES_H
#define SONDE_ROUTES_H

#include "route.h"

/* In the server's thread: answer, or return false so that the second function does. */
bool route_host_quick(struct exchange *x);
bool route_events(struct exchange *x);
bool route_session(struct exchange *x);
bool route_session_begin(struct exchange *x);
bool route_session_end(struct exchange *x);
bool route_health(struct exchange *x);
bool route_openapi(struct exchange *x);

/* In a query thread: answer. Each may block while the database is read. */
void route_host(struct exchange *x, struct jobs_tools *tools);
void route_lookup(struct exchange *x, struct jobs_tools *tools);
void route_search(struct exchange *x, struct jobs_tools *tools);
void route_count(struct exchange *x, struct jobs_tools *tools);
void route_facets(struct exchange *x, struct jobs_tools *tools);
void route_map(struct exchange *x, struct jobs_tools *tools);
void route_changes(struct exchange *x, struct jobs_tools *tools);
void route_vuln(struct exchange *x, struct jobs_tools *tools);
void route_export(struct exchange *x, struct jobs_tools *tools);
void route_scans(struct exchange *x, struct jobs_tools *tools);
void route_scan(struct exchange *x, struct jobs_tools *tools);
void route_scan_status(struct exchange *x, struct jobs_tools *tools);
void route_scan_rate(struct exchange *x, struct jobs_tools *tools);
void route_scan_pause(struct exchange *x, struct jobs_tools *tools);
void route_scan_resume(struct exchange *x, struct jobs_tools *tools);
void route_scan_stop(struct exchange *x, struct jobs_tools *tools);
void route_scan_exclude(struct exchange *x, struct jobs_tools *tools);
void route_accepts(struct exchange *x, struct jobs_tools *tools);
void route_accept_add(struct exchange *x, struct jobs_tools *tools);
void route_accept_remove(struct exchange *x, struct jobs_tools *tools);
void route_stats(struct exchange *x, struct jobs_tools *tools);
void route_metrics(struct exchange *x, struct jobs_tools *tools);

struct query;
/* Parse the parameter `query` within the caller's prefixes. 0, or the answer is a problem; then -1. */
int routes_query(struct exchange *x, struct query **out);
/* Whether the caller has rows left for today; if not, the answer is a problem. */
bool routes_has_rows(struct exchange *x);
/* Count the rows of the answer. */
void routes_count_rows(struct exchange *x, uint64_t rows);

#endif
