/* SPDX-License-Identifier: Apache-2.0 */
/* grab_queue.c - waiting grab requests: whose turn it is under a limit for each host. */
#include "grab_queue.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "hash_table.h"
#include "grab_policy.h"

struct item {
	STAILQ_ENTRY(item) next;
	struct grab_ticket ticket;
};

STAILQ_HEAD(items, item);

enum line { NO_LINE, TURNS, LATER };

/* A host exists while it has requests waiting or out. */
struct host {
	LIST_ENTRY(host) chain;
	TAILQ_ENTRY(host) next; /* in the line that it stands in */
	struct items known;     /* ports whose protocol is known, fragile ones first */
	struct items unknown;
	struct dp_addr addr;
	uint64_t since_us;
	uint32_t out, known_out; /* @known_out: of those from @known */
	uint8_t line;            /* enum line */
	bool one;                /* one connection at a time */
	bool plain;              /* an answer names an ordinary service */
};

TAILQ_HEAD(hosts, host);

enum { BUCKETS = 1 << 14, CARE_MAX = 1 << 20, PLAIN_MAX = 1 << 20 };

/* A host that is asked with care. */
struct careful {
	struct dp_addr addr;
	uint8_t care; /* enum grab_care */
};

struct grab_queue {
	uint32_t limit, per_host, waiting;
	struct hash_table care;  /* of struct careful, by address */
	uint8_t care_for_all;    /* 0 until a host found no place in @care */
	struct hash_table plain; /* of struct dp_addr */
	uint64_t now_us;
	struct hosts turns; /* hosts with room and with a request that may go */
	/* Hosts with room whose unknown ports must wait longer before they are asked, in the order
	 * of their entry. A host waits behind earlier ones for at most one more
	 * GRAB_QUEUE_GRACE_US. */
	struct hosts later;
	LIST_HEAD(, host) buckets[BUCKETS];
	/* kept for the next ones, so that a queue that has reached its size allocates nothing */
	struct items unused;
	LIST_HEAD(, host) unused_hosts;
};

struct grab_queue *grab_queue_new(uint32_t limit, uint32_t per_host)
{
	struct grab_queue *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	hash_table_init(&q->care, sizeof(struct dp_addr), sizeof(struct careful));
	hash_table_init(&q->plain, sizeof(struct dp_addr), sizeof(struct dp_addr));
	q->limit = limit;
	q->per_host = per_host;
	TAILQ_INIT(&q->turns);
	TAILQ_INIT(&q->later);
	STAILQ_INIT(&q->unused);
	return q;
}

static void drop(struct items *items)
{
	struct item *it;

	while ((it = STAILQ_FIRST(items)) != NULL) {
		STAILQ_REMOVE_HEAD(items, next);
		free(it);
	}
}

static void host_free(struct host *h)
{
	drop(&h->known);
	drop(&h->unknown);
	LIST_REMOVE(h, chain);
	free(h);
}

/* Keep a host that has nothing waiting for the next one. */
static void put_away(struct grab_queue *q, struct host *h)
{
	LIST_REMOVE(h, chain);
	LIST_INSERT_HEAD(&q->unused_hosts, h, chain);
}

