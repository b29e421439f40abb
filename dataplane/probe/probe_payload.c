/* SPDX-License-Identifier: Apache-2.0 */
/* probe_payload.c - builds the table from ports to payloads. */
#include "probe_payload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool fits(const struct dp_payload *p)
{
	return p->len <= DP_PAYLOAD_MAX &&
	       (p->tag_len == 0 || p->tag_len == 2 || p->tag_len == 4) &&
	       p->tag_at + p->tag_len <= p->len && p->echo_at <= DP_PAYLOAD_MAX;
}

static void take(struct probe_payload *to, const struct dp_payload *from)
{
	to->len = from->len;
	to->tag_at = from->tag_at;
	to->echo_at = from->echo_at;
	to->tag_len = from->tag_len;
	if (from->len != 0)
		memcpy(to->data, from->data, from->len);
}

struct probe_payloads *probe_payloads_new(const struct dp_payload *list, unsigned n)
{
	struct probe_payloads *p;
	unsigned next = 1;

	for (unsigned i = 0; i < n; i++) {
		if (n >= PROBE_PAYLOADS_MAX || !fits(&list[i])) {
			errno = EINVAL;
			return NULL;
		}
	}
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	for (unsigned i = 0; i < n; i++) {
		unsigned at = list[i].port != 0 ? next++ : 0;

		take(&p->v[at], &list[i]);
		if (at != 0)
			p->by_port[list[i].port] = (uint8_t)at;
	}
	return p;
}

void probe_payloads_free(struct probe_payloads *p)
{
	free(p);
}
