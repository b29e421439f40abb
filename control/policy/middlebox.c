/* SPDX-License-Identifier: Apache-2.0 */
/* middlebox.c - a table of hosts, and a queue of those that are being checked. */
#include "middlebox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash_table.h"

enum {
	CHECKS = 1 << 17,
	WAIT_US = 500000,
	ROUNDS_FIRST = 2, /* attempts at the first port: a silent host is probably no middlebox */
	ROUNDS_MORE = 4,  /* attempts at the others, if more than half of the ports answered */
	ROUNDS_DULL = 2,  /* the same if at most half of them answered */
	HOSTS = 1 << 21,
};

/* Bits of host.state; the bits from CHECK_ONE on count the checks. */
enum {
	SUSPECTED = 1,
	FLAGGED = 2,
	KNOWN = 4, /* the store calls it a middlebox */
	CHECK_ONE = 8,
	CHECK_MAX = 31 * CHECK_ONE,
};

struct host {
	struct dp_addr addr;
	uint8_t state;
	uint32_t count;  /* open ports */
	uint32_t ticket; /* the position of its valid entry in the queue */
};

/* An entry of the queue: one round of a check. It is valid while its host is suspected and
 * host.ticket is the position of the entry. */
struct check {
	struct dp_addr addr;
	int64_t due_us; /* when a missing answer counts as silence */
	uint8_t first;  /* whether only the first port is asked */
	uint8_t round;
	uint8_t answered; /* one bit for each port */
	uint8_t at;       /* the next port to ask */
};

/* Positions in the queue: the entries [head, next) were asked and wait for their time, the entries
 * [next, tail) are still to be asked. */
struct middlebox {
	struct middlebox_config config;
	struct hash_table hosts; /* of struct host, by address */
	struct check *checks;
	uint32_t head, next, tail;
	struct middlebox_stats stats;
};

struct middlebox *middlebox_new(const struct middlebox_config *config)
{
	struct middlebox *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->config = *config;
	if (m->config.hosts_max == 0)
		m->config.hosts_max = HOSTS;
	m->checks = calloc(CHECKS, sizeof(*m->checks));
	hash_table_init(&m->hosts, sizeof(struct dp_addr), sizeof(struct host));
	if (m->checks != NULL)
		return m;
	middlebox_free(m);
	return NULL;
}

void middlebox_free(struct middlebox *m)
{
	if (m == NULL)
		return;
	hash_table_fini(&m->hosts);
	free(m->checks);
	free(m);
}

/* The host; it is added if it is new. NULL: hosts_max is reached, or no memory. */
static struct host *take_host(struct middlebox *m, const struct dp_addr *addr)
{
	struct host *h = hash_table_find(&m->hosts, addr);

	if (h != NULL || hash_table_count(&m->hosts) >= m->config.hosts_max)
		return h;
	return hash_table_take(&m->hosts, addr);
}

int middlebox_add_known(struct middlebox *m, const struct dp_addr *addr)
{
	struct host *h = take_host(m, addr);

	if (h == NULL)
		return -ENOMEM;
	h->state |= KNOWN;
	return 0;
}

static struct check *check_at(const struct middlebox *m, uint32_t ticket)
{
	return &m->checks[ticket % CHECKS];
}

/* Whether the entry at @ticket is valid. *@out receives its host, or NULL if the table has none. */
static bool counts(const struct middlebox *m, uint32_t ticket, struct host **out)
{
	struct host *h = hash_table_find(&m->hosts, &check_at(m, ticket)->addr);

	*out = h;
	return h != NULL && (h->state & SUSPECTED) != 0 && h->ticket == ticket;
}

/* Append an entry, which becomes the valid one of its host. False: the queue is full. */
static bool enqueue(struct middlebox *m, struct host *h, const struct check *e)
{
	if (m->tail - m->head == CHECKS)
		return false;
	*check_at(m, m->tail) = *e;
	h->ticket = m->tail++;
	return true;
}

static void check_host(struct middlebox *m, struct host *h)
{
	if (!enqueue(m, h, &(struct check){.addr = h->addr, .first = true})) {
		m->stats.unchecked++;
		return;
	}
	h->state |= SUSPECTED;
	m->stats.checked++;
	m->stats.waiting++;
}

/* How many ports of the host are recorded before it is suspected. They are the sample that is kept
 * if it is a middlebox. */
static uint32_t sample(const struct host *h)
{
	return (h->state & KNOWN) != 0 ? 1 : MIDDLEBOX_OPENS - 1;
}

static bool is_suspicious(const struct middlebox *m, const struct host *h)
{
	uint32_t at = MIDDLEBOX_OPENS;

	if (m->config.space == NULL || (h->state & (SUSPECTED | FLAGGED)) != 0)
		return false;
	if ((h->state & KNOWN) != 0)
		return true;
	if (m->config.ports < MIDDLEBOX_OPENS)
		return h->count == m->config.ports;
	while (at < h->count)
		at *= 4;
	return at == h->count;
}

static enum middlebox_view view(const struct host *h)
{
	if ((h->state & FLAGGED) != 0)
		return MIDDLEBOX_YES;
	return (h->state & SUSPECTED) != 0 && h->count > sample(h) ? MIDDLEBOX_PERHAPS
	                                                           : MIDDLEBOX_NO;
}

enum middlebox_view middlebox_open(struct middlebox *m, const struct dp_addr *addr, uint32_t *opens)
{
	struct host *h = take_host(m, addr);

