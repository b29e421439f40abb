/* SPDX-License-Identifier: Apache-2.0 */
/* query_page.c - runs a query on a store, page by page, over the hosts that can match. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query.h"

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

static bool visit_services(void *arg, const struct store_host *h)
{
	struct pass *p = arg;

	if (dp_addr_compare(&h->addr, &p->hint.last) > 0)
		return false;
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

static bool visit_host(void *arg, const struct store_host *h)
{
	struct pass *p = arg;
	struct place at = {h->addr, 255, 65535};

	if (dp_addr_compare(&h->addr, &p->hint.last) > 0)
		return false;
	if (p->has_after && !is_behind(&at, &p->after))
		return true;
	for (size_t i = 0; i < h->service_count; i++)
		if (query_match(p->q, h, h->services[i]))
			return has_room(p, &at) && p->host(p->arg, h);
	return true;
}

static int run(struct store *s, struct pass *p, bool (*visit)(void *, const struct store_host *))
{
	const struct dp_addr *from;

	p->page->next[0] = '\0';
	p->has_after = p->page->cursor != NULL && p->page->cursor[0] != '\0' &&
	               strcmp(p->page->cursor, "start") != 0;
	if (p->has_after && read_cursor(p->page->cursor, &p->after) != 0)
		return -EINVAL;
	query_hint(p->q, &p->hint);
	from = &p->hint.first;
	if (p->has_after && dp_addr_compare(&p->after.addr, from) > 0)
		from = &p->after.addr;
	return store_each_host(s, from, visit, p);
}

int query_services(struct store *s, const struct query *q, struct query_page *page,
                   bool (*each)(void *arg, const struct store_host *h, const struct record *r),
                   void *arg)
{
	struct pass p = {.q = q, .page = page, .service = each, .arg = arg};

	return run(s, &p, visit_services);
}

int query_hosts(struct store *s, const struct query *q, struct query_page *page,
                bool (*each)(void *arg, const struct store_host *h), void *arg)
{
	struct pass p = {.q = q, .page = page, .host = each, .arg = arg};

	return run(s, &p, visit_host);
}
