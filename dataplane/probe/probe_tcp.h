/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_tcp.h - the layout of a SYN probe's TCP header.
 *
 *	0 sport  2 dport  4 seq  8 ack  12 offset, flags  14 window  16 checksum  18 urgent
 *	20 MSS  24 SACK permitted  26 timestamps (value at 28, echo at 32)  36 NOP  37 window scale
 */
#ifndef SONDE_PROBE_TCP_H
#define SONDE_PROBE_TCP_H

#include <stdint.h>

enum {
	PROBE_TCP_SEQ = 4,
	PROBE_TCP_CKSUM = 16,
	PROBE_TCP_TSVAL = 28,
	PROBE_TCP_LEN = 40,
};

struct dp_result;

/* Read the @len bytes of options of a SYN-ACK at @at into @r. @now_us is the time of reception by
 * the clock that the probes carry. Pure. */
void probe_tcp_options(const uint8_t *at, uint8_t len, uint32_t now_us, struct dp_result *r);

#endif
