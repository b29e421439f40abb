/* SPDX-License-Identifier: Apache-2.0 */
/* http_answer.c - makes the library's responses of answers, and feeds those that are streams. */
#include <string.h>

#include "clock.h"
#include "http_private.h"

/* ---- streams --------------------------------------------------------------------------------- */

static ssize_t read_stream(void *arg, uint64_t pos, char *out, size_t size)
{
	struct request *r = arg;
	struct stream *s = r->x.answer.stream;
	size_t n = s->ready.len - s->sent;

	(void)pos;
	n = n < size ? n : size;
	if (n > 0) {
		memcpy(out, s->ready.data + s->sent, n);
		s->sent += n;
		return (ssize_t)n;
	}
	if (s->state != STREAM_MORE)
		return s->state == STREAM_END ? MHD_CONTENT_READER_END_OF_STREAM
		                              : MHD_CONTENT_READER_END_WITH_ERROR;
	s->waiter = r;
	s->busy = jobs_put(r->http->server->jobs, &s->job);
	if (!s->busy)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	http_suspend(r);
	return 0;
}

static ssize_t read_events(void *arg, uint64_t pos, char *out, size_t size)
{
	struct request *r = arg;
	size_t n;

	(void)pos;
	if (r->http->draining)
		return MHD_CONTENT_READER_END_OF_STREAM;
	n = event_client_read(r->x.listener, out, size, clock_monotonic_us());
	if (n == 0)
		http_suspend(r);
	return (ssize_t)n;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* What every answer has. No page of another origin may show or read it, and no browser takes it for
 * something else than it is. */
static const struct {
	const char *name, *value;
} usual[] = {
	{"X-Content-Type-Options", "nosniff"},
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
                                    "form-action 'none'; require-trusted-types-for 'script'"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
};

static void put(struct MHD_Response *m, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		MHD_add_response_header(m, name, value);
}

static void put_usual(struct MHD_Response *m, const char *type, const char *etag)
{
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		put(m, usual[i].name, usual[i].value);
	put(m, "Content-Type", type);
	put(m, "ETag", etag);
	put(m, "Cache-Control", etag != NULL && etag[0] != '\0' ? "private, no-cache" : "no-store");
}

static void put_own(struct MHD_Response *m, const struct request *r)
{
	const struct answer *a = &r->x.answer;
	char text[QUOTA_TEXT], left[QUOTA_TEXT];

	put(m, "Allow", a->allow);
	put(m, "Set-Cookie", a->cookie);
	put(m, "Location", a->location);
	if (a->status == 401)
		put(m, "WWW-Authenticate", "Bearer");
	if (a->retry_s > 0) {
		snprintf(text, sizeof(text), "%u", a->retry_s);
		put(m, "Retry-After", text);
	}
	if (r->x.caller.quota != NULL) {
		quota_fields(r->x.caller.quota, r->x.now_us, text, left);
		put(m, "RateLimit-Policy", text);
		put(m, "RateLimit", left);
	}
	if (r->http->draining)
		put(m, "Connection", "close");
}

static void drop_response(void *response)
{
	MHD_destroy_response(response);
}

/* The one response of a document, for all who get it without fields of their own. */
static struct MHD_Response *shared_response(struct doc *d, const char *type)
{
	if (d->response != NULL)
		return d->response;
	d->response =
		MHD_create_response_from_buffer(d->body.len, d->body.data, MHD_RESPMEM_PERSISTENT);
	d->drop = drop_response;
	if (d->response != NULL)
		put_usual(d->response, type, d->etag);
	return d->response;
}

static struct MHD_Response *stream_response(struct request *r)
{
	struct answer *a = &r->x.answer;
	struct MHD_Response *m;
	enum squeeze_by by = r->x.listener != NULL ? SQUEEZE_NOT : squeeze_choose(r->encodings);

	if (r->x.listener != NULL) {
		m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_events, r, NULL);
		if (m != NULL)
			put(m, "X-Accel-Buffering", "no");
		return m;
	}
	if (by != SQUEEZE_NOT)
		a->stream->squeeze = squeeze_new(by);
	m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 65536, read_stream, r, NULL);
	if (m != NULL && a->stream->squeeze != NULL)
		put(m, "Content-Encoding", squeeze_name(by));
	if (m != NULL)
		put(m, "Vary", "Accept-Encoding");
	return m;
}

static struct MHD_Response *own_response(struct request *r)
{
	struct answer *a = &r->x.answer;
	const char *etag = a->doc != NULL ? a->doc->etag : a->etag;
	struct MHD_Response *m;

	if (r->x.listener != NULL || a->stream != NULL)
		m = stream_response(r);
	else if (a->doc != NULL && a->status != 304)
		m = MHD_create_response_from_buffer(a->doc->body.len, a->doc->body.data,
		                                    MHD_RESPMEM_MUST_COPY);
	else
		m = MHD_create_response_from_buffer(a->body.len, a->body.data,
		                                    MHD_RESPMEM_PERSISTENT);
	if (m == NULL)
		return NULL;
	put_usual(m, a->status == 304 ? NULL : a->type, etag);
	put_own(m, r);
	return m;
}

static void check_unchanged(struct request *r)
{
	struct answer *a = &r->x.answer;

	if (a->doc != NULL && r->if_none_match != NULL &&
	    strstr(r->if_none_match, a->doc->etag) != NULL)
		a->status = 304;
}

enum MHD_Result http_queue(struct request *r)
{
	struct answer *a = &r->x.answer;
	struct MHD_Response *m;
	enum MHD_Result ret;

	r->conn->deadline_us = 0;
	check_unchanged(r);
	if (a->doc != NULL && a->status == 200 && r->x.caller.quota == NULL && !r->http->draining) {
		m = shared_response(a->doc, a->type);
		return m != NULL ? MHD_queue_response(r->con, a->status, m) : MHD_NO;
	}
	m = own_response(r);
	if (m == NULL)
		return MHD_NO;
	ret = MHD_queue_response(r->con, a->status != 0 ? a->status : 500, m);
	MHD_destroy_response(m);
	return ret;
}
