/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responder.h - answers requests for an own address: ARP, neighbour solicitations and echo
 * requests.
 */
#ifndef SONDE_RESPONDER_H
#define SONDE_RESPONDER_H

#include "dp_types.h"
#include "packet.h"

/* The addresses that are answered for, and their MAC address. */
struct responder_self {
	struct dp_addr addr[DP_MAX_SOURCES];
	unsigned count;
	uint8_t mac[6];
};

/*
 * Turn a parsed request for an address of @own into its reply, in place and of the same length.
 * Returns false and leaves the frame as it was if it is no such request. Pure. RFC 826, RFC 792 and
 * RFC 4443 (echo), RFC 4861.
 */
bool responder_reply(uint8_t *frame, size_t len, enum packet_kind kind, const struct packet *p,
                     const struct responder_self *own);

#endif
