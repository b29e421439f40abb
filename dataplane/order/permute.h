/* SPDX-License-Identifier: Apache-2.0 */
/*
 * permute.h - visits every index of [0, n) exactly once, in keyed random order.
 *
 * The order depends only on (key, n), so a shard is a stride and a checkpoint is one integer. It is
 * an alternating Feistel network over [0, high) x [0, 2^bits), a domain of n values or a few more.
 * A value beyond n is put through the network again until it is below n (cycle walking; Black and
 * Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002). The order spreads the load over
 * networks; it is not meant to hide anything. Nothing is allocated; copies are independent.
 */
#ifndef SONDE_PERMUTE_H
#define SONDE_PERMUTE_H

#include <stdint.h>

enum { PERMUTE_ROUNDS = 4 };

struct permute {
	uint64_t n;
	uint32_t high; /* size of the high half's domain, at most 2^31 */
	uint32_t mask; /* of the low half */
	uint32_t bits; /* of the low half, at most 31 */
	uint32_t key[PERMUTE_ROUNDS];
	uint32_t mul[PERMUTE_ROUNDS]; /* odd */
};

/*
 * Prepare @p to shuffle [0, @n).
 *
 * Returns 0, or -EINVAL if @n is 0 or above 2^62.
 */
int permute_init(struct permute *p, uint64_t n, const uint8_t key[16]);

/* The index at position @at < n of the order. Pure. */
uint64_t permute_at(const struct permute *p, uint64_t at);

/* The position of @index < n in the order: the inverse of permute_at(). Pure. */
uint64_t permute_find(const struct permute *p, uint64_t index);

#endif
