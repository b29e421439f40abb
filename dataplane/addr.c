/* SPDX-License-Identifier: Apache-2.0 */
/* addr.c - one IPv4 or IPv6 address as sixteen bytes: text, order, arithmetic. */
#include <string.h>

#include "dp.h"

struct dp_addr dp_addr_v4(uint32_t host_order)
{
	struct dp_addr a = {{[10] = 0xff, [11] = 0xff}};

	a.b[12] = (uint8_t)(host_order >> 24);
	a.b[13] = (uint8_t)(host_order >> 16);
	a.b[14] = (uint8_t)(host_order >> 8);
	a.b[15] = (uint8_t)host_order;
	return a;
}
