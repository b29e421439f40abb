/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reset.h - ends the half-open connection that a SYN-ACK to a probe leaves at its target.
 *
 * Nothing else does: the kernel never sees the SYN-ACK. Without the RST the target keeps the
 * connection for a minute and repeats its SYN-ACK.
 */
#ifndef SONDE_RESET_H
#define SONDE_RESET_H

#include <stddef.h>
#include <stdint.h>

/*
 * Turn the SYN-ACK of @len bytes at @frame, in place, into the RST of a host that knows of no such
 * connection: <SEQ=SEG.ACK><CTL=RST> (RFC 9293 3.10.7.1).
 *
 * Returns the length of the RST, at most @len. Returns 0 and leaves the frame as it was if it is
 * not plain TCP over IPv4 or IPv6. Pure.
 */
uint16_t reset_frame(uint8_t *frame, size_t len);

#endif
