/* SPDX-License-Identifier: Apache-2.0 */
/* route.c - the table of routes, and how a path is found in it. */
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "key.h"
#include "param.h"
#include "route.h"
#include "routes.h"

#define P(id) PARAM_BIT(id)
#define PROBLEM(status)                                                                            \
	{                                                                                          \
		status, ANSWER_PROBLEM, "Problem"                                                  \
	}
#define OK(schema)                                                                                 \
	{                                                                                          \
		200, ANSWER_JSON, schema                                                           \
	}

/* The route that is asked most often stands first. */
static const struct route table[] = {
	{"GET",
         "/v1/hosts/{ip}",
         P(IP) | P(VERDICTS) | P(HISTORY),
         KEY_READ,
         0,
         "host",
         "Everything known about one address, as `sonde host -o json` prints it",
         NULL,
         route_host_quick,
         route_host,
         {OK("Host"), PROBLEM(400), PROBLEM(404)}},
	{"POST",
         "/v1/hosts:lookup",
         P(VERDICTS),
         KEY_READ,
         ROUTE_BULK,
         "lookup",
         "The documents of up to 10,000 addresses: one a line in, one a line out, and a line that "
         "says the answer is whole",
         "Addresses",
         NULL,
         route_lookup,
         {{200, ANSWER_NDJSON, "HostLine"}, PROBLEM(400), PROBLEM(413)}},
	{"GET",
         "/v1/search",
         P(QUERY) | P(LIMIT) | P(CURSOR) | P(ROWS) | P(SORT) | P(FIELDS) | P(VERDICTS) | P(FACETS),
         KEY_READ,
         0,
         "search",
         "The services or hosts that fit a query, page by page",
         NULL,
         NULL,
         route_search,
         {OK("Page"), PROBLEM(400)}},
	{"GET",
         "/v1/count",
         P(QUERY) | P(COUNT_BY) | P(FACETS),
         KEY_READ,
         0,
         "count",
         "How many services or hosts fit a query",
         NULL,
         NULL,
         route_count,
         {OK("Count"), PROBLEM(400)}},
	{"GET",
         "/v1/facets",
         P(QUERY) | P(COUNT_BY) | P(FACETS),
         KEY_READ,
         0,
         "facets",
         "Counts by the values of fields",
         NULL,
         NULL,
         route_facets,
         {OK("Facets"), PROBLEM(400)}},
	{"GET",
         "/v1/map",
         P(QUERY) | P(COUNT_BY),
         KEY_READ,
         0,
         "map",
         "Counts by place and level; what has no place is counted in `unplaced`",
         NULL,
         NULL,
         route_map,
         {OK("Map"), PROBLEM(400)}},
	{"GET",
         "/v1/changes",
         P(QUERY) | P(LIMIT) | P(CURSOR) | P(AFTER) | P(TYPES) | P(SINCE) | P(UNTIL) | P(ADDRESS) |
                 P(ORDER),
         KEY_READ,
         0,
         "changes",
         "What opened, closed, changed or became vulnerable",
         NULL,
         NULL,
         route_changes,
         {OK("Changes"), PROBLEM(400)}},
	{"GET",
         "/v1/events",
         P(AFTER) | P(TYPES),
         KEY_READ,
         0,
         "events",
         "The changes as they come, as server-sent events; Last-Event-ID goes on behind a change",
         NULL,
         route_events,
         NULL,
         {{200, "text/event-stream", ""}, PROBLEM(400)}},
	{"GET",
         "/v1/vulns/{cve}",
         P(CVE) | P(LIMIT),
         KEY_READ,
         0,
         "vuln",
         "What a CVE affects, what fixed it, and the services that have it",
         NULL,
         NULL,
         route_vuln,
         {OK("Vuln"), PROBLEM(400), PROBLEM(404)}},
	{"GET",
         "/v1/export",
         P(QUERY) | P(ROWS) | P(FIELDS) | P(VERDICTS) | P(FORMAT),
         KEY_EXPORT,
         ROUTE_BULK,
         "export",
         "Everything that fits a query, as a stream, which gzip or zstd compresses if the client "
         "takes it",
         NULL,
         NULL,
         route_export,
         {{200, ANSWER_NDJSON, "HostLine"}, {200, "text/csv", ""}, PROBLEM(400)}},
	{"GET",
         "/v1/scans",
         P(LIMIT),
         KEY_READ,
         0,
         "scans",
         "The scans, the newest first",
         NULL,
         NULL,
         route_scans,
         {OK("Scans"), PROBLEM(400)}},
	{"GET",
         "/v1/scans/{id}",
         P(ID),
         KEY_READ,
         0,
         "scan",
         "One scan",
         NULL,
         NULL,
         route_scan,
         {OK("Scan"), PROBLEM(404)}},
	{"GET",
         "/v1/scans/{id}/status",
         P(ID),
         KEY_READ,
         ROUTE_WHOLE,
         "scan_status",
         "The figures of a running scan, as `sonde ctl status -o json` prints them",
         NULL,
         NULL,
         route_scan_status,
         {OK("Status"), PROBLEM(404), PROBLEM(409)}},
	{"POST",
         "/v1/scans/{id}/rate",
         P(ID),
         KEY_SCAN,
         ROUTE_WHOLE | ROUTE_CHANGES,
         "scan_rate",
         "Change the rate of a running scan",
         "Rate",
         NULL,
         route_scan_rate,
         {OK("Order"), PROBLEM(400), PROBLEM(404), PROBLEM(409)}},
	{"POST",
         "/v1/scans/{id}/pause",
         P(ID),
         KEY_SCAN,
         ROUTE_WHOLE | ROUTE_CHANGES,
         "scan_pause",
         "Let a running scan send nothing",
         NULL,
         NULL,
         route_scan_pause,
         {OK("Order"), PROBLEM(404), PROBLEM(409)}},
	{"POST",
         "/v1/scans/{id}/resume",
         P(ID),
         KEY_SCAN,
         ROUTE_WHOLE | ROUTE_CHANGES,
         "scan_resume",
         "Let a paused scan go on",
         NULL,
         NULL,
         route_scan_resume,
         {OK("Order"), PROBLEM(404), PROBLEM(409)}},
	{"POST",
         "/v1/scans/{id}/stop",
         P(ID),
         KEY_SCAN,
         ROUTE_WHOLE | ROUTE_CHANGES,
         "scan_stop",
         "End a running scan; what was found stays",
         NULL,
         NULL,
         route_scan_stop,
         {OK("Order"), PROBLEM(404), PROBLEM(409)}},
	{"POST",
         "/v1/scans/{id}/exclusions",
         P(ID),
         KEY_SCAN,
         ROUTE_WHOLE | ROUTE_CHANGES,
         "scan_exclude",
         "Exclude addresses from a running scan, at once and for good",
         "Exclusions",
         NULL,
         route_scan_exclude,
         {OK("Order"), PROBLEM(400), PROBLEM(404), PROBLEM(409)}},
	{"GET",
         "/v1/accepts",
         P(ADDRESS),
         KEY_READ,
         0,
         "accepts",
         "The findings that somebody answers for until a date",
         NULL,
         NULL,
         route_accepts,
         {OK("Accepts"), PROBLEM(400)}},
	{"POST",
         "/v1/accepts",
         0,
         KEY_ADMIN,
         ROUTE_WHOLE | ROUTE_CHANGES,
         "accept_add",
         "Take a finding out of the score until a date",
         "Accept",
         NULL,
         route_accept_add,
         {{204, NULL, NULL}, PROBLEM(400), PROBLEM(404), PROBLEM(409)}},
	{"POST",
         "/v1/accepts:remove",
         0,
         KEY_ADMIN,
         ROUTE_WHOLE | ROUTE_CHANGES,
         "accept_remove",
         "Take an acceptance back",
         "AcceptName",
         NULL,
         route_accept_remove,
         {{204, NULL, NULL}, PROBLEM(400), PROBLEM(404), PROBLEM(409)}},
	{"GET",
         "/v1/stats",
         0,
         KEY_READ,
         0,
         "stats",
         "How much the database has, and counts by the usual fields",
         NULL,
         NULL,
         route_stats,
         {OK("Stats")}},
	{"GET",
         "/v1/session",
         0,
         0,
         ROUTE_OPEN,
         "session",
         "Who the caller is, and what it may do",
         NULL,
         route_session,
         NULL,
         {OK("Session")}},
	{"POST",
         "/v1/session",
         0,
         0,
         ROUTE_OPEN | ROUTE_CHANGES,
         "session_begin",
         "Exchange a key for a cookie, which a page needs in place of the key",
         "Key",
         route_session_begin,
         NULL,
         {OK("Session"), PROBLEM(400), PROBLEM(401)}},
	{"DELETE",
         "/v1/session",
         0,
         0,
         ROUTE_OPEN | ROUTE_CHANGES,
         "session_end",
         "End the session of the cookie",
         NULL,
         route_session_end,
         NULL,
         {{204, NULL, NULL}}},
	{"GET",
         "/v1/health",
         0,
         0,
         ROUTE_OPEN,
         "health",
         "Whether the server answers",
         NULL,
         route_health,
         NULL,
         {OK("Health")}},
	{"GET",
         "/v1/metrics",
         0,
         KEY_ADMIN,
         ROUTE_WHOLE,
         "metrics",
         "Figures of server, store and running scan, in the text format of Prometheus",
         NULL,
         NULL,
         route_metrics,
         {{200, "text/plain; version=0.0.4", ""}}},
	{"GET",
         "/v1/openapi.json",
         0,
         0,
         ROUTE_OPEN,
         "openapi",
         "This description",
         NULL,
         route_openapi,
         NULL,
         {OK("")}},
};

