/* SPDX-License-Identifier: Apache-2.0 */
/* scheduler.c - a table of hosts and one of fresh services, both open addressing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scheduler.h"

/* One host (port 0) or one fresh service. opens 0 = the slot is empty. */
struct slot {
	struct dp_addr addr;
	uint16_t port;
	uint32_t opens;
};

struct table {
	struct slot *slots; /* @mask + 1 of them, at most half in use */
	size_t mask, used;
};

struct scheduler {
	struct scheduler_config config;
	struct scheduler_stats stats;
	struct table hosts, fresh;
};

enum { FIRST_SLOTS = 1024 };

/* Addresses of a scan are the operator's choice, not a peer's: a mixing hash is enough. */
static uint64_t hash(const struct dp_addr *a, uint16_t port)
{
	uint64_t hi, lo;

	memcpy(&hi, a->b, 8);
	memcpy(&lo, a->b + 8, 8);
	lo ^= hi * 0x9e3779b97f4a7c15u + port;
	lo = (lo ^ (lo >> 32)) * 0xd6e8feb86659fd93u;
	lo = (lo ^ (lo >> 32)) * 0xd6e8feb86659fd93u;
	return lo ^ (lo >> 32);
}

/* The slot of the key, or the empty one where it belongs. */
static struct slot *find(const struct table *t, const struct dp_addr *addr, uint16_t port)
{
	for (size_t i = hash(addr, port);; i++) {
		struct slot *s = &t->slots[i & t->mask];

		if (s->opens == 0 || (s->port == port && memcmp(&s->addr, addr, 16) == 0))
			return s;
	}
}

static int table_init(struct table *t, size_t slots)
{
	t->slots = calloc(slots, sizeof(*t->slots));
	t->mask = slots - 1;
	t->used = 0;
	return t->slots != NULL ? 0 : -ENOMEM;
}

static int table_grow(struct table *t)
{
	struct table bigger;

	if (table_init(&bigger, 2 * (t->mask + 1)) < 0)
		return -ENOMEM;
	for (size_t i = 0; i <= t->mask; i++)
		if (t->slots[i].opens > 0)
			*find(&bigger, &t->slots[i].addr, t->slots[i].port) = t->slots[i];
	bigger.used = t->used;
	free(t->slots);
	*t = bigger;
	return 0;
}

/* The key's slot, made where it is new. NULL: no room. */
static struct slot *take(struct table *t, const struct dp_addr *addr, uint16_t port, size_t max)
{
	struct slot *s = find(t, addr, port);

	if (s->opens > 0)
		return s;
	if (t->used >= max)
		return NULL;
	if (2 * (t->used + 1) > t->mask + 1) {
		if (table_grow(t) < 0)
			return NULL;
		s = find(t, addr, port);
	}
	t->used++;
	s->addr = *addr;
	s->port = port;
	return s;
}

struct scheduler *scheduler_new(const struct scheduler_config *config)
{
	struct scheduler *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->config = *config;
	if (s->config.grabs_per_host == 0)
		s->config.grabs_per_host = 100;
	if (s->config.records_per_host == 0)
		s->config.records_per_host = 1000;
	if (s->config.hosts_max == 0)
		s->config.hosts_max = 1u << 21;
	if (table_init(&s->hosts, FIRST_SLOTS) < 0 || table_init(&s->fresh, FIRST_SLOTS) < 0) {
		scheduler_free(s);
		return NULL;
	}
	return s;
}

void scheduler_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	free(s->hosts.slots);
	free(s->fresh.slots);
	free(s);
}

int scheduler_add_fresh(struct scheduler *s, const struct dp_addr *addr, uint16_t port)
{
	struct slot *slot = take(&s->fresh, addr, port, SIZE_MAX);

	if (slot == NULL)
		return -ENOMEM;
	slot->opens = 1;
	return 0;
}

static enum scheduler_verdict judge(struct scheduler *s, const struct slot *host,
				const struct dp_addr *addr, uint16_t port)
{
	if (host != NULL && host->opens > s->config.records_per_host)
		return SCHEDULER_IGNORE;
	if (host != NULL && host->opens > s->config.grabs_per_host)
		return SCHEDULER_MIDDLEBOX;
	if (s->fresh.used > 0 && find(&s->fresh, addr, port)->opens > 0)
		return SCHEDULER_FRESH;
	return SCHEDULER_GRAB;
}

enum scheduler_verdict scheduler_open(struct scheduler *s, const struct dp_addr *addr, uint16_t port)
{
	struct slot *host = take(&s->hosts, addr, 0, s->config.hosts_max);
	enum scheduler_verdict v;

	if (host == NULL)
		s->stats.hosts_full = true;
	else if (host->opens < UINT32_MAX)
		host->opens++;
	if (host != NULL && host->opens == s->config.grabs_per_host + 1)
		s->stats.middleboxes++;
	v = judge(s, host, addr, port);
	s->stats.opens++;
	s->stats.grabs += v == SCHEDULER_GRAB;
	s->stats.fresh += v == SCHEDULER_FRESH;
	s->stats.middlebox_opens += v == SCHEDULER_MIDDLEBOX;
	s->stats.ignored += v == SCHEDULER_IGNORE;
	return v;
}

bool scheduler_is_middlebox(const struct scheduler *s, const struct dp_addr *addr)
{
	return find(&s->hosts, addr, 0)->opens > s->config.grabs_per_host;
}

void scheduler_stats(const struct scheduler *s, struct scheduler_stats *out)
{
	*out = s->stats;
	out->hosts = (uint32_t)s->hosts.used;
}