	*opens = 0;
	if (h == NULL) {
		m->stats.hosts_full = true;
		return MIDDLEBOX_NO;
	}
	m->stats.hosts += h->count == 0;
	if (h->count < UINT32_MAX)
		h->count++;
	*opens = h->count;
	if (is_suspicious(m, h))
		check_host(m, h);
	return view(h);
}

enum middlebox_view middlebox_view(const struct middlebox *m, const struct dp_addr *addr,
                                   uint32_t *opens)
{
	const struct host *h = hash_table_find(&m->hosts, addr);

	*opens = h != NULL ? h->count : 0;
	return h != NULL ? view(h) : MIDDLEBOX_NO;
}

static uint16_t control_port(const struct middlebox *m, const struct host *h, unsigned i)
{
	unsigned check = h->state / CHECK_ONE;

	return dp_space_control_port(m->config.space, m->config.secret, &h->addr,
	                             check * MIDDLEBOX_CONTROLS + i);
}

/* The index of the next control port to ask; MIDDLEBOX_CONTROLS: none is left. */
static unsigned next_port(struct check *e)
{
	unsigned end = e->first ? 1 : MIDDLEBOX_CONTROLS;

	while (e->at < end && (e->answered >> e->at & 1) != 0)
		e->at++;
	return e->at < end ? e->at : MIDDLEBOX_CONTROLS;
}

bool middlebox_next(struct middlebox *m, struct dp_addr *addr, uint16_t *port)
{
	struct host *h;

	for (; m->next != m->tail; m->next++) {
		struct check *e = check_at(m, m->next);
		unsigned i = next_port(e);

		if (!counts(m, m->next, &h) || i == MIDDLEBOX_CONTROLS)
			continue;
		*addr = e->addr;
		*port = control_port(m, h, i);
		return true;
	}
	return false;
}

void middlebox_asked(struct middlebox *m, int64_t now_us)
{
	struct check *e = check_at(m, m->next);

	e->at++;
	e->due_us = now_us + WAIT_US;
	if (next_port(e) == MIDDLEBOX_CONTROLS)
		m->next++;
}

/* End a check: the host is no middlebox. */
static enum middlebox_event clear(struct middlebox *m, struct host *h)
{
	bool was_known = (h->state & KNOWN) != 0;

	h->state &= (uint8_t) ~(SUSPECTED | KNOWN);
	if (h->state < CHECK_MAX)
		h->state += CHECK_ONE;
	m->stats.cleared++;
	m->stats.waiting--;
	return was_known ? MIDDLEBOX_CLEARED : MIDDLEBOX_NOTHING;
}

/* End a check without a verdict, because the queue is full. */
static enum middlebox_event set_aside(struct middlebox *m, struct host *h)
{
	h->state &= (uint8_t)~SUSPECTED;
	m->stats.unchecked++;
	m->stats.waiting--;
	return MIDDLEBOX_NOTHING;
}

static enum middlebox_event confirm(struct middlebox *m, struct host *h)
{
	h->state = (uint8_t)((h->state & ~SUSPECTED) | FLAGGED);
	m->stats.flagged++;
	m->stats.waiting--;
	return MIDDLEBOX_CONFIRMED;
}

/* The first port is open: ask the others. */
static enum middlebox_event ask_more(struct middlebox *m, struct host *h)
{
	struct check more = {.addr = h->addr, .answered = check_at(m, h->ticket)->answered};

	return enqueue(m, h, &more) ? MIDDLEBOX_NOTHING : set_aside(m, h);
}

enum middlebox_event middlebox_answer(struct middlebox *m, const struct dp_addr *addr,
                                      uint16_t port, bool open)
{
	struct host *h = hash_table_find(&m->hosts, addr);
	uint8_t bits = 0;
	struct check *e;

	if (h == NULL || (h->state & SUSPECTED) == 0)
		return MIDDLEBOX_NOTHING;
	for (unsigned i = 0; i < MIDDLEBOX_CONTROLS; i++)
		bits |= (uint8_t)((control_port(m, h, i) == port) << i);
	if (bits == 0)
		return MIDDLEBOX_NOTHING;
	if (!open)
		return clear(m, h);
	e = check_at(m, h->ticket);
	e->answered |= bits;
	if (e->first)
		return ask_more(m, h);
	return e->answered == (1u << MIDDLEBOX_CONTROLS) - 1 ? confirm(m, h) : MIDDLEBOX_NOTHING;
}

static unsigned rounds(const struct check *e)
{
	if (e->first)
		return ROUNDS_FIRST;
	return __builtin_popcount(e->answered) * 2 > MIDDLEBOX_CONTROLS ? ROUNDS_MORE : ROUNDS_DULL;
}

/* The time of @e is over: begin its next round, or clear the host after the last one. */
static enum middlebox_event expire(struct middlebox *m, struct host *h, const struct check *e)
{
	struct check again = *e;

	again.at = 0;
	again.round++;
	if (again.round == rounds(e))
		return clear(m, h);
	return enqueue(m, h, &again) ? MIDDLEBOX_NOTHING : set_aside(m, h);
}

bool middlebox_settle(struct middlebox *m, int64_t now_us, struct dp_addr *addr)
{
	while (m->head != m->next) {
		struct check e = *check_at(m, m->head);
		struct host *h;
		bool open = counts(m, m->head, &h);

		if (open && now_us < e.due_us)
			return false;
		m->head++;
		if (!open || expire(m, h, &e) != MIDDLEBOX_CLEARED)
			continue;
		*addr = e.addr;
		return true;
	}
	return false;
}

void middlebox_stats(const struct middlebox *m, struct middlebox_stats *out)
{
	*out = m->stats;
}
