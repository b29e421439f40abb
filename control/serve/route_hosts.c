/* SPDX-License-Identifier: Apache-2.0 */
/* route_hosts.c - one host, and many by their addresses. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bytes_file.h"
#include "clock.h"
#include "host_view.h"
#include "interval_json.h"
#include "json_in.h"
#include "routes.h"
#include "server.h"

enum { LOOKUP_MOST = 10000 };

/* ---- one ------------------------------------------------------------------------------------- */

bool route_host_quick(struct exchange *x)
{
	struct server *s = x->server;
	struct doc *d;

	if (!caller_sees(&x->caller, &x->params.range.first)) {
		answer_problem(&x->answer, 404, "nothing is known about this address");
		return true;
	}
	if (x->params.v[PARAM_HISTORY].number != 0)
		return false;
	x->commit = store_commit(s->store);
	d = doc_cache_get(s->docs, &x->params.range.first,
	                  (uint32_t)x->params.v[PARAM_VERDICTS].number, x->commit, x->now_us);
	if (d == NULL)
		return false;
	s->counters.cached++;
	x->answer.status = 200;
	x->answer.type = ANSWER_JSON;
	x->answer.doc = d;
	x->answer.rows = 1;
	return true;
}

static int put_host(FILE *out, const struct store_host *h, unsigned kinds)
{
	const struct host_view_config config = {.kinds = kinds, .port = -1};

	return host_view_json(out, h, &config);
}

/* When an accepted finding of the host expires next. */
static int64_t next_expiry(const struct store_host *h)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < h->accept_count; i++)
		if (h->accepts[i].until_us > h->read_us && h->accepts[i].until_us < next)
			next = h->accepts[i].until_us;
	return next;
}

static struct doc *make_doc(struct exchange *x, const struct store_host *h)
{
	struct bytes body = {0};
	FILE *out = bytes_file_open(&body);
	struct doc *d = NULL;
	int ret = out != NULL ? put_host(out, h, (unsigned)x->params.v[PARAM_VERDICTS].number)
	                      : -ENOMEM;

	if (out != NULL && fclose(out) != 0)
		ret = -ENOMEM;
	if (ret == 0 && !body.failed)
		d = doc_new(&body);
	bytes_fini(&body);
	if (d == NULL)
		return NULL;
	d->addr = h->addr;
	d->variant = (uint32_t)x->params.v[PARAM_VERDICTS].number;
	d->commit = x->commit;
	d->until_us = next_expiry(h);
	return d;
}

static bool put_interval(void *arg, const struct store_interval *i)
{
	interval_json(arg, i);
	return true;
}

/* The document, with a member more. */
static void answer_history(struct exchange *x, struct store *s, const struct store_host *h)
{
	FILE *out = answer_open(&x->answer, 200, ANSWER_JSON);
	struct json *j;
	int ret;

	if (out == NULL)
		return;
	ret = put_host(out, h, (unsigned)x->params.v[PARAM_VERDICTS].number);
	fflush(out);
	if (ret == 0 && x->answer.body.len > 2)
		x->answer.body.len -= 2; /* "}" and the line feed */
	fputs(",\"history\":", out);
	j = json_begin(out, false);
	if (j != NULL) {
		json_open_array(j, NULL);
		ret = store_each_interval(s, &h->addr, put_interval, j);
		json_close_array(j);
		if (json_done(j) != 0)
			ret = -ENOMEM;
	}
	fputs("}\n", out);
	answer_close(&x->answer);
	if (ret != 0 || j == NULL)
		answer_failure(&x->answer, ret != 0 ? ret : -ENOMEM);
}

void route_host(struct exchange *x, struct jobs_tools *tools)
{
	struct store_host h;
	int ret;

	if (!routes_has_rows(x))
		return;
	x->commit = store_commit(tools->store);
	ret = store_host_get(tools->store, &x->params.range.first, &h);
	if (ret == -ENOENT) {
		answer_problem(&x->answer, 404, "nothing is known about this address");
		return;
	}
	if (ret < 0) {
		answer_failure(&x->answer, ret);
		return;
	}
	if (x->params.v[PARAM_HISTORY].number != 0) {
		answer_history(x, tools->store, &h);
	} else {
		x->answer.doc = make_doc(x, &h);
		x->answer.status = 200;
		x->answer.type = ANSWER_JSON;
		if (x->answer.doc == NULL)
			answer_failure(&x->answer, -ENOMEM);
	}
	store_host_fini(&h);
	routes_count_rows(x, 1);
}

/* ---- many ------------------------------------------------------------------------------------ */

struct lookup {
	struct caller caller; /* its prefixes */
	unsigned kinds;
	unsigned count, at;
	struct dp_addr addrs[LOOKUP_MOST];
};

