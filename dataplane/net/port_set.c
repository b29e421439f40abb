/* SPDX-License-Identifier: Apache-2.0 */
/* port_set.c - a bit for each port. */
#include "port_set.h"

static bool has(const struct port_set *s, unsigned port)
{
	return s->bits[port / 64] >> (port % 64) & 1;
}

void port_set_add(struct port_set *s, uint16_t first, uint16_t last)
{
	for (unsigned p = first; p <= last; p++)
		s->bits[p / 64] |= 1ULL << (p % 64);
}

bool port_set_find(const struct port_set *s, uint16_t first, uint16_t last, uint16_t *out)
{
	for (unsigned p = first; p <= last; p++) {
		if (!has(s, p))
			continue;
		*out = (uint16_t)p;
		return true;
	}
	return false;
}

unsigned port_set_gap(const struct port_set *s, uint16_t first, uint16_t last, uint16_t *out)
{
	unsigned best = 0, run = 0;

	for (unsigned p = first; p <= last; p++) {
		run = has(s, p) ? 0 : run + 1;
		if (run == 0 || run < best)
			continue;
		best = run;
		*out = (uint16_t)(p - run + 1);
	}
	return best;
}
