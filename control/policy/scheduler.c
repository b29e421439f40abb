/* SPDX-License-Identifier: Apache-2.0 */
/* scheduler.c - what is known of hosts and of fresh services, put together. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addr_table.h"
#include "scheduler.h"

/* The ports that were handed on last, 18 MiB. Two ports may want the same place: the later one takes it, and the
 * earlier one may be asked a second time. No port is ever taken for another one, since the whole key is compared. */
enum { MARKS = 1 << 20, MARK_SHIFT = 64 - 20 };

struct mark {
	struct dp_addr addr;
	uint16_t port;
};

struct scheduler {
	struct scheduler_config config;
	struct scheduler_stats stats;
	struct middlebox *hosts;
	struct addr_table fresh;
	uint32_t flagged_by_count;
	struct mark *marks;
};

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
	s->hosts = middlebox_new(&s->config.middlebox);
	s->marks = calloc(MARKS, sizeof(*s->marks));
	if (s->hosts == NULL || s->marks == NULL || addr_table_init(&s->fresh) < 0) {
		scheduler_free(s);
		return NULL;
	}
	return s;
}

void scheduler_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	middlebox_free(s->hosts);
	addr_table_fini(&s->fresh);
	free(s->marks);
	free(s);
}

int scheduler_add_fresh(struct scheduler *s, const struct dp_addr *addr, uint16_t port)
{
	return addr_table_take(&s->fresh, addr, port, SIZE_MAX) != NULL ? 0 : -ENOMEM;
}

static bool can_examine(const struct scheduler *s)
{
	return s->config.middlebox.space != NULL;
}

/* Whether the port was handed on before; it has been from now on. */
static bool seen_before(struct scheduler *s, const struct dp_addr *addr, uint16_t port)
{
	struct mark *place = &s->marks[addr_table_hash(addr, port) >> MARK_SHIFT];
	bool seen = place->port == port && memcmp(&place->addr, addr, sizeof(*addr)) == 0;

	*place = (struct mark){*addr, port};
	return seen;
}

static enum scheduler_verdict judge(struct scheduler *s, uint32_t opens, const struct dp_addr *addr,
				    uint16_t port)
{
	if (opens > s->config.records_per_host)
		return SCHEDULER_IGNORE;
	if (opens > s->config.grabs_per_host)
		return can_examine(s) ? SCHEDULER_RECORD : SCHEDULER_MIDDLEBOX;
	if (s->fresh.used > 0 && addr_table_find(&s->fresh, addr, port) != NULL)
		return SCHEDULER_FRESH;
	return seen_before(s, addr, port) ? SCHEDULER_AGAIN : SCHEDULER_GRAB;
}

static enum scheduler_verdict count(struct scheduler *s, enum scheduler_verdict v)
{
	s->stats.grabs += v == SCHEDULER_GRAB;
	s->stats.fresh += v == SCHEDULER_FRESH;
	s->stats.crowded += v == SCHEDULER_RECORD || v == SCHEDULER_MIDDLEBOX;
	s->stats.ignored += v == SCHEDULER_IGNORE;
	return v;
}

enum scheduler_verdict scheduler_open(struct scheduler *s, const struct dp_addr *addr, uint16_t port)
{
	uint32_t opens;
	enum middlebox_view host = middlebox_open(s->hosts, addr, &opens);

	s->stats.opens++;
	if (!can_examine(s) && opens == s->config.grabs_per_host + 1)
		s->flagged_by_count++;
	if (host == MIDDLEBOX_PERHAPS)
		return SCHEDULER_PENDING;
	return count(s, host == MIDDLEBOX_YES ? SCHEDULER_IGNORE : judge(s, opens, addr, port));
}

enum scheduler_verdict scheduler_release(struct scheduler *s, const struct dp_addr *addr, uint16_t port, bool now)
{
	uint32_t opens;
	enum middlebox_view host = middlebox_view(s->hosts, addr, &opens);

	if (host == MIDDLEBOX_PERHAPS && !now)
		return SCHEDULER_PENDING;
	return count(s, host == MIDDLEBOX_YES ? SCHEDULER_IGNORE : judge(s, opens, addr, port));
}

struct middlebox *scheduler_hosts(struct scheduler *s)
{
	return s->hosts;
}

void scheduler_stats(const struct scheduler *s, struct scheduler_stats *out)
{
	*out = s->stats;
	middlebox_stats(s->hosts, &out->hosts);
	out->hosts.flagged += s->flagged_by_count;
}