static void release(struct stream *s)
{
	free(s->arg);
}

static void put_unknown(FILE *out, const struct dp_addr *addr)
{
	char text[DP_ADDR_TEXT];

	fprintf(out, "{\"ip\":\"%s\",\"known\":false}\n", dp_addr_format(addr, text));
}

/* 1: a row was written, 0: nothing is known, or -errno. */
static int put_one(struct lookup *l, FILE *out, struct store *store, const struct dp_addr *addr)
{
	struct store_host h;
	int ret = caller_sees(&l->caller, addr) ? store_host_get(store, addr, &h) : -ENOENT;

	if (ret == -ENOENT) {
		put_unknown(out, addr);
		return 0;
	}
	if (ret < 0)
		return ret;
	ret = put_host(out, &h, l->kinds);
	store_host_fini(&h);
	return ret < 0 ? ret : 1;
}

static enum stream_state fill(struct stream *s, struct jobs_tools *tools)
{
	struct lookup *l = s->arg;
	FILE *out = bytes_file_open(&s->made);
	uint64_t rows = 0;
	bool left = true;
	int ret = out != NULL ? 0 : -ENOMEM;

	while (ret >= 0 && l->at < l->count && s->made.len < STREAM_BIT) {
		ret = put_one(l, out, tools->store, &l->addrs[l->at++]);
		rows += ret > 0;
		if (ret >= 0)
			fflush(out);
	}
	s->rows += rows;
	if (rows > 0)
		left = quota_count(s->quota, clock_now_us(), rows);
	if (out != NULL && (l->at == l->count || !left))
		fprintf(out, "{\"_end\":%s,\"rows\":%" PRIu64 "%s}\n",
		        l->at == l->count ? "true" : "false", s->rows,
		        l->at == l->count ? "" : ",\"reason\":\"rows of the day\"");
	if (out != NULL && fclose(out) != 0)
		ret = -ENOMEM;
	return ret < 0 ? STREAM_FAILED : l->at == l->count || !left ? STREAM_END : STREAM_MORE;
}

/* A line is 192.0.2.1, "192.0.2.1" or {"ip":"192.0.2.1"}. */
static bool read_line(const char *line, size_t len, struct dp_addr *out)
{
	char text[DP_ADDR_TEXT + 2] = "";
	struct error err;
	const char *ip;
	yajl_val tree;
	bool good;

	if (len > 0 && line[0] == '{') {
		if (json_in_parse(line, len, &tree, &err) != 0)
			return false;
		ip = json_in_text(tree, "ip");
		good = ip != NULL && dp_addr_parse(ip, out) == 0;
		yajl_tree_free(tree);
		return good;
	}
	if (len > 1 && line[0] == '"' && line[len - 1] == '"') {
		line++;
		len -= 2;
	}
	if (len >= sizeof(text))
		return false;
	memcpy(text, line, len);
	return strlen(text) == len && dp_addr_parse(text, out) == 0;
}

static bool read_addresses(struct exchange *x, struct lookup *l)
{
	const char *at = (const char *)x->body.data, *end = at + x->body.len;

	for (unsigned number = 1; at < end; number++) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((nl != NULL ? nl : end) - at);

		if (len > 0 && at[len - 1] == '\r')
			len--;
		if (len > 0 && l->count == LOOKUP_MOST) {
			answer_problem(&x->answer, 413, "more than %d addresses", LOOKUP_MOST);
			return false;
		}
		if (len > 0 && !read_line(at, len, &l->addrs[l->count++])) {
			answer_problem(&x->answer, 400,
			               "line %u: expected an address such as 192.0.2.10", number);
			return false;
		}
		at = nl != NULL ? nl + 1 : end;
	}
	if (l->count == 0)
		answer_problem(&x->answer, 400, "expected addresses, one a line");
	return l->count > 0;
}

void route_lookup(struct exchange *x, struct jobs_tools *tools)
{
	struct lookup *l = calloc(1, sizeof(*l));

	(void)tools;
	if (l == NULL) {
		answer_failure(&x->answer, -ENOMEM);
		return;
	}
	if (!routes_has_rows(x) || !read_addresses(x, l)) {
		free(l);
		return;
	}
	l->caller = x->caller;
	l->caller.quota = NULL;
	l->kinds = (unsigned)x->params.v[PARAM_VERDICTS].number;
	snprintf(x->detail, sizeof(x->detail), "%u addresses", l->count);
	x->answer.stream = stream_new(ANSWER_NDJSON, fill, release, l);
	if (x->answer.stream == NULL) {
		answer_failure(&x->answer, -ENOMEM);
		return;
	}
	x->answer.stream->quota = quota_hold(x->caller.quota);
	x->answer.status = 200;
	x->answer.type = ANSWER_NDJSON;
}
