/* SPDX-License-Identifier: Apache-2.0 */
/* route_meta.c - about the database as a whole, the server and the caller. */
#include <errno.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "guard.h"
#include "json_in.h"
#include "routes.h"
#include "scan_json.h"
#include "server.h"
#include "stats.h"

/* ---- the database ---------------------------------------------------------------------------- */

static bool add_to_stats(void *arg, const struct store_host *h, const struct record *r)
{
	return stats_add(arg, h, r) == 0;
}

static void put_last_scan(FILE *out, struct store *s)
{
	struct store_scan scan;
	struct scan_wish w;
	struct json *j;

	if (store_scan_get(s, "", &scan) != 0 || scan_wish_read(s, &scan, &w) != 0)
		return;
	fputs(",\"last_scan\":", out);
	j = json_begin(out, false);
	if (j == NULL)
		return;
	json_open_object(j, NULL);
	scan_json(j, &scan, &w);
	json_close_object(j);
	json_done(j);
}

void route_stats(struct exchange *x, struct jobs_tools *tools)
{
	struct query_page page = {0};
	struct stats *stats = NULL;
	struct error err = {""};
	uint64_t last = 0;
	struct query *q;
	FILE *out;
	int ret;

	if (routes_query(x, &q) != 0)
		return;
	ret = stats_new(NULL, STATS_BY_SERVICE, &stats, &err);
	if (ret == 0)
		ret = query_services(tools->store, q, &page, add_to_stats, stats);
	if (ret == 0)
		ret = store_change_last(tools->store, &last);
	out = ret == 0 ? answer_open(&x->answer, 200, ANSWER_JSON) : NULL;
	if (out != NULL) {
		fprintf(out, "{\"hosts\":%" PRIu64 ",\"services\":%" PRIu64 ",\"changes\":%" PRIu64,
		        stats_hosts(stats), stats_services(stats), last);
		if (x->caller.range_count == 0)
			put_last_scan(out, tools->store);
		fputs(",\"facets\":", out);
		ret = stats_write_facets(stats, out);
		fputs("}\n", out);
		answer_close(&x->answer);
	}
	if (ret < 0)
		answer_failure(&x->answer, ret);
	stats_free(stats);
	query_free(q);
}

/* ---- the server ------------------------------------------------------------------------------ */

bool route_health(struct exchange *x)
{
	const struct server *s = x->server;
	struct json *j = answer_object(&x->answer, 200);

	if (j == NULL)
		return true;
	json_text(j, "status", s->draining ? "draining" : "ok");
	json_text(j, "version", SONDE_VERSION);
	json_int(j, "uptime_s", (clock_monotonic_us() - s->start_us) / 1000000);
	answer_close(&x->answer);
	return true;
}

bool route_openapi(struct exchange *x)
{
	struct doc *d = x->server->openapi;

	d->references++;
	x->answer.status = 200;
	x->answer.type = ANSWER_JSON;
	x->answer.doc = d;
	return true;
}

/* ---- the caller ------------------------------------------------------------------------------ */

static void answer_caller(struct exchange *x, const struct caller *c)
{
	static const char *const by[] = {"nobody", "key", "cookie"};
	char cookie[sizeof(x->answer.cookie)], text[ADDR_RANGE_TEXT];
	struct json *j;

	memcpy(cookie, x->answer.cookie, sizeof(cookie));
	j = answer_object(&x->answer, 200);
	if (j == NULL)
		return;
	memcpy(x->answer.cookie, cookie, sizeof(cookie));
	json_text(j, "by", by[c->by]);
	json_text(j, "name", c->name);
	json_open_array(j, "scopes");
	for (unsigned i = 0; key_scope_name(i) != NULL; i++)
		if ((c->scopes >> i & 1) != 0)
			json_text(j, NULL, key_scope_name(i));
	json_close_array(j);
	if (c->range_count > 0) {
		json_open_array(j, "prefixes");
		for (unsigned i = 0; i < c->range_count; i++)
			json_text(j, NULL, addr_range_format(&c->ranges[i], text));
		json_close_array(j);
	}
	answer_close(&x->answer);
}

bool route_session(struct exchange *x)
{
	answer_caller(x, &x->caller);
	return true;
}

static void set_cookie(struct exchange *x, const char *value, int seconds)
{
	snprintf(x->answer.cookie, sizeof(x->answer.cookie),
	         "sonde=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s", value, seconds,
	         x->server->config->tls_cert != NULL ? "; Secure" : "");
}

static void begin_session(struct exchange *x, const struct key *k)
{
	char cookie[SESSION_TEXT];

	if (session_begin(x->server->sessions, k->id, x->now_us, cookie) != 0) {
		answer_problem(&x->answer, 500, "no random numbers");
		return;
	}
	server_call_as(x->server, k, CALLER_COOKIE, &x->caller);
	set_cookie(x, cookie, SESSION_HOURS * 3600);
	answer_caller(x, &x->caller);
}

bool route_session_begin(struct exchange *x)
{
	struct error err = {""};
	const struct key *k;
	const char *text;
	yajl_val tree;

	if (json_in_parse((const char *)x->body.data, x->body.len, &tree, &err) != 0) {
		answer_refusal(&x->answer, NULL, &err);
		return true;
	}
	text = json_in_text(tree, "key");
	k = text != NULL ? key_list_find(&x->server->keys, text) : NULL;
	if (text == NULL || !key_is_whole(text))
		answer_problem(&x->answer, 400, "expected {\"key\":\"snd...\"}, a whole key");
	else if (k == NULL || !key_is_valid(k, x->now_us))
		answer_problem(&x->answer, 401, "the key is unknown, revoked or expired");
	else
		begin_session(x, k);
	yajl_tree_free(tree);
	if (x->body.len > 0)
		OPENSSL_cleanse(x->body.data, x->body.len);
	return true;
}

bool route_session_end(struct exchange *x)
{
	session_end(x->server->sessions, x->cookie);
	set_cookie(x, "", 0);
	x->answer.status = 204;
	return true;
}
