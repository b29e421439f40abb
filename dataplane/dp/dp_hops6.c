/* SPDX-License-Identifier: Apache-2.0 */
/* dp_hops6.c - finds the next hops of IPv6 probes: the gateway or the own network's hosts. */
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>
#include <unistd.h>

#include "dp_source.h"
#include "error.h"
#include "space.h"

enum { SWEEP_PPS = 20000 };

/* The own network, how many IPv6 addresses of targets lie in it, and whether any lie beyond it. */
struct demand {
	struct range net;
	u128 onlink;
	bool beyond;
};

static bool is_v6(const struct range *r)
{
	return r->first >> 32 != 0xffff;
}

/* Get the part of @r in the own network. Returns false if there is none. */
static bool cut(const struct demand *d, const struct range *r, struct range *out)
{
	*out = *r;
	if (out->first < d->net.first)
		out->first = d->net.first;
	if (out->last > d->net.last)
		out->last = d->net.last;
	return is_v6(r) && out->first <= out->last;
}

static void count_demand(const struct dp *dp, const struct range_set *left, struct demand *d)
{
	u128 own = range_from_addr(dp_source_v6(dp));
	u128 host = dp->set.link6_len < 128 ? ~(u128)0 >> dp->set.link6_len : 0;
	struct range in;

	*d = (struct demand){.net = {own & ~host, own | host}};
	for (size_t i = 0; i < left->count; i++) {
		bool some = cut(d, &left->v[i], &in);

		if (some)
			d->onlink += in.last - in.first + 1;
		d->beyond |= is_v6(&left->v[i]) &&
		             (!some || in.first != left->v[i].first || in.last != left->v[i].last);
	}
}

static int check_demand(const struct dp *dp, const struct demand *d, struct error *err)
{
	if (d->onlink > NEIGH6_MAX)
		return error_set(err, -EINVAL,
		                 "more than %d IPv6 targets lie in the own network; so "
		                 "many neighbours are not resolved: name fewer, or "
		                 "the gateway's MAC address",
		                 NEIGH6_MAX);
	if (d->beyond && !dp->set.has_gateway6)
		return error_set(
			err, -EHOSTUNREACH,
			"%s: no IPv6 default route, and targets lie "
			"beyond the own network: `ip -6 route add default via ...`, or name "
			"the gateway or its MAC address",
			dp->set.name);
	return 0;
}

static int find_gateway(struct dp *dp, const struct neigh_io *io, struct dp_hops *hops,
                        struct error *err)
{
	char text[DP_ADDR_TEXT];
	struct neigh6 n;
	const uint8_t *mac;
	int ret = neigh6_init(&n, 1);

	if (ret)
		return ret;
	neigh6_add(&n, &dp->set.gateway6);
	neigh6_sweep(&n, io, dp_source_v6(dp), SWEEP_PPS);
	mac = neigh6_lookup(&n, dp->set.gateway6.b);
	if (neigh_stopped(io))
		ret = -ECANCELED;
	else if (mac)
		memcpy(hops->gateway6_mac, mac, 6);
	else
		ret = error_set(err, -EHOSTUNREACH,
		                "gateway %s does not answer neighbour discovery on "
		                "%s; is it the right one? Its MAC address may be given instead",
		                dp_addr_format(&dp->set.gateway6, text), dp->set.name);
	neigh6_fini(&n);
	return ret;
}

static int sweep(struct dp *dp, const struct neigh_io *io, const struct range_set *left,
                 const struct demand *d, double pps)
{
	int ret = neigh6_init(&dp->neigh6, (uint32_t)d->onlink);
	struct range in;

	if (ret)
		return ret;
	for (size_t i = 0; i < left->count; i++) {
		if (!cut(d, &left->v[i], &in))
			continue;
		for (u128 a = in.first; a <= in.last; a++) {
			struct dp_addr addr = range_to_addr(a);

			neigh6_add(&dp->neigh6, &addr);
		}
	}
	neigh6_sweep(&dp->neigh6, io, dp_source_v6(dp), pps < SWEEP_PPS ? pps : SWEEP_PPS);
	return neigh_stopped(io) ? -ECANCELED : 0;
}

static bool wants_v6(const struct range_set *left)
{
	for (size_t i = 0; i < left->count; i++)
		if (is_v6(&left->v[i]))
			return true;
	return false;
}

int dp_hops6_find(struct dp *dp, const struct dp_space *space, double pps, struct dp_hops *hops,
                  struct error *err)
{
	const struct range_set *left = space_ranges(space);
	struct neigh_io io = {.fd = -1,
	                      .port = &dp->port,
	                      .vlan = dp->set.vlan,
	                      .progress = &dp->resolve.progress};
	struct demand d;
	int ret;

	if (!wants_v6(left) || !dp_source_v6(dp))
		return 0; /* without a source address probe_new() refuses */
	count_demand(dp, left, &d);
	ret = check_demand(dp, &d, err);
	if (ret)
		return ret;
	memcpy(io.mac, dp->port.mac, 6);
	if (dp->link.index != 0)
		io.fd = neigh_socket(dp->link.index, ETH_P_IPV6);
	if (io.fd < 0 && dp->link.index != 0)
		return error_set(err, io.fd, "no socket for neighbour discovery on %s: %s",
		                 dp->set.name, strerror(-io.fd));
	if (d.beyond)
		ret = find_gateway(dp, &io, hops, err);
	if (ret == 0 && d.onlink) {
		hops->link6_len = dp->set.link6_len;
		ret = sweep(dp, &io, left, &d, pps);
	}
	if (io.fd >= 0)
		close(io.fd);
	return ret;
}
