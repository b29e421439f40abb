/* SPDX-License-Identifier: Apache-2.0 */
/* grab_ports.c - takes a range of ports out of another one. */
#include "grab_ports.h"

unsigned grab_ports_beside(struct grab_ports local, struct grab_ports scan, struct grab_ports *out)
{
	unsigned below, above;

	if (scan.last < local.first || scan.first > local.last) {
		*out = local;
		return local.last - local.first + 1u;
	}
	below = scan.first > local.first ? (unsigned)(scan.first - local.first) : 0;
	above = local.last > scan.last ? (unsigned)(local.last - scan.last) : 0;
	if (below == 0 && above == 0)
		return 0;
	if (below >= above)
		*out = (struct grab_ports){local.first, (uint16_t)(scan.first - 1)};
	else
		*out = (struct grab_ports){(uint16_t)(scan.last + 1), local.last};
	return below >= above ? below : above;
}
