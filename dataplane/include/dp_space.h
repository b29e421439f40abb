/* SPDX-License-Identifier: Apache-2.0 */
/* dp_space.h - the targets of a scan and their order. */
#ifndef SONDE_DP_SPACE_H
#define SONDE_DP_SPACE_H

#include "dp_types.h"

/*
 * struct dp_space - every (address, port) to probe, as an index space [0, size).
 *
 * Built by one thread, then sealed; sealed it is immutable and may be read by any number of
 * threads. Index -> target costs O(1) whatever the number of ranges and exclusions.
 */
struct dp_space;

struct dp_space *dp_space_new(void);    /* NULL: no memory */
void dp_space_free(struct dp_space *s); /* NULL is fine */

/* Add or remove the addresses @first..@last (inclusive, same family). Exclusions win over
 * inclusions, in whatever order they come. 0, -EINVAL (first > last, mixed families), -ENOMEM,
 * -EBUSY (sealed). */
int dp_space_include(struct dp_space *s, const struct dp_addr *first, const struct dp_addr *last);
int dp_space_exclude(struct dp_space *s, const struct dp_addr *first, const struct dp_addr *last);

/* Add ports @first..@last; duplicates are dropped, the order of addition is kept. 0 or -errno. */
int dp_space_add_ports(struct dp_space *s, uint16_t first, uint16_t last);

struct dp_space_info {
	uint64_t addresses; /* after exclusions */
	uint64_t excluded;  /* addresses the exclusions removed */
	uint64_t forbidden; /* addresses removed because they are never probed */
	uint32_t ports;
	uint64_t size;   /* addresses x ports */
	uint64_t digest; /* a hash of the sealed space: equal spaces, equal digest */
};

/* Freeze. 0, -ERANGE (more than 2^62 targets), -ENOMEM. An empty space is 0 with size 0. */
int dp_space_seal(struct dp_space *s, struct dp_space_info *info);

/* Target number @index < size of a sealed space. */
void dp_space_target(const struct dp_space *s, uint64_t index, struct dp_addr *addr,
                     uint16_t *port);

/* Whether a sealed space contains the address (any port). O(log ranges). */
bool dp_space_contains(const struct dp_space *s, const struct dp_addr *addr);

/* The @position-th target of the scan order of (@s, @key): what --dry-run lists. Pure. */
void dp_space_ordered(const struct dp_space *s, const uint8_t key[16], uint64_t position,
                      struct dp_addr *addr, uint16_t *port);

/* When the walk of (@s, @key) comes to a target. */
struct dp_visit {
	uint32_t shard, worker; /* 0-based: whose it is */
	/* of that worker, in the first pass; done where dp_progress() is above */
	uint64_t step;
	uint64_t position;   /* in the order of all shards */
	uint64_t pass_steps; /* further steps to the same target in the next pass */
};

/*
 * The @number-th port for control probes to @addr: a high port, as good as random for who does not
 * know @key, and none of the space's unless that has nearly all of them. Pure.
 */
uint16_t dp_space_control_port(const struct dp_space *s, const uint8_t key[16],
                               const struct dp_addr *addr, unsigned number);

/* Who walks a space, and in which order. */
struct dp_space_order {
	const struct dp_space *space; /* sealed */
	const uint8_t *key;           /* [16] */
	uint32_t shards, workers;
};

/* When a target is visited. 0, -ENOENT (not in the space), -EINVAL (no shards or workers). Pure. */
int dp_space_visit(const struct dp_space_order *order, const struct dp_addr *addr, uint16_t port,
                   struct dp_visit *out);

#endif
