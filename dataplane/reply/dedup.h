/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dedup.h - remembers the last N different replies, to recognise duplicates.
 *
 * Exact over a sliding window: a key is a duplicate exactly if it is among the last @capacity
 * different keys that were accepted. Keys are 64 bits: for IPv4 the reply's identity itself, for
 * IPv6 a keyed hash of it. It is an open-addressing table with backward-shift deletion, and a ring
 * of keys in order of arrival. It takes 24 bytes a key, in the caller's memory. One owner; it
 * neither allocates nor grows.
 */
#ifndef SONDE_DEDUP_H
#define SONDE_DEDUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dp_types.h"

struct dedup {
	uint64_t *slot; /* [2 x capacity], 0 = free */
	uint64_t *ring; /* [capacity], oldest at @next once full */
	uint64_t mask;  /* of slot */
	uint64_t capacity;
	uint64_t next;
	uint64_t salt;
	uint64_t held;
};

/* The bytes of memory that @capacity keys need; 0 if @capacity is not a power of two from 16 to
 * 2^28. */
size_t dedup_size(uint64_t capacity);

/* Make an empty table in @mem (dedup_size() bytes, 8-byte aligned, need not be initialised), which
 * must outlive @d. @secret makes the slots unpredictable. */
void dedup_init(struct dedup *d, void *mem, uint64_t capacity, const uint8_t secret[16]);

/* The key of a reply: target, port, transport, kind of reply, pass. */
uint64_t dedup_key(const struct dedup *d, const struct dp_result *r);

/* Prefetch what dedup_add(@key) will touch; for bursts. */
void dedup_prefetch(const struct dedup *d, uint64_t key);

/* Add a key. Returns true if it is new, false if it is a duplicate. */
bool dedup_add(struct dedup *d, uint64_t key);

#endif
