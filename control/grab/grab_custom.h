/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_custom.h - which protocols the number of a port suggests.
 *
 * People who move a service keep its number in mind: they put digits before it (15432, 10389, 1053),
 * behind it (54320, 2200), write it twice (5353), count on from it (5434), or change one digit
 * (7379). Some protocols have a number for each display (6042). Pure.
 */
#ifndef SONDE_GRAB_CUSTOM_H
#define SONDE_GRAB_CUSTOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vd_proto.h"

enum {
	GRAB_CUSTOM_PROTOS =
		192,             /* as many protocols, in the order of vd_protos(), are looked at */
	GRAB_CUSTOM_STRONG = 70, /* so much likeness is evidence */
};

/* How much the number @port looks like made from @custom, 0 to 100; 100: it is the same. */
unsigned grab_custom_kin(uint16_t port, uint16_t custom);

/* How much one port number resembles the usual ports of each protocol, from 0 to 100: @kin[0] for the
 * usual ports in the clear, @kin[1] for those inside TLS. */
struct grab_custom {
	uint8_t kin[2][GRAB_CUSTOM_PROTOS];
};

void grab_custom_of(uint16_t port, struct grab_custom *out);

#endif
