/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reset.h - ending the half-open connection that a SYN-ACK to a probe leaves at its target.
 *
 * Nothing else does: the kernel never sees the SYN-ACK. Without it the target keeps the connection
 * for a minute and repeats its answer.
 */
#ifndef SONDE_RESET_H
#define SONDE_RESET_H

#include <stddef.h>
#include <stdint.h>

/*
 * Turn the SYN-ACK of @len bytes at @frame, in place, into the RST of a host that knows of no such
 * connection: <SEQ=SEG.ACK><CTL=RST> (RFC 9293 3.10.7.1).
 *
 * Returns its length, at most @len; 0 where the frame is no plain TCP over IPv4 or IPv6, as it was.
 * Pure.
 */
uint16_t reset_frame(uint8_t *frame, size_t len);

#endif
