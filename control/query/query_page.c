/* SPDX-License-Identifier: Apache-2.0 */
/* query_page.c - runs a query on a store, page by page, over the hosts that can match. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query_plan.h"

struct place {
	struct dp_addr addr;
	uint8_t transport;
	uint16_t port;
};

struct pass {
	const struct query *q;
	struct query_page *page;
	struct query_hint hint;
	bool has_after;
	struct place after;
	bool (*service)(void *arg, const struct store_host *h, const struct record *r);
	bool (*host)(void *arg, const struct store_host *h);
	void *arg;
	uint64_t given;
	struct place last;
	/* by the index: */
	struct query_plan plan;
	struct store_host at; /* the host that was read last */
	bool has_host, host_given;
	int error;
};

/* Parses a cursor, "ADDRESS/TRANSPORT/PORT": the last result of the page before. */
static int read_cursor(const char *text, struct place *out)
{
	char addr[DP_ADDR_TEXT];
	unsigned transport, port;
	int end = 0;

	if (sscanf(text, "%45[0-9a-fA-F:.]/%3u/%5u%n", addr, &transport, &port, &end) != 3 ||
	    text[end] != '\0' || transport > 255 || port > 65535 ||
	    dp_addr_parse(addr, &out->addr) != 0)
		return -EINVAL;
	out->transport = (uint8_t)transport;
	out->port = (uint16_t)port;
	return 0;
}

bool query_is_cursor(const char *text)
{
	struct place at;

	return text[0] == '\0' || strcmp(text, "start") == 0 || read_cursor(text, &at) == 0;
}

static void write_cursor(const struct place *at, char out[QUERY_CURSOR])
{
	char addr[DP_ADDR_TEXT];

	snprintf(out, QUERY_CURSOR, "%s/%u/%u", dp_addr_format(&at->addr, addr), at->transport,
	         at->port);
}

static bool is_behind(const struct place *a, const struct place *b)
{
	int order = dp_addr_compare(&a->addr, &b->addr);

	if (order == 0)
		order = (int)a->transport - (int)b->transport;
	if (order == 0)
		order = (int)a->port - (int)b->port;
	return order > 0;
}

/* Counts the result @at. Returns false if the page is full already, and writes the cursor of the
 * next page. */
static bool has_room(struct pass *p, const struct place *at)
{
	if (p->page->limit > 0 && p->given == p->page->limit) {
		write_cursor(&p->last, p->page->next);
		return false;
	}
	p->given++;
	p->last = *at;
	return true;
}

static bool give_services(struct pass *p, const struct store_host *h)
{
	for (size_t i = 0; i < h->service_count; i++) {
		const struct record *r = h->services[i];
		struct place at = {h->addr, r->transport, r->port};

		if ((p->has_after && !is_behind(&at, &p->after)) || !query_match(p->q, h, r))
			continue;
		if (!has_room(p, &at) || !p->service(p->arg, h, r))
			return false;
	}
	return true;
}

static bool give_host(struct pass *p, const struct store_host *h)
{
	struct place at = {h->addr, 255, 65535};

	if (p->has_after && !is_behind(&at, &p->after))
		return true;
	for (size_t i = 0; i < h->service_count; i++)
		if (query_match(p->q, h, h->services[i]))
			return has_room(p, &at) && p->host(p->arg, h);
	return true;
}

/* ---- by the records -------------------------------------------------------------------------- */

static bool visit(void *arg, const struct store_host *h)
{
	struct pass *p = arg;

	if (dp_addr_compare(&h->addr, &p->hint.last) > 0)
		return false;
	return p->service != NULL ? give_services(p, h) : give_host(p, h);
}

/* ---- by the index ---------------------------------------------------------------------------- */

/* Reads the host of @addr, unless it was read last. */
static bool read_host(struct pass *p, const struct dp_addr *addr)
{
	if (p->has_host && dp_addr_compare(&p->at.addr, addr) == 0)
		return true;
	if (p->has_host)
		store_host_fini(&p->at);
	p->host_given = false;
	p->error = store_view_host(p->plan.view, addr, &p->at);
	p->has_host = p->error == 0;
	return p->has_host;
}

static const struct record *service_at(const struct store_host *h, const struct store_row *at)
{
	for (size_t i = 0; i < h->service_count; i++)
		if (h->services[i]->transport == at->transport && h->services[i]->port == at->port)
			return h->services[i];
	return NULL;
}

/* Gives what lies at @row, in the order of the addresses. Returns false when no more is wanted. */
static bool give_row(struct pass *p, const struct store_row *row)
{
	struct place at = {row->addr, row->transport, row->port};
	const struct record *r;

	if (p->service != NULL && p->has_after && !is_behind(&at, &p->after))
		return true;
	if (!read_host(p, &row->addr))
		return false;
	r = service_at(&p->at, row);
	if (p->host_given || r == NULL || !query_match(p->q, &p->at, r))
		return true;
	if (p->service != NULL)
		return has_room(p, &at) && p->service(p->arg, &p->at, r);
	p->host_given = true;
	return give_host(p, &p->at);
}

static bool walk_row(void *arg, const struct store_row *row)
{
	struct pass *p = arg;
	size_t word = (size_t)(row->row / PLAN_BLOCK) * PLAN_WORDS + row->row % PLAN_BLOCK / 64;

	if (dp_addr_compare(&row->addr, &p->hint.last) > 0)
		return false;
	if (row->row >= p->plan.rows ||
	    (p->plan.may[word] >> (row->row % PLAN_BLOCK % 64) & 1) == 0)
		return true;
	return give_row(p, row);
}

