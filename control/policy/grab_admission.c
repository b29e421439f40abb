/* SPDX-License-Identifier: Apache-2.0 */
/* grab_admission.c - counts the open ports of each host and decides which of them are grabbed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grab_admission.h"
#include "hash_table.h"

/* The size of the table of ports that were admitted last, 18 MiB. If two ports hash to the same
 * slot, the later one takes it, and the earlier one may be asked a second time. No port is mistaken
 * for another one, because the whole key is compared. */
enum { SEEN_SLOTS = 1 << 20, SEEN_SHIFT = 64 - 20 };

struct service {
	struct dp_addr addr;
	uint16_t port;
};

_Static_assert(sizeof(struct service) == 18, "a key has no padding");

struct grab_admission {
	struct grab_admission_config config;
	struct grab_admission_stats stats;
	struct middlebox *hosts;
	struct hash_table fresh; /* of struct service */
	uint32_t flagged_by_count;
	struct service *seen;
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
	hash_table_init(&s->fresh, sizeof(struct service), sizeof(struct service));
	if (s->hosts == NULL || s->seen == NULL) {
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
	hash_table_fini(&s->fresh);
	free(s->seen);
	free(s);
}

int grab_admission_add_fresh(struct grab_admission *s, const struct dp_addr *addr, uint16_t port)
{
	const struct service key = {*addr, port};

	return hash_table_take(&s->fresh, &key) != NULL ? 0 : -ENOMEM;
}

static bool can_check_hosts(const struct grab_admission *s)
{
	return s->config.middlebox.space != NULL;
}

/* Whether the port was admitted before. From this call on it counts as admitted. */
static bool seen_before(struct grab_admission *s, const struct dp_addr *addr, uint16_t port)
{
	const struct service key = {*addr, port};
	struct service *place = &s->seen[hash_table_hash(&key, sizeof(key)) >> SEEN_SHIFT];
	bool seen = memcmp(place, &key, sizeof(key)) == 0;

	*place = key;
	return seen;
}

static enum grab_admission_verdict admit(struct grab_admission *s, uint32_t opens,
                                         const struct dp_addr *addr, uint16_t port)
{
	if (opens > s->config.records_per_host)
		return ADMISSION_IGNORE;
	if (opens > s->config.grabs_per_host)
		return can_check_hosts(s) ? ADMISSION_RECORD : ADMISSION_MIDDLEBOX;
	if (hash_table_find(&s->fresh, &(struct service){*addr, port}) != NULL)
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
	return count(s, host == MIDDLEBOX_YES ? ADMISSION_IGNORE : admit(s, opens, addr, port));
}

enum grab_admission_verdict grab_admission_release(struct grab_admission *s,
                                                   const struct dp_addr *addr, uint16_t port,
                                                   bool now)
{
	uint32_t opens;
	enum middlebox_view host = middlebox_view(s->hosts, addr, &opens);

	if (host == MIDDLEBOX_PERHAPS && !now)
		return ADMISSION_PENDING;
	return count(s, host == MIDDLEBOX_YES ? ADMISSION_IGNORE : admit(s, opens, addr, port));
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
