/* SPDX-License-Identifier: Apache-2.0 */
/* route_changes.c - pages of the change log, and its stream of events. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "change_view.h"
#include "clock.h"
#include "query.h"
#include "routes.h"
#include "server.h"

enum { CHUNK = 256, COUNT_US = 200000, LOOK_EVERY = 256 };

/* ---- which ----------------------------------------------------------------------------------- */

struct log {
	struct exchange *x;
	struct store *store;
	const struct query *query; /* NULL: all entries fit */
	struct store_change_filter filter;
	bool has_range; /* of PARAM_ADDRESS */
	/* the host that was read last, for the query */
	struct store_host host;
	struct dp_addr addr;
	bool read, known;
};

static const struct store_host *host_of(struct log *l, const struct dp_addr *addr)
{
	if (l->read && dp_addr_compare(&l->addr, addr) == 0)
		return l->known ? &l->host : NULL;
	if (l->known)
		store_host_fini(&l->host);
	l->addr = *addr;
	l->read = true;
	l->known = store_host_get(l->store, addr, &l->host) == 0;
	return l->known ? &l->host : NULL;
}

/* Whether the service of the entry fits the query now; for an entry of a host, one of its services. */
static bool fits_query(struct log *l, const struct store_change *c)
{
	const struct store_host *h = host_of(l, &c->addr);

	for (size_t i = 0; h != NULL && i < h->service_count; i++) {
		const struct record *r = h->services[i];

		if ((c->port == 0 || (r->port == c->port && r->transport == c->transport)) &&
		    query_match(l->query, h, r))
			return true;
	}
	return false;
}

static bool is_seen(const struct log *l, const struct store_change *c)
{
	return caller_sees(&l->x->caller, &c->addr);
}

static bool is_filtered(const struct log *l)
{
	const struct store_change_filter *f = &l->filter;

	return l->has_range || f->types != 0 || f->since_us != 0 || f->until_us != 0 ||
	       l->x->caller.range_count > 0;
}

/* The parameters, and the place of the cursor: "N412" goes on before number 412, "O412" behind it. */
static int make_filter(struct log *l, struct cursor *c)
{
	const struct params *p = &l->x->params;
	const char *const texts[] = {p->v[PARAM_QUERY].text,   p->v[PARAM_TYPES].text,
	                             p->v[PARAM_SINCE].text,   p->v[PARAM_UNTIL].text,
	                             p->v[PARAM_ADDRESS].text, p->v[PARAM_AFTER].text,
	                             p->v[PARAM_ORDER].text,   l->x->caller.id};
	uint64_t question = cursor_question(texts, 8), seq;

	l->has_range = p->v[PARAM_ADDRESS].text != NULL;
	l->filter = (struct store_change_filter){
		.newest_first = p->v[PARAM_AFTER].text == NULL && p->v[PARAM_ORDER].number == 0,
		.after_seq = p->v[PARAM_AFTER].number,
		.since_us = (int64_t)p->v[PARAM_SINCE].number,
		.until_us = (int64_t)p->v[PARAM_UNTIL].number,
		.types = (uint32_t)p->v[PARAM_TYPES].number,
	};
	if (l->has_range) {
		l->filter.first = p->range.first;
		l->filter.last = p->range.last;
	}
	*c = (struct cursor){.question = question};
	if (p->v[PARAM_CURSOR].text == NULL)
		return 0;
	if (!cursor_read(p->v[PARAM_CURSOR].text, l->x->server->secret, c) ||
	    c->question != question || sscanf(c->place, "%*[NO]%" SCNu64, &seq) != 1)
		return -EINVAL;
	if (c->place[0] == 'N')
		l->filter.before_seq = seq;
	else
		l->filter.after_seq = seq;
	return 0;
}

/* ---- how many -------------------------------------------------------------------------------- */

struct count {
	struct log *l;
	uint64_t n, looked;
	int64_t until_us;
	bool cut;
};

static bool count_one(void *arg, const struct store_change *c)
{
	struct count *n = arg;

	n->n += is_seen(n->l, c);
	n->cut = ++n->looked % LOOK_EVERY == 0 && clock_monotonic_us() > n->until_us;
	return !n->cut;
}

/* Without a query the log itself tells; with one the page does, of what it has. */
static int count_all(struct log *l, struct cursor *c)
{
	struct count n = {.l = l, .until_us = clock_monotonic_us() + COUNT_US};
	uint64_t last = 0;
	int ret;

	if (l->query != NULL || c->place[0] != '\0')
		return 0;
	if (!is_filtered(l)) {
		ret = store_change_last(l->store, &last);
		c->total = last > l->filter.after_seq ? last - l->filter.after_seq : 0;
		c->exact = true;
		return ret;
	}
	ret = store_find_changes(l->store, &l->filter, count_one, &n);
	c->total = n.n;
	c->exact = !n.cut;
	return ret;
}

