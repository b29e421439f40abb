/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h - the targets of a scan: the sealed index space and its key.
 *
 * Made from a struct config by reading its lists and files. Needs no privileges and sends nothing.
 */
#ifndef SONDE_PLAN_H
#define SONDE_PLAN_H

#include "config.h"
#include "dp.h"
#include "payload.h"

struct plan {
	struct dp_space *space; /* sealed, owned */
	struct dp_space_info info;
	uint8_t key[16];
	uint32_t ipv6_budget;
	/* ports that were named and are not probed, see payload_allows() */
	uint32_t left_out;
	bool any_v4; /* among the targets as they were named */
	double rate_pps;
	struct dp_probe_info probe;
	enum dp_transport transport;
	struct payload_list payloads; /* of UDP probes */
	uint8_t port_set[8192];       /* a bit a port */
	char forbidden[96];           /* names of never-probed blocks that the targets touch */
};

/* 0, -EINVAL (something unparsable, nothing left, too much without a scope), -errno; @err in
 * words. */
int plan_make(const struct config *c, struct plan *out, struct error *err);
void plan_fini(struct plan *p);

/* The key that @c's seed gives, whatever other key it has; false: no seed, or none that is a
 * number. Pure. */
bool plan_seed_key(const struct config *c, uint8_t key[16]);

/* Whether this scan probes the service. Pure. */
bool plan_covers(const struct plan *p, const struct dp_addr *addr, uint16_t port);

#endif
