/* SPDX-License-Identifier: Apache-2.0 */
/* mem_wire.h - a transport of grabs without sockets: recordings answer from memory. */
#ifndef TESTS_MEM_WIRE_H
#define TESTS_MEM_WIRE_H

#include "grab_wire.h"
#include "recordings.h"

struct mem_wire_world {
	const struct recording *recordings;
	size_t count;
	uint32_t second; /* the time of day that dates state */
};

/* For grab_config.new_wire; @world: struct mem_wire_world, which outlives the wire. */
int mem_wire_new(void *world, uint32_t *max, struct grab_wire **out);

/* The recording that answers on @port of @addr; NULL: none does. Pure. */
const struct recording *mem_wire_find(const struct mem_wire_world *w, const struct dp_addr *addr,
                                      uint16_t port);

#endif
