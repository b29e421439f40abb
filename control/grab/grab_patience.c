/* SPDX-License-Identifier: Apache-2.0 */
/* grab_patience.c - counts the silent ports that are listened to once more. */
#include "grab_patience.h"

struct silent_host {
	struct dp_addr addr;
	uint8_t count;
};

void grab_patience_init(struct grab_patience *p)
{
	hash_table_init(&p->hosts, sizeof(struct dp_addr), sizeof(struct silent_host));
	p->out = 0;
}

void grab_patience_fini(struct grab_patience *p)
{
	hash_table_fini(&p->hosts);
}

bool grab_patience_grant(struct grab_patience *p, const struct dp_addr *addr, uint32_t most)
{
	struct silent_host *h = hash_table_find(&p->hosts, addr);

	if (h == NULL && hash_table_count(&p->hosts) < GRAB_PATIENCE_HOSTS)
		h = hash_table_take(&p->hosts, addr);
	if (h == NULL || h->count >= GRAB_PATIENCE_PORTS || p->out >= most)
		return false;
	h->count++;
	p->out++;
	return true;
}

void grab_patience_done(struct grab_patience *p)
{
	p->out--;
}
