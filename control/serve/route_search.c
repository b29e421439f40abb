/* SPDX-License-Identifier: Apache-2.0 */
/* route_search.c - pages of a query, counts, facets, the map. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "export.h"
#include "routes.h"
#include "server.h"
#include "stats.h"

enum { COUNT_US = 2000000, LOOK_EVERY = 1024 };

int routes_query(struct exchange *x, struct query **out)
{
	const char *text = x->params.v[PARAM_QUERY].text;
	char whole[QUERY_TEXT_MAX];
	struct error err = {""};
	int ret = query_parse(text != NULL ? text : "", x->now_us, out, &err);

	if (ret == 0 && x->caller.range_count > 0) {
		query_free(*out);
		ret = caller_query(&x->caller, text, whole, sizeof(whole))
		              ? query_parse(whole, x->now_us, out, &err)
		              : error_set(&err, -EINVAL, "the query is too long");
	}
	if (ret == 0)
		return 0;
	if (ret == -EINVAL)
		answer_refusal(&x->answer, "query", &err);
	else
		answer_failure(&x->answer, ret);
	return -1;
}

bool routes_has_rows(struct exchange *x)
{
	unsigned wait_s = 0;

	if (quota_has_rows(x->caller.quota, x->now_us, &wait_s))
		return true;
	x->answer.retry_s = wait_s;
	answer_problem(&x->answer, 429, "the key had its %" PRIu64 " rows of today",
	               x->caller.quota->rows_per_day);
	return false;
}

void routes_count_rows(struct exchange *x, uint64_t rows)
{
	x->answer.rows = rows;
	quota_count(x->caller.quota, x->now_us, rows);
}

/* ---- counting -------------------------------------------------------------------------------- */

struct tally {
	const struct caller *caller;
	struct stats *stats; /* NULL: no facets */
	bool by_host;
	uint64_t services, hosts;
	struct dp_addr last;
	int64_t until_us; /* monotonic; 0 = whole */
	bool cut;
	int error;
};

static bool tally_one(void *arg, const struct store_host *h, const struct record *r)
{
	struct tally *t = arg;

	if (!caller_sees(t->caller, &h->addr))
		return true;
	if (t->services++ == 0 || dp_addr_compare(&t->last, &h->addr) != 0)
		t->hosts++;
	t->last = h->addr;
	if (t->stats != NULL && (t->error = stats_add(t->stats, h, r)) != 0)
		return false;
	t->cut = t->until_us != 0 && t->services % LOOK_EVERY == 0 &&
	         clock_monotonic_us() > t->until_us;
	return !t->cut;
}

/* Count what fits @q, and the facets that were asked for. 0, or the answer is a problem; then -1. */
static int tally(struct exchange *x, struct store *s, const struct query *q, struct tally *t)
{
	struct query_page page = {0};
	int ret;

	t->caller = &x->caller;
	ret = query_services(s, q, &page, tally_one, t);
	if (ret == 0)
		ret = t->error;
	if (ret == 0)
		return 0;
	answer_failure(&x->answer, ret);
	return -1;
}

static uint64_t tallied(const struct tally *t)
{
	return t->by_host ? t->hosts : t->services;
}

/* Begin the facets of the parameter. 0, or the answer is a problem; then -1. */
static int begin_facets(struct exchange *x, struct tally *t)
{
	struct error err = {""};
	int ret = stats_new(x->params.v[PARAM_FACETS].text,
	                    t->by_host ? STATS_BY_HOST : STATS_BY_SERVICE, &t->stats, &err);

	if (ret == 0)
		return 0;
	if (ret == -EINVAL)
		answer_refusal(&x->answer, "facets", &err);
	else
		answer_failure(&x->answer, ret);
	return -1;
}

static void put_total(FILE *out, uint64_t total, bool exact)
{
	fprintf(out, "{\"total\":%" PRIu64 ",\"total_exact\":%s", total, exact ? "true" : "false");
}

