/* SPDX-License-Identifier: Apache-2.0 */
/* probe_payload.h - looks up the payload of a UDP probe by its port. */
#ifndef SONDE_PROBE_PAYLOAD_H
#define SONDE_PROBE_PAYLOAD_H

#include "dp_types.h"

enum { PROBE_PAYLOADS_MAX = 256 };

struct probe_payload {
	uint16_t len;
	uint16_t tag_at;
	uint16_t echo_at;
	uint8_t tag_len;
	uint8_t data[DP_PAYLOAD_MAX];
};

struct probe_payloads {
	uint8_t by_port[65536];
	struct probe_payload v[PROBE_PAYLOADS_MAX]; /* [0]: for ports that have none */
};

/* Make the table from a list of payloads (copied). The caller frees it with probe_payloads_free().
 * Returns NULL with errno ENOMEM or EINVAL (too many, too long, a tag outside). @n may be 0: then
 * all payloads are empty. */
struct probe_payloads *probe_payloads_new(const struct dp_payload *list, unsigned n);
void probe_payloads_free(struct probe_payloads *p); /* NULL is fine */

static inline const struct probe_payload *probe_payload_of(const struct probe_payloads *p,
                                                           uint16_t port)
{
	return &p->v[p->by_port[port]];
}

#endif