void grab_queue_free(struct grab_queue *q)
{
	if (q == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (!LIST_EMPTY(&q->buckets[i]))
			host_free(LIST_FIRST(&q->buckets[i]));
	while (!LIST_EMPTY(&q->unused_hosts))
		host_free(LIST_FIRST(&q->unused_hosts));
	drop(&q->unused);
	hash_table_fini(&q->care);
	hash_table_fini(&q->plain);
	free(q);
}

static size_t bucket(const struct dp_addr *addr)
{
	uint64_t words[2];

	memcpy(words, addr->b, sizeof(words));
	return ((words[0] ^ words[1]) * 0x9e3779b97f4a7c15ull) >> 50;
}

static struct host *find_host(const struct grab_queue *q, const struct dp_addr *addr)
{
	struct host *h;

	LIST_FOREACH(h, &q->buckets[bucket(addr)], chain)
	if (memcmp(h->addr.b, addr->b, sizeof(addr->b)) == 0)
		return h;
	return NULL;
}

static struct host *add(struct grab_queue *q, const struct dp_addr *addr)
{
	struct host *h = LIST_FIRST(&q->unused_hosts);

	if (h != NULL)
		LIST_REMOVE(h, chain);
	else
		h = malloc(sizeof(*h));
	if (h == NULL)
		return NULL;
	*h = (struct host){.addr = *addr};
	h->one = grab_queue_care_of(q, addr) != 0;
	h->plain = hash_table_find(&q->plain, addr) != NULL;
	h->since_us = q->now_us;
	STAILQ_INIT(&h->known);
	STAILQ_INIT(&h->unknown);
	LIST_INSERT_HEAD(&q->buckets[bucket(addr)], h, chain);
	return h;
}

static bool has_room(const struct grab_queue *q, const struct host *h)
{
	return h->out < (h->one ? 1 : q->per_host);
}

static bool has_work(const struct host *h)
{
	return !STAILQ_EMPTY(&h->known) || !STAILQ_EMPTY(&h->unknown);
}

static bool is_plain(const struct host *h)
{
	return h->plain && !h->one && h->known_out == 0 && STAILQ_EMPTY(&h->known);
}

/* Whether one of the host's requests may go: by the time that it has waited, or by what it has
 * shown. */
static bool is_due(const struct grab_queue *q, const struct host *h)
{
	return !STAILQ_EMPTY(&h->known) || is_plain(h) ||
	       q->now_us - h->since_us >= GRAB_QUEUE_GRACE_US;
}

static void leave_line(struct grab_queue *q, struct host *h)
{
	if (h->line != NO_LINE)
		TAILQ_REMOVE(h->line == TURNS ? &q->turns : &q->later, h, next);
	h->line = NO_LINE;
}

/* Put the host in the line where it belongs; drop it if it has neither work nor anything out. */
static void settle(struct grab_queue *q, struct host *h)
{
	enum line line = is_due(q, h) ? TURNS : LATER;

	if (!has_work(h) && h->out == 0) {
		leave_line(q, h);
		put_away(q, h);
		return;
	}
	if (!has_work(h) || !has_room(q, h))
		line = NO_LINE;
	if (line == h->line)
		return;
	leave_line(q, h);
	h->line = (uint8_t)line;
	if (line == TURNS)
		TAILQ_INSERT_TAIL(&q->turns, h, next);
	else if (line == LATER)
		TAILQ_INSERT_TAIL(&q->later, h, next);
}

static void insert(struct host *h, struct item *it)
{
	uint16_t port = it->ticket.request.port;
	bool tls;

	if (it->ticket.begun != NULL)
		STAILQ_INSERT_TAIL(&h->unknown, it, next);
	else if (grab_policy_is_fragile(port))
		STAILQ_INSERT_HEAD(&h->known, it, next);
	else if (vd_proto_of_port(port, &tls) != NULL)
		STAILQ_INSERT_TAIL(&h->known, it, next);
	else
		STAILQ_INSERT_TAIL(&h->unknown, it, next);
}

static struct item *take_item(struct grab_queue *q)
{
	struct item *it = STAILQ_FIRST(&q->unused);

	if (it == NULL)
		return malloc(sizeof(*it));
	STAILQ_REMOVE_HEAD(&q->unused, next);
	return it;
}

int grab_queue_push(struct grab_queue *q, const struct grab_ticket *ticket, uint64_t now_us)
{
	struct item *it;
	struct host *h;

	q->now_us = now_us;
	if (q->waiting >= q->limit)
		return -EAGAIN;
	it = take_item(q);
	if (it == NULL)
		return -ENOMEM;
	h = find_host(q, &ticket->request.addr);
	if (h == NULL)
		h = add(q, &ticket->request.addr);
	if (h == NULL) {
		free(it);
		return -ENOMEM;
	}
	it->ticket = *ticket;
	insert(h, it);
	q->waiting++;
	settle(q, h);
	return 0;
}

/* Move the hosts whose unknown ports have waited long enough to the line of turns. */
static void call_later(struct grab_queue *q)
{
	struct host *h;

	while ((h = TAILQ_FIRST(&q->later)) != NULL && is_due(q, h))
		settle(q, h);
}

bool grab_queue_pop(struct grab_queue *q, struct grab_ticket *out, uint64_t now_us)
{
	struct items *items;
	struct item *it;
	struct host *h;

	q->now_us = now_us;
	call_later(q);
	/* Hosts may have lost their room while they stood in line: all limits drop to one
	 * connection when the table of care is full. */
	while ((h = TAILQ_FIRST(&q->turns)) != NULL && !has_room(q, h))
		settle(q, h);
	if (h == NULL)
		return false;
	leave_line(q, h);
	items = STAILQ_EMPTY(&h->known) ? &h->unknown : &h->known;
	it = STAILQ_FIRST(items);
	STAILQ_REMOVE_HEAD(items, next);
	*out = it->ticket;
	out->known = items == &h->known;
	STAILQ_INSERT_HEAD(&q->unused, it, next);
	q->waiting--;
	h->out++;
	h->known_out += out->known;
	settle(q, h);
	return true;
}

void grab_queue_done(struct grab_queue *q, const struct dp_addr *addr, bool known)
{
	struct host *h = find_host(q, addr);

	assert(h != NULL && h->out > 0);
	h->out--;
	h->known_out -= known;
	settle(q, h);
}

void grab_queue_plain(struct grab_queue *q, const struct dp_addr *addr)
{
	struct host *h = find_host(q, addr);

	if (hash_table_count(&q->plain) < PLAIN_MAX)
		hash_table_take(&q->plain, addr);
	if (h == NULL || h->plain)
		return;
	h->plain = true;
	settle(q, h);
}

bool grab_queue_is_plain(const struct grab_queue *q, const struct dp_addr *addr)
{
	const struct host *h = find_host(q, addr);

	if (h != NULL)
		return is_plain(h);
	return grab_queue_care_of(q, addr) == 0 && hash_table_find(&q->plain, addr) != NULL;
}

void grab_queue_care(struct grab_queue *q, const struct dp_addr *addr, uint8_t care)
{
	struct careful *c = hash_table_find(&q->care, addr);
	struct host *h = find_host(q, addr);

	if (c == NULL && hash_table_count(&q->care) < CARE_MAX)
		c = hash_table_take(&q->care, addr);
	if (c == NULL) {
		q->per_host = 1;
		q->care_for_all = care > q->care_for_all ? care : q->care_for_all;
	} else if (c->care < care) {
		c->care = care;
	}
	if (h == NULL)
		return;
	h->one = true;
	settle(q, h);
}

uint8_t grab_queue_care_of(const struct grab_queue *q, const struct dp_addr *addr)
{
	const struct careful *c = hash_table_find(&q->care, addr);

	return c != NULL && c->care > q->care_for_all ? c->care : q->care_for_all;
}

uint32_t grab_queue_waiting(const struct grab_queue *q)
{
	return q->waiting;
}
