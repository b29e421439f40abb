/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_sum.h - verifies the checksums of a received segment, where no NIC did.
 *
 * A virtual interface leaves the sum of TCP to hardware that does not exist: the field then holds the
 * sum of the pseudo-header alone, and the packet has crossed no wire. Such a segment is right. Damage
 * looks so by chance in one of 65,536 cases.
 */
#ifndef SONDE_PACKET_SUM_H
#define SONDE_PACKET_SUM_H

#include "packet.h"

/* Whether the sums of IPv4's header and of TCP are right in a parsed segment (RFC 9293 3.1). Pure. */
bool packet_sums_fit(const struct packet *p);

/* The same for a frame of the usual form (packet_fast.h). Pure. */
bool packet_fast_sums_fit(const uint8_t *frame);

#endif
