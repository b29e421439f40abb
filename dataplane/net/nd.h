/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nd.h - neighbour discovery messages (RFC 4861 4.3, 4.4): written, read and answered. Pure, hot.
 */
#ifndef SONDE_ND_H
#define SONDE_ND_H

#include "dp_types.h"
#include "packet.h"

enum { ND_FRAME_MAX = 14 + 4 + 40 + 32 };

/* A neighbour solicitation for @target. */
struct nd_ask {
	uint8_t mac[6];
	struct dp_addr source;
	struct dp_addr target;
	uint16_t vlan; /* 0 = untagged */
};

/* Write it to the target's solicited-node address; returns the length. */
uint16_t nd_ask_frame(const struct nd_ask *a, uint8_t frame[ND_FRAME_MAX]);

/* Whether a parsed packet is a neighbour advertisement with a usable link-layer address: whose, and
 * where in the frame it stands. */
bool nd_read_answer(enum packet_kind kind, const struct packet *p, struct dp_addr *target,
                    const uint8_t **mac);

/* The address that a parsed neighbour solicitation asks for, in the frame; NULL: it is none. */
const uint8_t *nd_asked(enum packet_kind kind, const struct packet *p);

/* Turn such a solicitation into its advertisement, in place and of the same length. False: it comes
 * from nobody (duplicate address detection) or is cut short; the frame is as it was. */
bool nd_answer(uint8_t *frame, const struct packet *p, const uint8_t mac[6]);

#endif
