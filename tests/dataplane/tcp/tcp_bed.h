/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tcp_bed.h - plays scripts of segments against the core of TCP.
 *
 * A script is statements between "; ". Sequence numbers count from the peer's and from our initial one,
 * so that the first byte of either side is 1. Every frame and every event must be named, in its order.
 *
 *	< FLAGS SEQ:LEN ACK [w=BYTES] [t=DELTA] [-t]   a segment of the peer: flags of S F R P . and X,
 *	          which inverts the bytes; the window; the timestamp against that of the SYN-ACK; none
 *	<x ...    the same, and it belongs to no connection
 *	> FLAGS SEQ:LEN ACK [w=BYTES] [s=A-B]          a frame of ours: its window, its SACK block
 *	!offer, !data N, !sent, !fin, !dead WHY        events
 *	say N, listen, rst, fin, read                  orders; read gives back all slabs
 *	+MS       time passes
 *	icmp MTU SEQ                                   "fragmentation needed" about our segment at SEQ
 */
#ifndef SONDE_TEST_TCP_BED_H
#define SONDE_TEST_TCP_BED_H

#include "tcp.h"

enum {
	BED_NO_TS = 1,
	BED_NO_SACK = 2,
	BED_NO_SCALE = 4,
	BED_V6 = 8,
	BED_NO_OPTIONS = 16,
	BED_SHUT = 32
};

struct bed_config {
	uint32_t irs, iss; /* the first sequence number of the peer, and of us */
	unsigned flags;    /* BED_NO_TS, ... */
	uint16_t mss;      /* 0 = 1460 */
	uint16_t window;   /* of the SYN-ACK; 0 = 65535 */
	uint32_t rx_slabs; /* 0 = 64 */
};

/* Accept the SYN-ACK and play the script. NULL: all is as it says; else what is not, in words that are
 * valid until the next call. @accepted (may be NULL): whether the SYN-ACK was. */
const char *bed_play(const struct bed_config *c, const char *script, bool *accepted);

#endif
