/* SPDX-License-Identifier: Apache-2.0 */
/* dp_space.h - the targets of a scan and their order. */
#ifndef SONDE_DP_SPACE_H
#define SONDE_DP_SPACE_H

#include "dp_types.h"

/*
 * struct dp_space - every (address, port) to probe, as an index space [0, size).
 *
 * One thread builds it, then seals it. A sealed space is immutable, and any number of threads may
 * read it. Finding the target of an index takes expected O(1), whatever the number of ranges and
 * exclusions.
 */
struct dp_space;

struct dp_space *dp_space_new(void);    /* NULL: no memory */
void dp_space_free(struct dp_space *s); /* NULL is fine */

/* Add or remove the addresses @first..@last (inclusive, same family). Exclusions win over
 * inclusions, whichever comes first. Returns 0, -EINVAL (first > last, mixed families), -ENOMEM or
 * -EBUSY (sealed). */
int dp_space_include(struct dp_space *s, const struct dp_addr *first, const struct dp_addr *last);
int dp_space_exclude(struct dp_space *s, const struct dp_addr *first, const struct dp_addr *last);

/* Add the addresses @first..@last at one port, whatever the other ports are. Where a space has such
 * targets, those of dp_space_include() have the ports of dp_space_add_ports(), as ever. Returns as
 * dp_space_include(). */
int dp_space_include_at(struct dp_space *s, const struct dp_addr *first, const struct dp_addr *last,
                        uint16_t port);

/* Add ports @first..@last. Duplicates are dropped; the order of addition is kept. Returns 0,
 * -EINVAL (first > last) or -EBUSY (sealed). */
int dp_space_add_ports(struct dp_space *s, uint16_t first, uint16_t last);

struct dp_space_info {
	uint64_t addresses; /* after exclusions */
	uint64_t excluded;  /* addresses that the exclusions removed */
	uint64_t forbidden; /* addresses removed because they are never probed */
	uint32_t ports;
	bool pairs;      /* addresses have ports of their own: the size is no product */
	uint64_t size;   /* targets: addresses x ports, unless they are pairs */
	bool v4, v6;     /* addresses of which families there are */
	uint64_t digest; /* a hash of the sealed space: equal spaces have equal digests */
};

/* Seal the space. Returns 0, -ERANGE (more than 2^62 targets), -E2BIG (more than 2^20 pairs of a range
 * and a port, where addresses have ports of their own), -ENOMEM or -EBUSY (already sealed).
 * An empty space can be sealed; its size is 0. */
int dp_space_seal(struct dp_space *s, struct dp_space_info *info);

/* Find target number @index < size of a sealed space. Pure. */
void dp_space_target(const struct dp_space *s, uint64_t index, struct dp_addr *addr,
                     uint16_t *port);

/* Whether a sealed space contains the address (any port). O(log ranges). */
bool dp_space_contains(const struct dp_space *s, const struct dp_addr *addr);

/* Whether a sealed space contains the address at this port. O(log ranges). */
bool dp_space_covers(const struct dp_space *s, const struct dp_addr *addr, uint16_t port);

/* The target at @position of the scan order of (@s, @key); --dry-run lists these. Pure. */
void dp_space_ordered(const struct dp_space *s, const uint8_t key[16], uint64_t position,
                      struct dp_addr *addr, uint16_t *port);

/* When the walk of a space visits a target. */
struct dp_visit {
	uint32_t shard, worker; /* 0-based: who probes the target */
	/* the worker's step that visits the target in the first pass; done once dp_progress()
	 * exceeds it */
	uint64_t step;
	uint64_t position;   /* in the order of all shards */
	uint64_t pass_steps; /* steps from one visit to that in the next pass */
};

enum { DP_CONTROL_FIRST = 16384 }; /* the lowest port for control probes */

/* Send no control probes to the ports @first..@last, which are no ports of the space. At most half of
 * the ports from DP_CONTROL_FIRST on may be named. */
void dp_space_avoid_ports(struct dp_space *s, uint16_t first, uint16_t last);

/*
 * The @number-th port for control probes to @addr: a high port that nobody can predict without
 * @secret. It is none of dp_space_avoid_ports(), and no port of the space, unless the space has
 * nearly all high ports. Pure.
 */
uint16_t dp_space_control_port(const struct dp_space *s, const uint8_t secret[16],
                               const struct dp_addr *addr, unsigned number);

/* Everything that determines when a target is visited. */
struct dp_space_order {
	const struct dp_space *space; /* sealed */
	const uint8_t *key;           /* [16] */
	uint32_t shards, workers;
};

/* Find out when a target is visited. Returns 0, -ENOENT (not in the space) or -EINVAL (no shards or
 * workers). Pure. */
int dp_space_visit(const struct dp_space_order *order, const struct dp_addr *addr, uint16_t port,
                   struct dp_visit *out);

#endif
