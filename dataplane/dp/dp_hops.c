/* SPDX-License-Identifier: Apache-2.0 */
/* dp_hops.c - finds the next hops of a scan's probes: the gateway or the own network's hosts. */
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>
#include <unistd.h>

#include "dp_source.h"
#include "error.h"
#include "space.h"

enum { SWEEP_PPS = 20000, COUNT_MIN_LEN = 8, LINK_WAIT_MS = 9000, LINK_LOOK_MS = 100 };

struct demand {
	uint64_t onlink; /* IPv4 addresses of targets in the own network */
	uint64_t beyond; /* all other IPv4 addresses of targets */
};

static void count_demand(const struct dp *dp, const struct dp_space *space, struct demand *d)
{
	unsigned len = dp->set.link_len;
	uint64_t size = len >= COUNT_MIN_LEN && len < 32 ? 1ULL << (32 - len) : 0;
	uint32_t base = size ? dp_source_v4(dp) & ~(uint32_t)(size - 1) : 0;
	const struct space_map *map = space_map(space);
	const struct range_set *left = space_ranges(space);

	*d = (struct demand){.onlink = 0};
	for (uint64_t i = 0; i < size; i++) {
		struct dp_addr a = dp_addr_v4(base + (uint32_t)i);

		d->onlink += dp_space_contains(space, &a);
	}
	d->beyond = map->ports ? map->size / map->ports : 0;
	for (size_t i = 0; i < left->count; i++)
		if (left->v[i].first >> 32 != 0xffff)
			d->beyond -= (uint64_t)(left->v[i].last - left->v[i].first) + 1;
	d->beyond -= d->onlink;
}

static int check_demand(const struct dp *dp, const struct demand *d, struct error *err)
{
	if (d->onlink && dp->set.link_len < NEIGH_MIN_LEN)
		return error_set(err, -EINVAL,
		                 "targets lie in the own network of /%u; networks larger than /%d "
		                 "are not resolved by ARP: give the gateway's MAC address, or a "
		                 "source address with a longer prefix",
		                 dp->set.link_len, NEIGH_MIN_LEN);
	if (d->beyond && !dp->set.has_gateway)
		return error_set(err, -EHOSTUNREACH,
		                 "%s: no default route, and targets lie beyond the own network: "
		                 "`ip route add default via ...`, or name the "
		                 "gateway or its MAC address",
		                 dp->set.name);
	return 0;
}

static int find_gateway(const struct dp *dp, const struct neigh_io *io, struct dp_hops *hops,
                        struct error *err)
{
	char text[DP_ADDR_TEXT];
	uint32_t v4;
	int ret;

	dp_addr_format(&dp->set.gateway, text);
	if (!dp_addr_is_v4(&dp->set.gateway, &v4))
		return error_set(err, -EINVAL, "gateway %s is none for IPv4 targets", text);
	ret = neigh_resolve(io, v4, hops->gateway_mac);
	if (ret == -EHOSTUNREACH)
		return error_set(err, ret,
		                 "gateway %s does not answer ARP on %s; is it the right "
		                 "one? Its MAC address may be given instead",
		                 text, dp->set.name);
	if (ret)
		return error_set(err, ret, "ARP for gateway %s cannot be sent on %s: %s", text,
		                 dp->set.name, strerror(-ret));
	return 0;
}

static int sweep(struct dp *dp, const struct neigh_io *io, const struct dp_space *space, double pps)
{
	int ret = neigh_init(&dp->neigh, io->source, dp->set.link_len);

	if (ret == 0)
		ret = neigh_sweep(&dp->neigh, io, space, pps < SWEEP_PPS ? pps : SWEEP_PPS);
	return ret < 0 ? ret : 0;
}

static int open_io(struct dp *dp, struct neigh_io *io, struct error *err)
{
	*io = (struct neigh_io){.fd = -1,
	                        .port = &dp->port,
	                        .source = dp_source_v4(dp),
	                        .vlan = dp->set.vlan,
	                        .progress = &dp->resolve.progress};
	memcpy(io->mac, dp->port.mac, 6);
	if (io->source == 0)
		return error_set(err, -EADDRNOTAVAIL, "no IPv4 address to send ARP from");
	if (dp->link.index == 0)
		return 0;
	io->fd = neigh_socket(dp->link.index, ETH_P_ARP);
	if (io->fd < 0)
		return error_set(err, io->fd, "no ARP socket on %s: %s", dp->set.name,
		                 strerror(-io->fd));
	return 0;
}

/* Wait for the link of a PCI or vdev port: a request sent while it still negotiates is lost. Kernel
 * interfaces had a link when they were opened. */
static int await_link(struct dp *dp, struct error *err)
{
	for (unsigned ms = 0; ms < LINK_WAIT_MS; ms += LINK_LOOK_MS) {
		if (dp->link.index != 0 || port_link_wait(&dp->port, LINK_LOOK_MS))
			return 0;
		if (atomic_load(&dp->resolve.progress.stop))
			return error_set(err, -ECANCELED, "stopped while %s had no link",
			                 dp->set.name);
	}
	return error_set(err, -ENETDOWN,
	                 "%s has no link after %d s: cable, transceiver, switch port", dp->set.name,
	                 LINK_WAIT_MS / 1000);
}

int dp_hops_find(struct dp *dp, const struct dp_space *space, double pps, struct dp_hops *hops,
                 struct error *err)
{
	struct neigh_io io;
	struct demand d;
	int ret;

	*hops = (struct dp_hops){.link_len = 0};
	if (dp->set.has_gateway_mac) {
		memcpy(hops->gateway_mac, dp->set.gateway_mac, 6);
		memcpy(hops->gateway6_mac, dp->set.gateway_mac, 6);
		return 0;
	}
	ret = await_link(dp, err);
	if (ret == 0)
		ret = dp_hops6_find(dp, space, pps, hops, err);
	count_demand(dp, space, &d);
	if (ret == 0)
		ret = check_demand(dp, &d, err);
	if (ret || (!d.onlink && !d.beyond))
		return ret;
	if (ret == 0)
		ret = open_io(dp, &io, err);
	if (ret)
		return ret;
	if (d.beyond)
		ret = find_gateway(dp, &io, hops, err);
	if (ret == 0 && d.onlink) {
		hops->link_len = dp->set.link_len;
		ret = sweep(dp, &io, space, pps);
		if (ret)
			error_set(err, ret, "the neighbours' addresses cannot be resolved: %s",
			          strerror(-ret));
	}
	if (io.fd >= 0)
		close(io.fd);
	return ret;
}
