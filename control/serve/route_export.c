/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route_export.c - everything that fits a query, as a stream.
 *
 * Each bit is a few pages of the query, each with a snapshot of its own, so that no reader holds the
 * pages of an old one. A page whose rows are unusually long is read again in smaller ones.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bytes_file.h"
#include "clock.h"
#include "export.h"
#include "routes.h"
#include "server.h"

enum { STEP_FIRST = 16, STEP_MOST = 4096 };

struct bulk {
	struct stream *stream; /* that it belongs to */
	struct caller caller;  /* its prefixes */
	struct query *query;
	struct export *out;
	FILE *file;
	bool hosts, csv, begun;
	char next[QUERY_CURSOR];
	uint64_t step;
	uint64_t after; /* the number of the last change when it began */
	/* of the page that is read */
	uint64_t rows;
	size_t begin;
	bool stopped;
	int error;
};

static void release(struct stream *s)
{
	struct bulk *b = s->arg;

	if (b->out != NULL)
		export_close(b->out);
	if (b->file != NULL)
		fclose(b->file);
	query_free(b->query);
	free(b);
}

static bool put_row(void *arg, const struct store_host *h, const struct record *r)
{
	struct bulk *b = arg;

	if (!caller_sees(&b->caller, &h->addr))
		return true;
	b->stopped = b->step > 1 && b->stream->made.len - b->begin > STREAM_MOST;
	if (b->stopped)
		return false;
	b->rows++;
	b->error = r != NULL ? export_service(b->out, h, r) : export_host(b->out, h);
	return b->error == 0;
}

static bool put_host(void *arg, const struct store_host *h)
{
	return put_row(arg, h, NULL);
}

/* Read one page. 0 or -errno. */
static int read_page(struct bulk *b, struct store *s)
{
	struct query_page page = {.cursor = b->next, .limit = b->step};
	uint64_t each;
	int ret;

	b->begin = b->stream->made.len;
	b->rows = 0;
	b->stopped = false;
	ret = b->hosts ? query_hosts(s, b->query, &page, put_host, b)
	               : query_services(s, b->query, &page, put_row, b);
	if (fflush(b->file) != 0 && b->error == 0)
		b->error = -ENOMEM;
	if (ret < 0 || b->error < 0)
		return ret < 0 ? ret : b->error;
	if (b->stopped) {
		b->stream->made.len = b->begin;
		b->step = b->step > 16 ? b->step / 16 : 1;
		return 0;
	}
	b->stream->rows += b->rows;
	memcpy(b->next, page.next, sizeof(b->next));
	each = b->rows > 0 ? (b->stream->made.len - b->begin) / b->rows + 1 : 1;
	b->step = STREAM_BIT / each;
	b->step = b->step < STEP_FIRST ? STEP_FIRST : b->step > STEP_MOST ? STEP_MOST : b->step;
	return 0;
}

/* The last line of NDJSON. A stream of CSV that is not whole ends as a connection that breaks. */
static enum stream_state end(struct bulk *b, bool whole)
{
	if (b->csv)
		return whole ? STREAM_END : STREAM_FAILED;
	fprintf(b->file, "{\"_end\":%s,\"rows\":%" PRIu64 ",\"after\":%" PRIu64 "%s}\n",
	        whole ? "true" : "false", b->stream->rows, b->after,
	        whole ? "" : ",\"reason\":\"rows of the day\"");
	return fflush(b->file) == 0 ? STREAM_END : STREAM_FAILED;
}

static enum stream_state fill(struct stream *s, struct jobs_tools *tools)
{
	struct bulk *b = s->arg;

	if (!b->begun && store_change_last(tools->store, &b->after) != 0)
		return STREAM_FAILED;
	b->begun = true;
	do {
		if (read_page(b, tools->store) != 0)
			return STREAM_FAILED;
		if (b->stopped)
			continue;
		if (b->next[0] == '\0')
			return end(b, true);
		if (!quota_count(s->quota, clock_now_us(), b->rows))
			return end(b, false);
	} while (s->made.len < STREAM_BIT);
	return STREAM_MORE;
}

/* Open the export, which checks the fields. The head of CSV waits in the stream's buffer. */
static int open_rows(struct exchange *x, struct bulk *b)
{
	const struct export_config config = {b->file, b->csv ? OUTPUT_CSV : OUTPUT_NDJSON,
	                                     b->hosts ? EXPORT_HOSTS : EXPORT_SERVICES,
	                                     x->params.v[PARAM_FIELDS].text,
	                                     query_names_state(b->query) ? EXPORT_ALL_STATES : 0};
	struct error err = {""};
	int ret = export_open(&config, &b->out, &err);

	if (ret == -EINVAL)
		answer_refusal(&x->answer, "fields", &err);
	else if (ret < 0)
		answer_failure(&x->answer, ret);
	else
		export_keep_verdicts(b->out, (unsigned)x->params.v[PARAM_VERDICTS].number);
	return ret;
}

void route_export(struct exchange *x, struct jobs_tools *tools)
{
	struct bulk *b = routes_has_rows(x) ? calloc(1, sizeof(*b)) : NULL;
	struct stream *s;

	(void)tools;
	if (b == NULL || routes_query(x, &b->query) != 0) {
		free(b);
		if (x->answer.status == 0)
			answer_failure(&x->answer, -ENOMEM);
		return;
	}
	b->csv = x->params.v[PARAM_FORMAT].number != 0;
	b->hosts = x->params.v[PARAM_ROWS].text != NULL ? x->params.v[PARAM_ROWS].number != 0
	                                                : !b->csv;
	b->caller = x->caller;
	b->caller.quota = NULL;
	b->step = STEP_FIRST;
	s = stream_new(b->csv ? "text/csv" : ANSWER_NDJSON, fill, release, b);
	if (s == NULL) {
		answer_failure(&x->answer, -ENOMEM);
		return;
	}
	b->stream = s;
	b->file = bytes_file_open(&s->made);
	if (b->file == NULL || open_rows(x, b) != 0) {
		stream_free(s);
		if (x->answer.status == 0)
			answer_failure(&x->answer, -ENOMEM);
		return;
	}
	s->quota = quota_hold(x->caller.quota);
	x->answer.stream = s;
	x->answer.status = 200;
	x->answer.type = s->type;
}
