/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responder.h - what the owner of an address owes its network: ARP replies, neighbour
 * advertisements and echo replies.
 */
#ifndef SONDE_RESPONDER_H
#define SONDE_RESPONDER_H

#include "dp_types.h"
#include "packet.h"

/* Who answers. */
struct responder_self {
	struct dp_addr addr[DP_MAX_SOURCES];
	unsigned count;
	uint8_t mac[6];
};

/*
 * Turn a parsed request for @own into its reply, in place and of the same length. False: it is no
 * request for @own, the frame is as it was. Pure. RFC 826, RFC 792 and
 * RFC 4443 (echo), RFC 4861.
 */
bool responder_reply(uint8_t *frame, size_t len, enum packet_kind kind, const struct packet *p,
                     const struct responder_self *own);

#endif
