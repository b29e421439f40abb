/* SPDX-License-Identifier: Apache-2.0 */
/* route_scans.c - the scans of the database, and orders to the one that runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "ctl.h"
#include "json_in.h"
#include "rate.h"
#include "routes.h"
#include "scan_json.h"
#include "server.h"

/* ---- what there is --------------------------------------------------------------------------- */

/* Whether the caller may see all that the scan was asked for. A target that is no address, or a list
 * that is cut, is seen by those alone who see everything. */
static bool may_see(const struct caller *c, const struct scan_wish *w)
{
	char list[SCAN_WISH_TEXT], *at = NULL;
	struct dp_addr_range range;
	unsigned words = 0;

	if (c->range_count == 0)
		return true;
	if (strlen(w->targets) + 1 == SCAN_WISH_TEXT)
		return false;
	snprintf(list, sizeof(list), "%s", w->targets);
	for (char *word = strtok_r(list, ", ", &at); word != NULL;
	     word = strtok_r(NULL, ", ", &at), words++)
		if (!addr_range_parse(word, &range) || !caller_sees_range(c, &range))
			return false;
	return words > 0;
}

struct list {
	const char *path;
	struct store_scan *ring; /* the last @room scans */
	size_t room, seen;
};

static bool keep_scan(void *arg, const struct store_scan *scan)
{
	struct list *l = arg;
	struct store_scan *kept = &l->ring[l->seen++ % l->room];

	*kept = *scan;
	store_scan_look(l->path, kept);
	return true;
}

static int newest_first(const void *a, const void *b)
{
	const struct store_scan *x = a, *y = b;

	return x->start_us < y->start_us ? 1 : x->start_us > y->start_us ? -1 : 0;
}

static int put_scans(struct exchange *x, struct store *s, struct list *l, struct json *j)
{
	size_t n = l->seen < l->room ? l->seen : l->room;
	uint64_t seen = l->seen;
	int ret = 0;

	if (n > 1)
		qsort(l->ring, n, sizeof(*l->ring), newest_first);
	json_open_array(j, "matches");
	for (size_t i = 0; i < n && ret == 0; i++) {
		struct scan_wish w;

		ret = scan_wish_read(s, &l->ring[i], &w);
		if (ret != 0 || !may_see(&x->caller, &w)) {
			seen--;
			continue;
		}
		json_open_object(j, NULL);
		scan_json(j, &l->ring[i], &w);
		json_close_object(j);
	}
	json_close_array(j);
	json_uint(j, "total", seen);
	json_bool(j, "total_exact", x->caller.range_count == 0 || l->seen <= l->room);
	return ret;
}

void route_scans(struct exchange *x, struct jobs_tools *tools)
{
	struct list l = {.path = x->server->config->db, .room = x->params.v[PARAM_LIMIT].number};
	struct json *j;
	int ret;

	l.ring = calloc(l.room, sizeof(*l.ring));
	ret = l.ring == NULL ? -ENOMEM : store_scan_each(tools->store, keep_scan, &l);
	j = ret == 0 ? answer_object(&x->answer, 200) : NULL;
	if (j != NULL) {
		ret = put_scans(x, tools->store, &l, j);
		answer_close(&x->answer);
	}
	free(l.ring);
	if (ret < 0)
		answer_failure(&x->answer, ret);
}

/* Read the scan that the path names. False: the answer is a problem. */
static bool find_scan(struct exchange *x, struct store *s, struct store_scan *out,
                      struct scan_wish *w)
{
	const char *id = x->params.v[PARAM_ID].text;
	int ret = store_scan_get(s, strcmp(id, "last") == 0 ? "" : id, out);

	if (ret == 0)
		ret = scan_wish_read(s, out, w);
	if (ret == -ENOENT || (ret == 0 && !may_see(&x->caller, w)))
		answer_problem(&x->answer, 404, "`%.40s`: no such scan", id);
	else if (ret < 0)
		answer_failure(&x->answer, ret);
	if (x->answer.status != 0)
		return false;
	store_scan_look(x->server->config->db, out);
	return true;
}

void route_scan(struct exchange *x, struct jobs_tools *tools)
{
	struct store_scan scan;
	struct scan_wish w;
	struct json *j;

	if (!find_scan(x, tools->store, &scan, &w))
		return;
	j = answer_object(&x->answer, 200);
	if (j == NULL)
		return;
	scan_json(j, &scan, &w);
	scan_json_more(j, &scan);
	answer_close(&x->answer);
}

/* ---- orders ---------------------------------------------------------------------------------- */

