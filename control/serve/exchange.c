/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.c - decides who makes a request, what for, and whether it may. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "clock.h"
#include "guard.h"
#include "server.h"

#define COOKIE "sonde"

/* ---- who ------------------------------------------------------------------------------------- */

const struct key *server_key(const struct server *s, const char *id, struct quota **quota)
{
	for (size_t i = 0; i < s->keys.count; i++)
		if (strcmp(s->keys.keys[i].id, id) == 0) {
			*quota = s->quotas[i];
			return &s->keys.keys[i];
		}
	return NULL;
}

void server_call_as(const struct server *s, const struct key *k, enum caller_by by,
                    struct caller *caller)
{
	struct quota *quota = NULL;

	quota_drop(caller->quota);
	server_key(s, k->id, &quota);
	*caller = (struct caller){.by = (uint8_t)by,
	                          .scopes = k->scopes,
	                          .range_count = k->range_count,
	                          .quota = quota_hold(quota)};
	memcpy(caller->name, k->name, sizeof(caller->name));
	memcpy(caller->id, k->id, sizeof(caller->id));
	memcpy(caller->ranges, k->ranges, sizeof(caller->ranges));
}

static const struct key *key_of_cookie(struct exchange *x, const char *field)
{
	const struct server *s = x->server;
	struct quota *quota;
	const char *id;

	if (!guard_cookie(field, COOKIE, x->cookie, sizeof(x->cookie))) {
		x->cookie[0] = '\0';
		return NULL;
	}
	id = session_find(s->sessions, x->cookie, x->now_us);
	return id != NULL ? server_key(s, id, &quota) : NULL;
}

static void find_caller(struct exchange *x, const struct exchange_head *h)
{
	const char *text = h->authorization != NULL ? guard_bearer(h->authorization) : h->api_key;
	const struct server *s = x->server;
	const struct key *k = NULL;
	enum caller_by by = CALLER_NOBODY;

	if (text != NULL) {
		by = CALLER_KEY;
		k = key_list_find(&s->keys, text);
	} else if (h->cookie != NULL) {
		k = key_of_cookie(x, h->cookie);
		by = k != NULL ? CALLER_COOKIE : CALLER_NOBODY;
	}
	x->caller.by = (uint8_t)by;
	if (k != NULL && key_is_valid(k, x->now_us))
		server_call_as(s, k, by, &x->caller);
	else if (by == CALLER_NOBODY && h->local && s->keys.count == 0)
		x->caller.scopes = KEY_ALL;
}

/* ---- what for -------------------------------------------------------------------------------- */

static bool find_route(struct exchange *x)
{
	struct route_found found;
	char *value;

	route_find(x->method, x->target.path, &found);
	snprintf(x->answer.allow, sizeof(x->answer.allow), "%s", found.allow);
	if (strcmp(x->method, "OPTIONS") == 0 &&
	    (found.is_path || strcmp(x->target.path, "*") == 0)) {
		if (!found.is_path)
			snprintf(x->answer.allow, sizeof(x->answer.allow),
			         "GET, HEAD, POST, DELETE, OPTIONS");
		x->answer.status = 204;
		return false;
	}
	x->route = found.route;
	if (found.route == NULL) {
		answer_problem(&x->answer, found.is_path ? 405 : 404,
		               found.is_path ? "this path has no %.12s"
		                             : "no such path; "
		                               "/v1/openapi.json lists "
		                               "them%.0s",
		               x->method);
		snprintf(x->answer.allow, sizeof(x->answer.allow), "%s", found.allow);
		return false;
	}
	if (found.param >= 0) {
		/* The path is ours, and the parameter its last or last but one segment. */
		value = x->target.text + (found.value - x->target.text);
		x->params.v[found.param].text = value;
		value[found.len] = '\0';
	}
	return true;
}

static bool may(struct exchange *x, const struct exchange_head *h)
{
	const struct route *r = x->route;
	struct guard_request g = {.site = h->browser.site,
	                          .type = h->browser.type,
	                          .changes = (r->flags & ROUTE_CHANGES) != 0,
	                          .has_body = h->has_body};
	const char *why;

	if (!guard_allows(&g, x->caller.by, &why)) {
		answer_problem(&x->answer, 403, "%s", why);
		return false;
	}
	if ((r->flags & ROUTE_OPEN) != 0)
		return true;
	if (x->caller.scopes == 0) {
		answer_problem(&x->answer, 401, "%s",
		               x->caller.by == CALLER_KEY
		                       ? "the key is unknown, revoked or expired"
		                       : "a key is needed: Authorization: Bearer KEY; `sonde key "
		                         "add` makes one");
		return false;
	}
	if ((x->caller.scopes & r->scope) == 0) {
		answer_problem(&x->answer, 403, "the key %s has not the scope that this needs",
		               x->caller.name);
		return false;
	}
	if ((r->flags & ROUTE_WHOLE) != 0 && x->caller.range_count > 0) {
		answer_problem(&x->answer, 403,
		               "the key %s sees some addresses only, and this is about all",
		               x->caller.name);
		return false;
	}
	return true;
}

static bool has_quota(struct exchange *x)
{
	unsigned wait_s = x->caller.quota != NULL ? quota_take(x->caller.quota, x->now_us) : 0;

	if (wait_s == 0)
		return true;
	x->answer.retry_s = wait_s;
	answer_problem(&x->answer, 429, "more than %u requests a second", x->caller.quota->rate);
	return false;
}

void exchange_begin(struct exchange *x, const struct exchange_head *h)
{
	struct error err = {""};

	x->now_us = clock_now_us();
	if (x->answer.status != 0) /* the target was not understood */
		return;
	if (h->host == NULL ? h->is_1_1 : !guard_host_fits(h->host, x->server->config->hosts)) {
		answer_problem(&x->answer, h->host == NULL ? 400 : 421,
		               "Host names another server: expected an address, localhost, or a "
		               "name that --host gives");
		return;
	}
	find_caller(x, h);
	if (!find_route(x) || !may(x, h) || !has_quota(x))
		return;
	if (params_read(&x->target, x->route->params, x->now_us, &x->params, &err) != 0)
		answer_refusal(&x->answer, NULL, &err);
	else if (h->has_body && x->route->body == NULL)
		answer_problem(&x->answer, 400, "this request has no body");
}

void exchange_end(struct exchange *x)
{
	struct server *s = x->server;
	const struct audit_entry e = {
		.time_us = x->now_us,
		.key = x->caller.name,
		.client = x->client,
		.method = x->method,
		.target = x->target.shown,
		.detail = x->detail,
		.status = x->answer.status,
		.rows = x->answer.stream != NULL ? x->answer.stream->rows : x->answer.rows,
	};
	unsigned class = x->answer.status / 100;

	if (class < 6)
		s->counters.answers[class]++;
	s->counters.rows += e.rows;
	if (x->route != NULL && (x->route->flags & (ROUTE_CHANGES | ROUTE_BULK)) != 0 &&
	    x->answer.status != 0 && audit_write(s->audit_fd, &e) != 0)
		s->config->say("the audit cannot be written");
}

void exchange_free(struct exchange *x)
{
	if (x == NULL)
		return;
	event_client_free(x->listener);
	answer_fini(&x->answer);
	bytes_fini(&x->body);
	quota_drop(x->caller.quota);
	request_target_fini(&x->target);
	free(x);
}
