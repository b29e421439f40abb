/* SPDX-License-Identifier: Apache-2.0 */
/* middlebox.c - a table of hosts, and a queue of those under examination. */
#include "middlebox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addr_table.h"

enum {
	EXAMS = 1 << 17,
	WAIT_US = 500000,
	ROUNDS_FIRST = 2, /* of the first question; a silent host is likely none */
	ROUNDS_MORE = 4,  /* of the others ... */
	ROUNDS_DULL = 2,  /* ... where not even half of them answered */
	HOSTS = 1 << 21,
};

/* Of a host, in addr_table_slot.state: what goes on, the rest are how often it was examined. */
enum {
	SUSPECT = 1,
	FLAGGED = 2,
	KNOWN = 4, /* the store calls it a middlebox */
	EXAM_ONE = 8,
	EXAM_MAX = 31 * EXAM_ONE,
};

/* A question to a host. It counts while the host is a suspect and its ticket is this one's place. */
struct exam {
	struct dp_addr addr;
	int64_t due_us;   /* when silence counts */
	uint8_t first;    /* whether only the first port is asked */
	uint8_t round;
	uint8_t answered; /* a bit a port */
	uint8_t at;       /* the next port to ask */
};

/* The queue: [head, next) are asked and wait for their time, [next, tail) are to be asked. */
struct middlebox {
	struct middlebox_config config;
	struct addr_table hosts;
	struct exam *exams;
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
	m->exams = calloc(EXAMS, sizeof(*m->exams));
	if (addr_table_init(&m->hosts) < 0 || m->exams == NULL) {
		middlebox_free(m);
		return NULL;
	}
	return m;
}

void middlebox_free(struct middlebox *m)
{
	if (m == NULL)
		return;
	addr_table_fini(&m->hosts);
	free(m->exams);
	free(m);
}

int middlebox_add_known(struct middlebox *m, const struct dp_addr *addr)
{
	struct addr_table_slot *h = addr_table_take(&m->hosts, addr, 0, m->config.hosts_max);

	if (h == NULL)
		return -ENOMEM;
	h->state |= KNOWN;
	return 0;
}

static struct exam *exam_at(const struct middlebox *m, uint32_t ticket)
{
	return &m->exams[ticket % EXAMS];
}

/* Whether the queue's entry is what its host waits for; @h (may be NULL) receives the host. */
static bool counts(const struct middlebox *m, uint32_t ticket, struct addr_table_slot **out)
{
	struct addr_table_slot *h = addr_table_find(&m->hosts, &exam_at(m, ticket)->addr, 0);

	*out = h;
	return h != NULL && (h->state & SUSPECT) != 0 && h->ticket == ticket;
}

/* Queue a question. False: the queue is full. */
static bool enqueue(struct middlebox *m, struct addr_table_slot *h, const struct exam *e)
{
	if (m->tail - m->head == EXAMS)
		return false;
	*exam_at(m, m->tail) = *e;
	h->ticket = m->tail++;
	return true;
}

static void examine(struct middlebox *m, struct addr_table_slot *h)
{
	if (!enqueue(m, h, &(struct exam){.addr = h->addr, .first = true})) {
		m->stats.unexamined++;
		return;
	}
	h->state |= SUSPECT;
	m->stats.examined++;
	m->stats.waiting++;
}

/* What is recorded before the host comes under suspicion is the sample of it. */
static uint32_t sample(const struct addr_table_slot *h)
{
	return (h->state & KNOWN) != 0 ? 1 : MIDDLEBOX_OPENS - 1;
}

static bool is_suspicious(const struct middlebox *m, const struct addr_table_slot *h)
{
	uint32_t at = MIDDLEBOX_OPENS;

	if (m->config.space == NULL || (h->state & (SUSPECT | FLAGGED)) != 0)
		return false;
	if ((h->state & KNOWN) != 0)
		return true;
	if (m->config.ports < MIDDLEBOX_OPENS)
		return h->count == m->config.ports;
	while (at < h->count)
		at *= 4;
	return at == h->count;
}

static enum middlebox_view view(const struct addr_table_slot *h)
{
	if ((h->state & FLAGGED) != 0)
		return MIDDLEBOX_YES;
	return (h->state & SUSPECT) != 0 && h->count > sample(h) ? MIDDLEBOX_PERHAPS : MIDDLEBOX_NO;
}

enum middlebox_view middlebox_open(struct middlebox *m, const struct dp_addr *addr, uint32_t *opens)
{
	struct addr_table_slot *h = addr_table_take(&m->hosts, addr, 0, m->config.hosts_max);

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
		examine(m, h);
	return view(h);
}