static void answer_counts(struct exchange *x, struct jobs_tools *tools, bool facets)
{
	struct tally t = {.by_host = x->params.v[PARAM_COUNT_BY].number != 0};
	struct query *q;
	FILE *out;

	if (routes_query(x, &q) != 0)
		return;
	if ((!facets || begin_facets(x, &t) == 0) && tally(x, tools->store, q, &t) == 0 &&
	    (out = answer_open(&x->answer, 200, ANSWER_JSON)) != NULL) {
		put_total(out, tallied(&t), true);
		fprintf(out, ",\"count_by\":\"%s\"", t.by_host ? "host" : "service");
		if (facets) {
			fputs(",\"facets\":", out);
			t.error = stats_write_facets(t.stats, out);
		}
		fputs("}\n", out);
		answer_close(&x->answer);
		if (t.error != 0)
			answer_failure(&x->answer, -ENOMEM);
	}
	stats_free(t.stats);
	query_free(q);
}

void route_count(struct exchange *x, struct jobs_tools *tools)
{
	answer_counts(x, tools, x->params.v[PARAM_FACETS].text != NULL);
}

void route_facets(struct exchange *x, struct jobs_tools *tools)
{
	answer_counts(x, tools, true);
}

/* ---- the map --------------------------------------------------------------------------------- */

struct levels {
	const struct caller *caller;
	uint64_t count[VD_CRITICAL + 1], total;
	bool by_host;
	struct dp_addr last;
};

static bool count_level(void *arg, const struct store_host *h, const struct record *r)
{
	struct levels *l = arg;
	bool again = l->by_host && l->total > 0 && dp_addr_compare(&l->last, &h->addr) == 0;
	uint8_t level = l->by_host ? h->score.level : r->score.level;

	if (again || !caller_sees(l->caller, &h->addr))
		return true;
	l->last = h->addr;
	l->total++;
	if (level <= VD_CRITICAL)
		l->count[level]++;
	return true;
}

