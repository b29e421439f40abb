/* SPDX-License-Identifier: Apache-2.0 */
/* nd.h - writes, reads and answers neighbour discovery messages (RFC 4861 4.3, 4.4). Pure, hot. */
#ifndef SONDE_ND_H
#define SONDE_ND_H

#include "dp_types.h"
#include "packet.h"

enum { ND_FRAME_MAX = 14 + 4 + 40 + 32 };

/* The fields of a neighbour solicitation: it asks for the link-layer address of @target. */
struct nd_ask {
	uint8_t mac[6];
	struct dp_addr source;
	struct dp_addr target;
	uint16_t vlan; /* 0 = untagged */
};

/* Write the solicitation, addressed to the target's solicited-node group, into @frame. Returns its
 * length. */
uint16_t nd_ask_frame(const struct nd_ask *a, uint8_t frame[ND_FRAME_MAX]);

/* Whether a parsed packet is a neighbour advertisement with a usable link-layer address. If so,
 * *@target is the address that it is about, and *@mac points to the link-layer address in the
 * frame. */
bool nd_read_answer(enum packet_kind kind, const struct packet *p, struct dp_addr *target,
                    const uint8_t **mac);

/* The address that a parsed neighbour solicitation asks for, 16 bytes in the frame. NULL if the
 * packet is no solicitation. */
const uint8_t *nd_asked(enum packet_kind kind, const struct packet *p);

/* Turn such a solicitation into the advertisement that answers it, in place and of the same length.
 * Returns false and leaves the frame as it was where the solicitation has no source address
 * (duplicate address detection) or is cut short. */
bool nd_answer(uint8_t *frame, const struct packet *p, const uint8_t mac[6]);

#endif