enum middlebox_view middlebox_view(const struct middlebox *m, const struct dp_addr *addr, uint32_t *opens)
{
	const struct addr_table_slot *h = addr_table_find(&m->hosts, addr, 0);

	*opens = h != NULL ? h->count : 0;
	return h != NULL ? view(h) : MIDDLEBOX_NO;
}

static uint16_t control_port(const struct middlebox *m, const struct addr_table_slot *h, unsigned i)
{
	unsigned exam = h->state / EXAM_ONE;

	return dp_space_control_port(m->config.space, m->config.key, &h->addr, exam * MIDDLEBOX_CONTROLS + i);
}

/* Where the entry's next question is; MIDDLEBOX_CONTROLS: it has none left. */
static unsigned next_port(struct exam *e)
{
	unsigned end = e->first ? 1 : MIDDLEBOX_CONTROLS;

	while (e->at < end && (e->answered >> e->at & 1) != 0)
		e->at++;
	return e->at < end ? e->at : MIDDLEBOX_CONTROLS;
}

bool middlebox_next(struct middlebox *m, struct dp_addr *addr, uint16_t *port)
{
	struct addr_table_slot *h;

	for (; m->next != m->tail; m->next++) {
		struct exam *e = exam_at(m, m->next);
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
	struct exam *e = exam_at(m, m->next);

	e->at++;
	e->due_us = now_us + WAIT_US;
	if (next_port(e) == MIDDLEBOX_CONTROLS)
		m->next++;
}

/* The end of an examination. */
static enum middlebox_news acquit(struct middlebox *m, struct addr_table_slot *h)
{
	bool was_known = (h->state & KNOWN) != 0;

	h->state &= (uint8_t) ~(SUSPECT | KNOWN);
	if (h->state < EXAM_MAX)
		h->state += EXAM_ONE;
	m->stats.acquitted++;
	m->stats.waiting--;
	return was_known ? MIDDLEBOX_CLEARED : MIDDLEBOX_NOTHING;
}

/* The queue is full: no verdict. */
static enum middlebox_news dismiss(struct middlebox *m, struct addr_table_slot *h)
{
	h->state &= (uint8_t)~SUSPECT;
	m->stats.unexamined++;
	m->stats.waiting--;
	return MIDDLEBOX_NOTHING;
}

static enum middlebox_news convict(struct middlebox *m, struct addr_table_slot *h)
{
	h->state = (uint8_t)((h->state & ~SUSPECT) | FLAGGED);
	m->stats.flagged++;
	m->stats.waiting--;
	return MIDDLEBOX_CONVICTED;
}

/* The first port is open: ask the others. */
static enum middlebox_news ask_more(struct middlebox *m, struct addr_table_slot *h)
{
	struct exam more = {.addr = h->addr, .answered = exam_at(m, h->ticket)->answered};

	return enqueue(m, h, &more) ? MIDDLEBOX_NOTHING : dismiss(m, h);
}

enum middlebox_news middlebox_answer(struct middlebox *m, const struct dp_addr *addr, uint16_t port, bool open)
{
	struct addr_table_slot *h = addr_table_find(&m->hosts, addr, 0);
	uint8_t bits = 0;
	struct exam *e;

	if (h == NULL || (h->state & SUSPECT) == 0)
		return MIDDLEBOX_NOTHING;
	for (unsigned i = 0; i < MIDDLEBOX_CONTROLS; i++)
		bits |= (uint8_t)((control_port(m, h, i) == port) << i);
	if (bits == 0)
		return MIDDLEBOX_NOTHING;
	if (!open)
		return acquit(m, h);
	e = exam_at(m, h->ticket);
	e->answered |= bits;
	if (e->first)
		return ask_more(m, h);
	return e->answered == (1u << MIDDLEBOX_CONTROLS) - 1 ? convict(m, h) : MIDDLEBOX_NOTHING;
}

static unsigned rounds(const struct exam *e)
{
	if (e->first)
		return ROUNDS_FIRST;
	return __builtin_popcount(e->answered) * 2 > MIDDLEBOX_CONTROLS ? ROUNDS_MORE : ROUNDS_DULL;
}

/* The time of @e is over. */
static enum middlebox_news expire(struct middlebox *m, struct addr_table_slot *h, const struct exam *e)
{
	struct exam again = *e;

	again.at = 0;
	again.round++;
	if (again.round == rounds(e))
		return acquit(m, h);
	return enqueue(m, h, &again) ? MIDDLEBOX_NOTHING : dismiss(m, h);
}

bool middlebox_settle(struct middlebox *m, int64_t now_us, struct dp_addr *addr)
{
	while (m->head != m->next) {
		struct exam e = *exam_at(m, m->head);
		struct addr_table_slot *h;
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
