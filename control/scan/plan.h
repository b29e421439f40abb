/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h - the targets of a scan: the sealed index space and the key of its order.
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
	uint8_t key[16]; /* of the order, and of nothing else */
	uint32_t ipv6_budget;
	/* ports that the operator named and that payload_allows() refused */
	uint32_t left_out;
	bool any_v4;           /* the operator named an IPv4 target */
	bool no_control_ports; /* exclusions leave too few ports for control probes */
	double rate_pps;
	struct dp_probe_info probe;
	enum dp_transport transport;
	struct payload_list payloads; /* of UDP probes */
	uint8_t port_set[8192];       /* one bit for each port */
	char forbidden[96];           /* names of never-probed blocks that the targets touch */
	char remarks[512];            /* what the operator should know, line by line; "": nothing */
};

/* Make the plan of @c: read its lists and files, fill and seal the space, choose key and rate. The
 * key is that of the scan to resume, or follows from the seed; without a seed it follows from the
 * space if there are several shards, so that all shards have it, and is random otherwise.
 * Returns 0, -EINVAL (an entry cannot be parsed, nothing is left to probe, too many addresses
 * without a scope file), -ERANGE (more than 2^62 targets) or -errno; @err in words. Free *@out with
 * plan_fini(). Blocks while it reads files. */
int plan_make(const struct config *c, struct plan *out, struct error *err);
void plan_fini(struct plan *p);

/* Derive the key from the seed of @c, even if @c names another key. False: there is no seed, or it
 * is not a number. Pure. */
bool plan_seed_key(const struct config *c, uint8_t key[16]);

/* Whether this scan probes the service. Pure. */
bool plan_covers(const struct plan *p, const struct dp_addr *addr, uint16_t port);

/* Whether the scan waits longer for late answers than it sends, by the default of --cooldown. Pure. */
bool plan_mostly_waits(const struct config *c, const struct plan *p);

enum { PLAN_TEXT = 96 };
/* Write how much there is to probe into the @size bytes at @out: "2 addresses x 1 port". Pure. */
void plan_describe(const struct plan *p, char *out, size_t size);

#endif