/* ---- a page ---------------------------------------------------------------------------------- */

/* Entries are read in chunks, so that no other read of the store falls into the pass over the log. */
struct chunk {
	struct store_change list[CHUNK];
	size_t n;
};

static bool keep(void *arg, const struct store_change *c)
{
	struct chunk *k = arg;

	k->list[k->n++] = *c;
	return k->n < CHUNK;
}

struct page {
	struct change_view view;
	uint64_t most, rows;
	uint64_t last; /* the number of the last entry that was looked at */
	bool more;     /* an entry behind the page fits */
};

static bool take_chunk(struct log *l, struct page *p, const struct chunk *k)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct store_change *c = &k->list[i];

		if (!is_seen(l, c) || (l->query != NULL && !fits_query(l, c))) {
			p->last = c->seq;
			continue;
		}
		if (p->rows == p->most) {
			p->more = true;
			return false;
		}
		p->last = c->seq;
		if (p->rows++ > 0)
			fputc(',', p->view.out);
		if (!change_view_row(&p->view, c))
			return false;
	}
	return k->n == CHUNK;
}

static int read_page(struct log *l, struct page *p)
{
	struct chunk *k = malloc(sizeof(*k));
	bool more = k != NULL;
	int ret = k != NULL ? 0 : -ENOMEM;

	while (more && ret == 0) {
		k->n = 0;
		ret = store_find_changes(l->store, &l->filter, keep, k);
		more = ret == 0 && k->n > 0 && take_chunk(l, p, k);
		if (l->filter.newest_first)
			l->filter.before_seq = p->last;
		else
			l->filter.after_seq = p->last;
	}
	free(k);
	return ret;
}

static void put_cursor(struct log *l, struct cursor *c, const struct page *p, FILE *out)
{
	char text[CURSOR_TEXT];

	snprintf(c->place, sizeof(c->place), "%c%" PRIu64, l->filter.newest_first ? 'N' : 'O',
	         p->last);
	if (cursor_write(c, l->x->server->secret, text))
		fprintf(out, ",\"next\":\"%s\"", text);
}

static int answer_page(struct log *l, struct cursor *c)
{
	struct exchange *x = l->x;
	struct page p = {.most = x->params.v[PARAM_LIMIT].number,
	                 .view = {.format = OUTPUT_NDJSON}};
	FILE *out = answer_open(&x->answer, 200, ANSWER_JSON);
	int ret;

	if (out == NULL)
		return 0;
	p.view.out = out;
	fputs("{\"matches\":[", out);
	ret = read_page(l, &p);
	if (l->query != NULL) {
		c->total += p.rows;
		c->exact = !p.more;
	}
	fprintf(out, "],\"total\":%" PRIu64 ",\"total_exact\":%s", c->total,
	        c->exact ? "true" : "false");
	if (p.more)
		put_cursor(l, c, &p, out);
	fputs("}\n", out);
	answer_close(&x->answer);
	routes_count_rows(x, p.rows);
	return ret == 0 && p.view.failed ? -ENOMEM : ret;
}

void route_changes(struct exchange *x, struct jobs_tools *tools)
{
	struct log l = {.x = x, .store = tools->store};
	struct query *q = NULL;
	struct cursor c;
	int ret;

	if (!routes_has_rows(x) ||
	    (x->params.v[PARAM_QUERY].text != NULL && routes_query(x, &q) != 0))
		return;
	l.query = q;
	if (make_filter(&l, &c) != 0) {
		answer_refusal(
			&x->answer, "cursor",
			&(struct error){"cursor: not the `next` of a page of these changes"});
	} else {
		ret = count_all(&l, &c);
		if (ret == 0)
			ret = answer_page(&l, &c);
		if (ret < 0)
			answer_failure(&x->answer, ret);
	}
	if (l.known)
		store_host_fini(&l.host);
	query_free(q);
}

/* ---- events ---------------------------------------------------------------------------------- */

bool route_events(struct exchange *x)
{
	uint64_t after = x->params.v[PARAM_AFTER].text != NULL ? x->params.v[PARAM_AFTER].number
	                                                       : UINT64_MAX;

	x->listener = event_client_new(x->server->events, &x->caller,
	                               (uint32_t)x->params.v[PARAM_TYPES].number, after);
	if (x->listener == NULL) {
		answer_failure(&x->answer, -ENOMEM);
		return true;
	}
	x->answer.status = 200;
	x->answer.type = "text/event-stream";
	return true;
}
