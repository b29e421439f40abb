/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rss.h - the key by which a NIC spreads received packets over its queues. Pure.
 *
 * The NIC computes the Toeplitz hash of addresses and ports, as its data sheet describes: each bit
 * i of the input that is set XORs the 32 bits of the key from bit i on into the hash. The hash
 * spreads well if the bits of the key are random. Keys that give both directions of a connection
 * the same hash repeat 16 bits and waste half of the hash's bits. Sonde does not need such keys:
 * any queue may judge an answer.
 */
#ifndef SONDE_RSS_H
#define SONDE_RSS_H

#include <stddef.h>
#include <stdint.h>

/* Fill @key with the first @len bytes of a fixed random sequence. All scans use the same key,
 * whatever key the NIC had before. */
void rss_key(uint8_t *key, size_t len);

#endif
