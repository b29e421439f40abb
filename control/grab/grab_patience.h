/* SPDX-License-Identifier: Apache-2.0 */
/* grab_patience.h - which silent ports are listened to once more: a few of each host, and not too
 * many at once. Pure. */
#ifndef SONDE_GRAB_PATIENCE_H
#define SONDE_GRAB_PATIENCE_H

#include "dp_types.h"
#include "hash_table.h"

enum {
	GRAB_PATIENCE_PORTS = 4, /* of a host, in the whole scan */
	GRAB_PATIENCE_HOSTS =
		1 << 18, /* that are remembered; ports of further ones are not heard */
};

struct grab_patience {
	struct hash_table hosts;
	uint32_t out; /* ports that are being listened to, or wait for it */
};

void grab_patience_init(struct grab_patience *p);
void grab_patience_fini(struct grab_patience *p); /* frees the memory */

/* Whether a port of @addr may be listened to once more, where at most @most ports may at once. If so,
 * the caller calls grab_patience_done() when that is over. */
bool grab_patience_grant(struct grab_patience *p, const struct dp_addr *addr, uint32_t most);
void grab_patience_done(struct grab_patience *p);

#endif
