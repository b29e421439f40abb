/* SPDX-License-Identifier: Apache-2.0 */
/* grab_admission.c - counts the open ports of each host and decides which of them are grabbed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addr_table.h"
#include "grab_admission.h"

/* The ports that were handed on last, 18 MiB. Two ports may want the same place: the later one
 * takes it, and the earlier one may be asked a second time. No port is ever taken for another one,
 * since the whole key is compared. */
enum { SEEN_SLOTS = 1 << 20, SEEN_SHIFT = 64 - 20 };

struct seen_port {
	struct dp_addr addr;
	uint16_t port;
};

struct grab_admission {
	struct grab_admission_config config;
	struct grab_admission_stats stats;
	struct middlebox *hosts;
	struct addr_table fresh;
	uint32_t flagged_by_count;
	struct seen_port *seen;
};

struct grab_admission *grab_admission_new(const struct grab_admission_config *config)
{
	struct grab_admission *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->config = *config;
	if (s->config.grabs_per_host == 0)
		s->config.grabs_per_host = 100;
	if (s->config.records_per_host == 0)
		s->config.records_per_host = 1000;
	s->hosts = middlebox_new(&s->config.middlebox);
	s->seen = calloc(SEEN_SLOTS, sizeof(*s->seen));
	if (s->hosts == NULL || s->seen == NULL || addr_table_init(&s->fresh) < 0) {
		grab_admission_free(s);
		return NULL;
	}
	return s;
}

void grab_admission_free(struct grab_admission *s)
{
	if (s == NULL)
		return;
	middlebox_free(s->hosts);
	addr_table_fini(&s->fresh);
	free(s->seen);
	free(s);
}

int grab_admission_add_fresh(struct grab_admission *s, const struct dp_addr *addr, uint16_t port)
{
	return addr_table_take(&s->fresh, addr, port, SIZE_MAX) != NULL ? 0 : -ENOMEM;
}

static bool can_check_hosts(const struct grab_admission *s)
{
	return s->config.middlebox.space != NULL;
}

/* Whether the port was handed on before; it has been from now on. */
static bool seen_before(struct grab_admission *s, const struct dp_addr *addr, uint16_t port)
{
	struct seen_port *place = &s->seen[addr_table_hash(addr, port) >> SEEN_SHIFT];
	bool seen = place->port == port && memcmp(&place->addr, addr, sizeof(*addr)) == 0;

	*place = (struct seen_port){*addr, port};
	return seen;
}

static enum grab_admission_verdict judge(struct grab_admission *s, uint32_t opens,
                                         const struct dp_addr *addr, uint16_t port)
{
	if (opens > s->config.records_per_host)
		return ADMISSION_IGNORE;
	if (opens > s->config.grabs_per_host)
		return can_check_hosts(s) ? ADMISSION_RECORD : ADMISSION_MIDDLEBOX;
	if (s->fresh.used > 0 && addr_table_find(&s->fresh, addr, port) != NULL)
		return ADMISSION_FRESH;
	return seen_before(s, addr, port) ? ADMISSION_REPEATED : ADMISSION_GRAB;
}

static enum grab_admission_verdict count(struct grab_admission *s, enum grab_admission_verdict v)
{
	s->stats.grabs += v == ADMISSION_GRAB;
	s->stats.fresh += v == ADMISSION_FRESH;
	s->stats.crowded += v == ADMISSION_RECORD || v == ADMISSION_MIDDLEBOX;
	s->stats.ignored += v == ADMISSION_IGNORE;
	return v;
}

enum grab_admission_verdict grab_admission_open(struct grab_admission *s,
                                                const struct dp_addr *addr, uint16_t port)
{
	uint32_t opens;
	enum middlebox_view host = middlebox_open(s->hosts, addr, &opens);

	s->stats.opens++;
	if (!can_check_hosts(s) && opens == s->config.grabs_per_host + 1)
		s->flagged_by_count++;
	if (host == MIDDLEBOX_PERHAPS)
		return ADMISSION_PENDING;
	return count(s, host == MIDDLEBOX_YES ? ADMISSION_IGNORE : judge(s, opens, addr, port));
}

enum grab_admission_verdict grab_admission_release(struct grab_admission *s,
                                                   const struct dp_addr *addr, uint16_t port,
                                                   bool now)
{
	uint32_t opens;
	enum middlebox_view host = middlebox_view(s->hosts, addr, &opens);

	if (host == MIDDLEBOX_PERHAPS && !now)
		return ADMISSION_PENDING;
	return count(s, host == MIDDLEBOX_YES ? ADMISSION_IGNORE : judge(s, opens, addr, port));
}

struct middlebox *grab_admission_hosts(struct grab_admission *s)
{
	return s->hosts;
}

void grab_admission_stats(const struct grab_admission *s, struct grab_admission_stats *out)
{
	*out = s->stats;
	middlebox_stats(s->hosts, &out->hosts);
	out->hosts.flagged += s->flagged_by_count;
}
