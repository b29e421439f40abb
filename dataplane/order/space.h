/* SPDX-License-Identifier: Apache-2.0 */
/*
 * space.h - the sealed space as the hot path uses it: index -> target in O(1).
 *
 * An index is address number x ports + port number. The address numbers are divided into buckets of
 * equal size, about four for each range. A bucket holds the first two ranges in it, so that one
 * cache line is enough for a lookup. Where more ranges share a bucket (one bucket in forty, with
 * ranges of random length), a binary search finds the right one.
 */
#ifndef SONDE_SPACE_H
#define SONDE_SPACE_H

#include "dp_space.h"
#include "range.h"

enum { SPACE_CROWDED = (int)0x80000000 };

struct space_bucket {
	/* the range of the bucket's first address number; SPACE_CROWDED is set if more than two are
	 * in it */
	uint32_t range;
	uint32_t split;      /* address numbers in the bucket before the second range */
	uint32_t delta;      /* low 32 bits of the first range's delta; IPv4 needs no more */
	uint32_t next_delta; /* the same of the second range */
};

struct space_range {
	u128 delta;     /* address - address number */
	uint64_t start; /* first address number */
	uint16_t port;  /* of a space of pairs */
};

enum { SPACE_FEW = 16 };

/* A copy of the first buckets and ports, one array for each field. If a space has no more of them
 * than a vector has lanes, the vector code looks them up in registers. */
struct space_few {
	uint32_t split[SPACE_FEW];
	uint32_t delta[SPACE_FEW];
	uint32_t next_delta[SPACE_FEW];
	uint32_t port[SPACE_FEW];
	uint32_t buckets; /* number of buckets of the space; UINT32_MAX if one is crowded */
};

struct space_map {
	struct space_few few;
	const struct space_bucket *bucket; /* one more than needed, as an end mark */
	const struct space_range *range;
	const uint16_t *port;
	uint64_t ports;
	uint64_t reciprocal;      /* (2^64 - 1) / ports */
	uint32_t ports_bits;      /* 2^ports_bits <= ports < 2^(ports_bits + 1) */
	uint32_t reciprocal32;    /* (2^32 - 1) / ports */
	uint32_t reciprocal_high; /* 2^(32 + ports_bits) / ports, at most 2^32 - 1 */
	uint64_t size;
	uint64_t addresses;
	uint32_t shift; /* bucket = address number >> shift; below 32 if all_v4 */
	bool large;     /* the buckets do not fit into a near cache: prefetch them */
	bool all_v4;    /* and not @pairs */
	/* each range has a port of its own: an index is an address number, and an address may have
	 * several */
	bool pairs;
};

/* The map of a sealed space; it belongs to the space and is valid as long as that. Pure. */
const struct space_map *space_map(const struct dp_space *s);

/* The ranges that are left after exclusions; they belong to the space. Pure. */
const struct range_set *space_ranges(const struct dp_space *s);

/* Split an index into address number and port. The reciprocal is rounded down, so the quotient is
 * right or one too small. */
static inline uint64_t space_split(const struct space_map *m, uint64_t index, uint16_t *port)
{
	uint64_t q = (uint64_t)(((u128)index * m->reciprocal) >> 64);
	uint64_t r = index - q * m->ports;
	bool more = r >= m->ports;

	*port = m->port[more ? r - m->ports : r];
	return q + more;
}

/* The range that holds address number @a. */
static inline uint32_t space_find(const struct space_map *m, uint64_t a)
{
	const struct space_bucket *b = &m->bucket[a >> m->shift];
	uint32_t low = b[0].range & ~(uint32_t)SPACE_CROWDED;
	uint32_t high = b[1].range & ~(uint32_t)SPACE_CROWDED;

	while (low < high) {
		uint32_t mid = low + (high - low + 1) / 2;

		if (m->range[mid].start <= a)
			low = mid;
		else
			high = mid - 1;
	}
	return low;
}

/* The address and port of an index, whatever the kind of space. */
static inline u128 space_at(const struct space_map *m, uint64_t index, uint16_t *port)
{
	uint64_t a = space_split(m, index, port);
	const struct space_range *r = &m->range[space_find(m, a)];

	if (m->pairs)
		*port = r->port;
	return r->delta + a;
}

/* Address number -> IPv4 address in host order; only for a space with all_v4. */
static inline uint32_t space_v4(const struct space_map *m, uint64_t a)
{
	const struct space_bucket *b = &m->bucket[a >> m->shift];
	uint32_t at = (uint32_t)a & (((uint32_t)1 << m->shift) - 1);

	if (__builtin_expect((b->range & (uint32_t)SPACE_CROWDED) != 0, 0))
		return (uint32_t)a + (uint32_t)m->range[space_find(m, a)].delta;
	return (uint32_t)a + (at < b->split ? b->delta : b->next_delta);
}

/* Prefetch what space_v4(@a) will read. */
static inline void space_prefetch(const struct space_map *m, uint64_t a)
{
	__builtin_prefetch(&m->bucket[a >> m->shift]);
}

#endif
