/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rss.h - the key by which a NIC spreads received packets over its queues. Pure.
 *
 * The hash is Toeplitz's over addresses and ports, as the NICs' data sheets describe it: bit i of
 * the input, where it is set, adds the 32 bits of the key from bit i on. It spreads well where the
 * key's bits are random. Keys that hash both directions alike repeat 16 bits and waste half of
 * them; nobody here needs that, for an answer may be judged on any queue.
 */
#ifndef SONDE_RSS_H
#define SONDE_RSS_H

#include <stddef.h>
#include <stdint.h>

/* Fill @key with @len bytes of a fixed random sequence: the same of every scan, whatever the NIC
 * held before. */
void rss_key(uint8_t *key, size_t len);

#endif
