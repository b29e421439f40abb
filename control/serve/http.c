/* SPDX-License-Identifier: Apache-2.0 */
/* http.c - requests and answers over the library of HTTP. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "clock.h"
#include "guard.h"
#include "http_private.h"

enum { BODY_READ = 8 * SERVER_BODY }; /* of a body that is too long, to answer it */

/* ---- waiting --------------------------------------------------------------------------------- */

void http_suspend(struct request *r)
{
	r->suspended = true;
	MHD_suspend_connection(r->con);
}

void http_resume(struct request *r)
{
	if (!r->suspended)
		return;
	r->suspended = false;
	MHD_resume_connection(r->con);
}

/* ---- those that listen ------------------------------------------------------------------------- */

void http_wake_listeners(struct http *h)
{
	int64_t now_us = clock_monotonic_us();

	for (struct request *r = h->listeners; r != NULL; r = r->next)
		if (r->suspended && !event_client_busy(r->x.listener) &&
		    (h->draining || event_client_ready(r->x.listener, now_us)))
			http_resume(r);
}

/* ---- requests -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	size_t offset; /* in struct request */
} fields[] = {
	{"Host", offsetof(struct request, head.host)},
	{"Authorization", offsetof(struct request, head.authorization)},
	{"X-API-Key", offsetof(struct request, head.api_key)},
	{"Cookie", offsetof(struct request, head.cookie)},
	{"Sec-Fetch-Site", offsetof(struct request, head.browser.site)},
	{"Content-Type", offsetof(struct request, head.browser.type)},
	{"Content-Length", offsetof(struct request, content_length)},
	{"Transfer-Encoding", offsetof(struct request, transfer)},
	{"Accept-Encoding", offsetof(struct request, encodings)},
	{"If-None-Match", offsetof(struct request, if_none_match)},
	{"Last-Event-ID", offsetof(struct request, last_event)},
};

static enum MHD_Result take_field(void *arg, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
	struct request *r = arg;

	(void)kind;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcasecmp(name, fields[i].name) == 0) {
			const char **place = (const char **)((char *)r + fields[i].offset);

			/* Of a field that comes twice the first one counts; two Hosts are none. */
			if (*place == NULL)
				*place = value;
			else if (i == 0)
				*place = "";
			break;
		}
	return MHD_YES;
}

/* A browser that connects again says how far it came. */
static void take_last_event(struct request *r)
{
	struct request_target *t = &r->x.target;

	if (r->last_event == NULL || t->path == NULL || strcmp(t->path, "/v1/events") != 0)
		return;
	for (unsigned i = 0; i < t->count; i++)
		if (strcmp(t->params[i].name, "after") == 0) {
			t->params[i].value = r->last_event;
			return;
		}
	if (t->count < REQUEST_TARGET_PARAMS) {
		t->params[t->count].name = "after";
		t->params[t->count++].value = r->last_event;
	}
}

static void name_client(struct request *r)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(r->con, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info != NULL ? info->client_addr : NULL;

	snprintf(r->x.client, sizeof(r->x.client), "unix");
	if (a != NULL && a->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr,
		          r->x.client, sizeof(r->x.client));
	else if (a != NULL && a->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
		          r->x.client, sizeof(r->x.client));
}

static enum MHD_Result begin(struct request *r, const char *method, const char *version)
{
	uint64_t length;

	snprintf(r->x.method, sizeof(r->x.method), "%s", method);
	MHD_get_connection_values(r->con, MHD_HEADER_KIND, take_field, r);
	length = r->content_length != NULL ? strtoull(r->content_length, NULL, 10) : 0;
	r->head.has_body = length > 0 || r->transfer != NULL;
	r->head.is_1_1 = strcmp(version, "HTTP/1.0") != 0;
	r->head.local = r->endpoint->listener.local;
	r->conn->deadline_us = clock_monotonic_us() + r->http->idle_us;
	take_last_event(r);
	exchange_begin(&r->x, &r->head);
	if (r->x.route != NULL && (r->x.route->flags & (ROUTE_CHANGES | ROUTE_BULK)) != 0)
		name_client(r);
	if (length > SERVER_BODY)
		answer_problem(&r->x.answer, 413, "a body has at most %d bytes", SERVER_BODY);
	if (length > BODY_READ) {
		r->stage = STAGE_SENT;
		return http_queue(r);
	}
	return MHD_YES;
}

/* Keep the body where somebody wants it. What is too long is read on for a while, so that the client
 * gets to read why it is refused. */
static enum MHD_Result take_body(struct request *r, const char *data, size_t len)
{
	r->received += len;
	if (r->received > BODY_READ)
		return MHD_NO;
	if (r->received > SERVER_BODY)
		answer_problem(&r->x.answer, 413, "a body has at most %d bytes", SERVER_BODY);
	else if (r->x.answer.status == 0)
		bytes_put(&r->x.body, data, len);
	return MHD_YES;
}

static void run_exchange(struct job *j, struct jobs_tools *tools)
{
	struct exchange *x = (struct exchange *)j;

	x->route->handle(x, tools);
}

static enum MHD_Result answer(struct request *r)
{
	struct exchange *x = &r->x;

