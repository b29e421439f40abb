/* SPDX-License-Identifier: Apache-2.0 */
/* caps.c - makes the table of a worker's caps. */
#include "caps.h"

#include <stdlib.h>

#include "dp_types.h"

/* The packets that a prefix may get at once: those of a tenth of a second, but at least a
 * handful. */
static const double burst_seconds = 0.1, burst_least = 4;

static uint64_t mask64(int len)
{
	return len <= 0 ? 0 : len >= 64 ? UINT64_MAX : ~(UINT64_MAX >> len);
}

struct caps *caps_new(const struct dp_rate_cap *cap, unsigned workers, uint64_t hz,
                      const uint8_t secret[16])
{
	double pps = cap->pps / workers;
	double burst = pps * burst_seconds > burst_least ? pps * burst_seconds : burst_least;
	struct caps *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->interval = (uint64_t)((double)hz / pps);
	c->tolerance = (uint64_t)((burst - 1) * (double)hz / pps);
	memcpy(&c->salt, secret, sizeof(c->salt));
	c->mask4 = (uint32_t)(mask64(cap->len4) >> 32);
	c->mask6[0] = mask64(cap->len6);
	c->mask6[1] = mask64(cap->len6 - 64);
	return c;
}

void caps_free(struct caps *c)
{
	free(c);
}
