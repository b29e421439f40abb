/* SPDX-License-Identifier: Apache-2.0 */
/* dp_check.c - checks what may keep answers away from a scan. Control thread. */
#include <string.h>
#include <unistd.h>

#include "dp_private.h"
#include "route.h"

/* Whether the kernel would reach the first target otherwise than the probes. */
static bool is_other_route(const struct dp *dp)
{
	const struct hops *h = &dp->way.hops;
	struct route r = {.kind = ROUTE_NONE};
	struct dp_addr first;
	const struct hop *hop;
	int fd, ret;

	if (dp->link.index == 0 || dp->set.vlan != 0 || dp->set.has_gateway_mac || h->count == 0)
		return false;
	fd = route_socket();
	if (fd < 0)
		return false;
	first = range_to_addr(h->range[0].first);
	hop = &h->hop[h->range[0].hop];
	ret = route_ask(fd, &first, 0, &r);
	close(fd);
	if (ret != 0 || hop->kind == HOP_NONE)
		return false;
	if (r.kind != ROUTE_UNICAST || r.index != dp->link.index)
		return true;
	return hop->kind == HOP_GATEWAY
	               ? !r.has_gateway || dp_addr_compare(&r.gateway, &hop->gateway) != 0
	               : r.has_gateway;
}

static bool has_next_hop(const struct dp *dp)
{
	const struct dp_way *w = &dp->way;

	for (unsigned i = 0; i < w->hops.hop_count; i++)
		if (w->hops.hop[i].kind == HOP_GATEWAY)
			return true;
	for (uint32_t i = 0; w->neigh.entry != NULL && i <= w->neigh.mask; i++)
		if (w->neigh.entry[i].known)
			return true;
	return false;
}

void dp_check(const struct dp *dp, struct dp_trouble *out)
{
	struct dp_stats s;

	dp_stats(dp, &s);
	*out = (struct dp_trouble){
		.link_down = !s.link_up,
		.no_program = dp->xdp && !steer_is_attached(&dp->steer),
		.gateway_silent = s.gateway_silent,
		.other_route = is_other_route(dp),
		.no_next_hop = !has_next_hop(dp),
		.alone = dp->link.index != 0 && dp->set.unshared != 0,
		.nothing_heard = !dp->xdp && s.received == 0, /* AF_XDP gets answers only */
	};
}