	if (x->answer.status == 0 && x->body.failed)
		answer_failure(&x->answer, -ENOMEM);
	if (x->answer.status == 0 && x->route->quick != NULL && x->route->quick(x)) {
		if (x->listener != NULL) {
			r->next = r->http->listeners;
			r->http->listeners = r;
			r->http->server->counters.listeners++;
		}
	} else if (x->answer.status == 0) {
		x->job.run = run_exchange;
		r->stage = STAGE_RUNS;
		r->conn->deadline_us = 0;
		if (jobs_put(r->http->server->jobs, &x->job)) {
			http_suspend(r);
			return MHD_YES;
		}
		x->answer.retry_s = 1;
		answer_problem(&x->answer, 503, "too many requests wait");
	}
	r->stage = STAGE_SENT;
	return http_queue(r);
}

/* Eight parameters: the library's type. */
static enum MHD_Result handle(void *arg, struct MHD_Connection *con, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *len, void **state)
{
	struct request *r = *state;

	(void)arg;
	(void)url;
	if (r == NULL)
		return MHD_NO;
	switch (r->stage) {
	case STAGE_HEAD:
		r->con = con;
		r->stage = STAGE_BODY;
		return begin(r, method, version);
	case STAGE_BODY:
		if (*len > 0) {
			size_t n = *len;

			*len = 0;
			return take_body(r, data, n);
		}
		return answer(r);
	case STAGE_RUNS:
		r->stage = STAGE_SENT;
		return http_queue(r);
	default:
		return MHD_NO;
	}
}

/* The library gives the target as it came, and what this returns to handle(). */
static void *see_target(void *arg, const char *target, struct MHD_Connection *con)
{
	struct endpoint *e = arg;
	struct request *r = calloc(1, sizeof(*r));
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(con, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct error err = {""};
	int ret;

	if (r == NULL || info == NULL || info->socket_context == NULL) {
		free(r);
		return NULL;
	}
	r->http = e->http;
	r->endpoint = e;
	r->con = con;
	r->conn = info->socket_context;
	r->x.server = e->http->server;
	e->http->active++;
	r->conn->request = r;
	ret = request_target_parse(target, &r->x.target, &err);
	if (ret == -ENOMEM)
		answer_failure(&r->x.answer, ret);
	else if (ret < 0)
		answer_problem(&r->x.answer, 400, "%s", err.text);
	return r;
}

static void leave_listeners(struct http *h, const struct request *r)
{
	for (struct request **at = &h->listeners; *at != NULL; at = &(*at)->next)
		if (*at == r) {
			*at = r->next;
			h->server->counters.listeners--;
			return;
		}
}

static void completed(void *arg, struct MHD_Connection *con, void **state,
                      enum MHD_RequestTerminationCode code)
{
	struct request *r = *state;

	(void)arg;
	(void)con;
	(void)code;
	if (r == NULL)
		return;
	*state = NULL;
	if (r->x.listener != NULL)
		leave_listeners(r->http, r);
	r->http->active--;
	r->conn->request = NULL;
	r->conn->deadline_us = clock_monotonic_us() + r->http->idle_us;
	exchange_end(&r->x);
	exchange_free(&r->x);
}

void http_take(struct http *h, struct job *j)
{
	struct exchange *x;

	if (j->run == stream_run) {
		struct stream *s = (struct stream *)j;

		s->busy = false;
		http_resume(s->waiter);
		return;
	}
	x = (struct exchange *)j;
	if (x->answer.doc != NULL)
		doc_cache_put(h->server->docs, x->answer.doc);
	http_resume((struct request *)x);
}

unsigned http_active(const struct http *h)
{
	return h->active;
}

/* ---- for http_open.c -------------------------------------------------------------------------- */

static void watch_connection(void *arg, struct MHD_Connection *con, void **context,
                             enum MHD_ConnectionNotificationCode code)
{
	struct endpoint *e = arg;
	struct conn *c = *context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info =
			MHD_get_connection_info(con, MHD_CONNECTION_INFO_CONNECTION_FD);

		c = calloc(1, sizeof(*c));
		if (c == NULL || info == NULL) {
			free(c);
			return;
		}
		c->fd = info->connect_fd;
		c->deadline_us = clock_monotonic_us() + e->http->idle_us;
		http_link(e->http, c);
		*context = c;
	} else if (c != NULL) {
		http_unlink(e->http, c);
		free(c);
		*context = NULL;
	}
}

struct MHD_Daemon *http_start(struct endpoint *e, const struct MHD_OptionItem *tls)
{
	const struct serve_config *c = e->http->server->config;
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO |
	                 (tls != NULL ? (unsigned)MHD_USE_TLS : 0u);
	const struct MHD_OptionItem none = {MHD_OPTION_END, 0, NULL};

	/* No daemon may have more than all: an address that connects to several counts for each. */
	return MHD_start_daemon(
		flags, 0, NULL, NULL, handle, e, MHD_OPTION_LISTEN_SOCKET, e->listener.fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)c->connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, e->listener.is_unix ? 0u : c->per_address,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)c->idle_s + 1,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY,
		MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)4096, MHD_OPTION_URI_LOG_CALLBACK,
		see_target, e, MHD_OPTION_NOTIFY_COMPLETED, completed, e,
		MHD_OPTION_NOTIFY_CONNECTION, watch_connection, e, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_ARRAY, tls != NULL ? tls : &none, MHD_OPTION_END);
}