enum { ROUTES = sizeof(table) / sizeof(table[0]) };

const struct route *route_at(size_t i)
{
	return i < ROUTES ? &table[i] : NULL;
}

/* Compare a path with one of the table, and note the segment that stands for a parameter. */
static bool fits(const char *pattern, const char *path, struct route_found *out)
{
	size_t head = strcspn(pattern, "{"), len;
	const char *tail = pattern + head;

	*out = (struct route_found){.param = -1};
	if (strncmp(pattern, path, head) != 0)
		return false;
	if (*tail == '\0')
		return path[head] == '\0';
	len = strcspn(path + head, "/");
	for (int id = 0; id < PARAM_PATHS; id++)
		if (strncmp(tail + 1, param_at((unsigned)id)->name,
		            strlen(param_at((unsigned)id)->name)) == 0)
			out->param = id;
	out->value = path + head;
	out->len = len;
	tail = strchr(tail, '}') + 1;
	return len > 0 && strcmp(tail, path + head + len) == 0;
}

static void allow(struct route_found *out, const char *method)
{
	size_t n = strlen(out->allow);

	snprintf(out->allow + n, sizeof(out->allow) - n, "%s%s%s", n > 0 ? ", " : "", method,
	         strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

void route_find(const char *method, const char *path, struct route_found *out)
{
	const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
	size_t n;

	*out = (struct route_found){.param = -1};
	for (size_t i = 0; i < ROUTES; i++) {
		struct route_found at;

		if (!fits(table[i].path, path, &at))
			continue;
		if (strcmp(table[i].method, wanted) == 0) {
			*out = at;
			out->route = &table[i];
			out->is_path = true;
			return;
		}
		out->is_path = true;
		allow(out, table[i].method);
	}
	n = strlen(out->allow);
	if (out->is_path)
		snprintf(out->allow + n, sizeof(out->allow) - n, ", OPTIONS");
}