struct rows {
	struct pass *pass;
	struct store_row *list;
	size_t n;
};

static bool gather_row(void *arg, uint32_t row, bool sure)
{
	struct rows *rows = arg;

	(void)sure;
	query_plan_place(&rows->pass->plan, row, &rows->list[rows->n++]);
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct store_row *x = a, *y = b;
	int order = dp_addr_compare(&x->addr, &y->addr);

	if (order == 0)
		order = (int)x->transport - (int)y->transport;
	return order != 0 ? order : (int)x->port - (int)y->port;
}

/* Sorts the rows that may match, and gives them. */
static int gather(struct pass *p, const struct dp_addr *from)
{
	struct rows rows = {.pass = p, .list = calloc(p->plan.may_count + 1, sizeof(*rows.list))};
	int ret = rows.list == NULL ? -ENOMEM : query_plan_places(&p->plan);

	if (ret == 0) {
		query_plan_each(&p->plan, gather_row, &rows);
		qsort(rows.list, rows.n, sizeof(*rows.list), by_place);
	}
	for (size_t i = 0; ret == 0 && i < rows.n; i++)
		if (dp_addr_compare(&rows.list[i].addr, from) >= 0 && !give_row(p, &rows.list[i]))
			break;
	free(rows.list);
	return ret;
}

/* What a pass costs, in the time that reading one host from its records takes: some 8 us. */
struct costs {
	double records, walk, gather;
};

static struct costs costs_of(const struct pass *p)
{
	double rows = p->plan.rows, hits = (double)p->plan.may_count + 1;
	double wanted = p->page->limit > 0 && (double)p->page->limit < hits ? (double)p->page->limit
	                                                                    : hits;
	double visited = rows * wanted / hits;

	return (struct costs){visited * 0.5, visited / 80 + wanted, hits / 25 + wanted};
}

/* Whether few services lie between the ends of the hint, so that their records are read at once. */
enum { FEW = 2000 };

struct span {
	const struct dp_addr *last;
	unsigned n;
	bool ends;
};

static bool count_row(void *arg, const struct store_row *row)
{
	struct span *s = arg;

	s->ends = dp_addr_compare(&row->addr, s->last) > 0;
	return !s->ends && ++s->n < FEW;
}

static bool is_narrow(struct store_view *v, const struct query_hint *hint)
{
	struct store_row from = {.addr = hint->first};
	struct span span = {.last = &hint->last};

	return store_view_walk(v, &from, count_row, &span) == 0 && span.n < FEW;
}

enum query_way query_page_way;

static int run_plan(struct pass *p, const struct dp_addr *from)
{
	struct store_row at = {.addr = *from};
	struct costs costs;
	int ret = query_plan_run(&p->plan);

	if (ret != 0)
		return ret;
	costs = costs_of(p);
	if (query_page_way == QUERY_WAY_CHEAPEST && costs.records <= costs.walk &&
	    costs.records <= costs.gather)
		return store_view_each_host(p->plan.view, from, visit, p);
	ret = query_page_way == QUERY_WAY_WALK ||
	                      (query_page_way == QUERY_WAY_CHEAPEST && costs.walk <= costs.gather)
	              ? store_view_walk(p->plan.view, &at, walk_row, p)
	              : gather(p, from);
	if (p->has_host)
		store_host_fini(&p->at);
	return ret == 0 && p->error != -ENOENT ? p->error : ret;
}

static int run_view(struct pass *p, struct store_view *v, const struct dp_addr *from)
{
	int ret = query_plan_init(&p->plan, v, p->q);

	if (ret == -ENOENT ||
	    (ret == 0 && query_page_way == QUERY_WAY_CHEAPEST && is_narrow(v, &p->hint)))
		ret = store_view_each_host(v, from, visit, p);
	else if (ret == 0)
		ret = run_plan(p, from);
	query_plan_fini(&p->plan);
	return ret;
}

static int run(struct store *s, struct pass *p)
{
	const struct dp_addr *from;
	struct store_view *v;
	int ret;

	p->page->next[0] = '\0';
	p->has_after = p->page->cursor != NULL && p->page->cursor[0] != '\0' &&
	               strcmp(p->page->cursor, "start") != 0;
	if (p->has_after && read_cursor(p->page->cursor, &p->after) != 0)
		return -EINVAL;
	query_hint(p->q, &p->hint);
	from = &p->hint.first;
	if (p->has_after && dp_addr_compare(&p->after.addr, from) > 0)
		from = &p->after.addr;
	ret = store_view_open(s, &v);
	if (ret != 0)
		return ret;
	ret = run_view(p, v, from);
	store_view_close(v);
	return ret;
}

int query_services(struct store *s, const struct query *q, struct query_page *page,
                   bool (*each)(void *arg, const struct store_host *h, const struct record *r),
                   void *arg)
{
	struct pass p = {.q = q, .page = page, .service = each, .arg = arg};

	return run(s, &p);
}

int query_hosts(struct store *s, const struct query *q, struct query_page *page,
                bool (*each)(void *arg, const struct store_host *h), void *arg)
{
	struct pass p = {.q = q, .page = page, .host = each, .arg = arg};

	return run(s, &p);
}