/* Refuse an answer of the control socket that is no JSON object, and pass on what it refuses. */
static void take_reply(struct exchange *x, const char *reply)
{
	struct error err = {""};
	yajl_val tree;
	FILE *out;

	if (json_in_parse(reply, strlen(reply), &tree, &err) != 0) {
		answer_problem(&x->answer, 500, "the scan's answer is not understood");
		return;
	}
	if (json_in_text(tree, "error") != NULL)
		answer_problem(&x->answer, 400, "%.400s", json_in_text(tree, "error"));
	else if ((out = answer_open(&x->answer, 200, ANSWER_JSON)) != NULL) {
		fprintf(out, "%s\n", reply);
		answer_close(&x->answer);
	}
	yajl_tree_free(tree);
}

static void ask(struct exchange *x, struct jobs_tools *tools, const char *request)
{
	char *reply = malloc(CTL_REPLY);
	struct store_scan scan;
	struct error err = {""};
	struct scan_wish w;
	int ret;

	if (reply == NULL) {
		answer_failure(&x->answer, -ENOMEM);
		return;
	}
	if (find_scan(x, tools->store, &scan, &w)) {
		ret = scan.state == STORE_SCAN_RUNNING
		              ? ctl_ask(x->server->config->db, request, reply, &err)
		              : -ENOENT;
		if (ret == 0)
			take_reply(x, reply);
		else if (ret == -ENOENT)
			answer_problem(&x->answer, 409, "%s does not run", scan.id);
		else
			answer_problem(&x->answer, ret == -EACCES ? 403 : 503, "%s", err.text);
	}
	free(reply);
}

void route_scan_status(struct exchange *x, struct jobs_tools *tools)
{
	ask(x, tools, "status");
}

void route_scan_pause(struct exchange *x, struct jobs_tools *tools)
{
	ask(x, tools, "pause");
}

void route_scan_resume(struct exchange *x, struct jobs_tools *tools)
{
	ask(x, tools, "resume");
}

void route_scan_stop(struct exchange *x, struct jobs_tools *tools)
{
	ask(x, tools, "stop");
}

/* Parse the body, which has no members but @known. False: the answer is a problem. */
static bool read_body(struct exchange *x, const char *const *known, yajl_val *out)
{
	struct error err = {""};
	int ret = json_in_parse((const char *)x->body.data, x->body.len, out, &err);

	if (ret == 0 && (ret = json_in_only(*out, known, &err)) != 0)
		yajl_tree_free(*out);
	if (ret != 0)
		answer_refusal(&x->answer, NULL, &err);
	return ret == 0;
}

void route_scan_rate(struct exchange *x, struct jobs_tools *tools)
{
	static const char *const known[] = {"rate", NULL};
	char request[64] = "";
	struct error err;
	const char *text;
	uint64_t pps;
	yajl_val tree;
	double rate;

	if (!read_body(x, known, &tree))
		return;
	text = json_in_text(tree, "rate");
	if (json_in_number(tree, "rate", &pps) && pps > 0)
		snprintf(request, sizeof(request), "rate %llu", (unsigned long long)pps);
	else if (text != NULL && strlen(text) < 32 &&
	         (strcmp(text, "auto") == 0 || rate_parse(text, &rate, &err) == 0))
		snprintf(request, sizeof(request), "rate %s", text);
	yajl_tree_free(tree);
	snprintf(x->detail, sizeof(x->detail), "%s", request);
	if (request[0] != '\0')
		ask(x, tools, request);
	else
		answer_problem(&x->answer, 400,
		               "expected {\"rate\":50000}, {\"rate\":\"2M\"} or "
		               "{\"rate\":\"auto\"}");
}

/* Join the addresses by blanks behind "exclude add". False: one is none, or they do not fit. */
static bool exclusions(yajl_val list, char out[CTL_REQUEST])
{
	size_t n = (size_t)snprintf(out, CTL_REQUEST, "exclude add");
	struct dp_addr_range range;

	if (!YAJL_IS_ARRAY(list) || list->u.array.len == 0)
		return false;
	for (size_t i = 0; i < list->u.array.len; i++) {
		const char *text = YAJL_GET_STRING(list->u.array.values[i]);

		if (text == NULL || !addr_range_parse(text, &range))
			return false;
		n += (size_t)snprintf(out + n, CTL_REQUEST - n, " %s", text);
		if (n + 1 >= CTL_REQUEST)
			return false;
	}
	return true;
}

void route_scan_exclude(struct exchange *x, struct jobs_tools *tools)
{
	static const char *const known[] = {"add", NULL};
	char request[CTL_REQUEST];
	yajl_val tree;
	bool good;

	if (!read_body(x, known, &tree))
		return;
	good = exclusions(json_in_get(tree, "add"), request);
	yajl_tree_free(tree);
	if (!good) {
		answer_problem(&x->answer, 400,
		               "expected {\"add\":[\"192.0.2.0/24\"]}, addresses, prefixes or "
		               "ranges of %d bytes in all",
		               CTL_REQUEST - 16);
		return;
	}
	snprintf(x->detail, sizeof(x->detail), "%.190s", request);
	ask(x, tools, request);
}