/* No address has a place yet, so all of them are counted beside the map. */
void route_map(struct exchange *x, struct jobs_tools *tools)
{
	struct levels l = {.caller = &x->caller,
	                   .by_host = x->params.v[PARAM_COUNT_BY].number != 0};
	struct query_page page = {0};
	struct query *q;
	FILE *out;
	int ret;

	if (routes_query(x, &q) != 0)
		return;
	ret = query_services(tools->store, q, &page, count_level, &l);
	query_free(q);
	if (ret != 0) {
		answer_failure(&x->answer, ret);
		return;
	}
	out = answer_open(&x->answer, 200, ANSWER_JSON);
	if (out == NULL)
		return;
	fprintf(out, "{\"cells\":[],\"unplaced\":{\"total\":%" PRIu64 ",\"levels\":{", l.total);
	for (uint8_t i = VD_SAFE; i <= VD_CRITICAL; i++)
		fprintf(out, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", vd_level_name(i), l.count[i]);
	fputs("}}}\n", out);
	answer_close(&x->answer);
}

/* ---- pages ----------------------------------------------------------------------------------- */

struct rows {
	struct exchange *x;
	struct export *out;
	FILE *file;
	uint64_t count;
	int error;
};

static bool put_row(void *arg, const struct store_host *h, const struct record *r)
{
	struct rows *rows = arg;

	if (!caller_sees(&rows->x->caller, &h->addr))
		return true;
	if (rows->count++ > 0)
		fputc(',', rows->file);
	rows->error = r != NULL ? export_service(rows->out, h, r) : export_host(rows->out, h);
	return rows->error == 0;
}

static bool put_host(void *arg, const struct store_host *h)
{
	return put_row(arg, h, NULL);
}

static int run(struct store *s, const struct query *q, struct query_page *page, struct rows *rows)
{
	const struct params *p = &rows->x->params;
	const struct query_sort sort = {(uint8_t)p->v[PARAM_SORT].number,
	                                p->v[PARAM_ROWS].number != 0, page->limit};

	if (sort.order != QUERY_BY_IP)
		return query_sorted(s, q, &sort, put_row, rows);
	return sort.hosts ? query_hosts(s, q, page, put_host, rows)
	                  : query_services(s, q, page, put_row, rows);
}

/* What a cursor must fit: all that decides what a row is and which there are. */
static uint64_t question_of(const struct exchange *x)
{
	const char *const texts[] = {x->params.v[PARAM_QUERY].text, x->params.v[PARAM_ROWS].text,
	                             x->caller.id};

	return cursor_question(texts, 3);
}

/* Read the cursor; without one, count. 0, or the answer is a problem; then -1. */
static int find_place(struct exchange *x, struct store *s, const struct query *q, struct cursor *c,
                      struct tally *t)
{
	const char *text = x->params.v[PARAM_CURSOR].text;

	*c = (struct cursor){.question = question_of(x)};
	if (text != NULL) {
		uint64_t question = c->question;

		if (x->params.v[PARAM_SORT].number != 0 ||
		    !cursor_read(text, x->server->secret, c) || c->question != question) {
			answer_refusal(&x->answer, "cursor",
			               &(struct error){"cursor: not the `next` of a page of this "
			                               "query, in the order of addresses"});
			return -1;
		}
		return 0;
	}
	t->by_host = x->params.v[PARAM_ROWS].number != 0;
	if (x->params.v[PARAM_FACETS].text != NULL && begin_facets(x, t) != 0)
		return -1;
	t->until_us = t->stats == NULL ? clock_monotonic_us() + COUNT_US : 0;
	if (tally(x, s, q, t) != 0)
		return -1;
	c->total = tallied(t);
	c->exact = !t->cut;
	return 0;
}

static void put_next(struct exchange *x, FILE *out, struct cursor *c, const char *next)
{
	char text[CURSOR_TEXT];

	if (next[0] == '\0')
		return;
	snprintf(c->place, sizeof(c->place), "%s", next);
	if (cursor_write(c, x->server->secret, text))
		fprintf(out, ",\"next\":\"%s\"", text);
}

static int put_page(struct exchange *x, struct store *s, const struct query *q, struct cursor *c,
                    struct tally *t)
{
	struct query_page page = {.cursor = c->place, .limit = x->params.v[PARAM_LIMIT].number};
	struct rows rows = {.x = x, .file = answer_open(&x->answer, 200, ANSWER_JSON)};
	const struct export_config config = {
		rows.file, OUTPUT_NDJSON,
		x->params.v[PARAM_ROWS].number != 0 ? EXPORT_HOSTS : EXPORT_SERVICES,
		x->params.v[PARAM_FIELDS].text, query_names_state(q) ? EXPORT_ALL_STATES : 0};
	struct error err = {""};
	int ret;

	if (rows.file == NULL)
		return 0;
	put_total(rows.file, c->total, c->exact);
	fputs(",\"matches\":[", rows.file);
	ret = export_open(&config, &rows.out, &err);
	if (ret == -EINVAL) {
		answer_refusal(&x->answer, "fields", &err);
		return 0;
	}
	if (ret == 0) {
		export_keep_verdicts(rows.out, (unsigned)x->params.v[PARAM_VERDICTS].number);
		ret = run(s, q, &page, &rows);
		if (export_close(rows.out) != 0 || rows.error != 0)
			ret = -ENOMEM;
	}
	fputc(']', rows.file);
	put_next(x, rows.file, c, page.next);
	if (t->stats != NULL) {
		fputs(",\"facets\":", rows.file);
		if (stats_write_facets(t->stats, rows.file) != 0)
			ret = -ENOMEM;
	}
	fputs("}\n", rows.file);
	answer_close(&x->answer);
	routes_count_rows(x, rows.count);
	return ret;
}

void route_search(struct exchange *x, struct jobs_tools *tools)
{
	struct tally t = {0};
	struct cursor c;
	struct query *q;
	int ret;

	if (!routes_has_rows(x) || routes_query(x, &q) != 0)
		return;
	if (find_place(x, tools->store, q, &c, &t) == 0) {
		ret = put_page(x, tools->store, q, &c, &t);
		if (ret < 0)
			answer_failure(&x->answer, ret);
	}
	stats_free(t.stats);
	query_free(q);
}
