/* SPDX-License-Identifier: Apache-2.0 */
/* dp_hops.c - resolves the next hops of a scan's probes: gateways, and targets in own networks. */
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>
#include <unistd.h>

#include "dp_source.h"
#include "error.h"
#include "route.h"
#include "space.h"

enum { SWEEP_PPS = 20000, LINK_WAIT_MS = 9000, LINK_LOOK_MS = 100 };

/* The source of number @index of a family, or NULL. */
static const struct dp_addr *source_of(const struct dp_way *w, bool v6, unsigned index)
{
	for (unsigned i = 0; i < w->source_count; i++)
		if (dp_addr_is_v4(&w->source[i], NULL) != v6 && index-- == 0)
			return &w->source[i];
	return NULL;
}

/* The own address from which a next hop is asked for, as neigh_io.source. */
static const struct dp_addr *asker(const void *arg, const struct dp_addr *to)
{
	const struct dp_way *w = arg;
	bool v6 = !dp_addr_is_v4(to, NULL);
	const struct hop *hop = hops_find(&w->hops, hops_key(to->b));

	for (unsigned i = 0; i < w->hops.hop_count && (hop == NULL || hop->kind != HOP_DIRECT); i++)
		if (w->hops.hop[i].kind == HOP_GATEWAY &&
		    dp_addr_compare(&w->hops.hop[i].gateway, to) == 0)
			return source_of(w, v6,
			                 w->hops.hop[i].v6 == v6 ? w->hops.hop[i].source : 0);
	return hop != NULL && hop->kind == HOP_DIRECT ? source_of(w, v6, hop->source) : NULL;
}

struct neigh_io dp_hops_io(const struct dp *dp)
{
	struct neigh_io io = {.fd4 = dp->way.fd4,
	                      .fd6 = dp->way.fd6,
	                      .port = dp->link.index == 0 ? &dp->port : NULL,
	                      .vlan = dp->set.vlan,
	                      .source = asker,
	                      .arg = &dp->way};

	memcpy(io.mac, dp->port.mac, 6);
	return io;
}

void dp_way_fini(struct dp_way *w)
{
	hops_fini(&w->hops);
	neigh_fini(&w->neigh);
	if (w->fd4 >= 0)
		close(w->fd4);
	if (w->fd6 >= 0)
		close(w->fd6);
	w->fd4 = w->fd6 = -1;
	w->source_count = 0;
	w->own_count = 0;
}

static int open_socket(const struct dp *dp, uint16_t type, int *fd, struct error *err)
{
	*fd = neigh_socket(dp->link.index, type);
	if (*fd >= 0)
		return 0;
	return error_set(err, *fd, "no socket for %s on %s: %s",
	                 type == ETH_P_ARP ? "ARP" : "neighbour discovery", dp->set.name,
	                 strerror(-*fd));
}

/* Open the sockets for the families of the next hops. */
static int open_sockets(struct dp *dp, struct error *err)
{
	bool any4 = false, any6 = false;
	int ret = 0;

	if (dp->link.index == 0)
		return 0;
	for (unsigned i = 0; i < dp->way.hops.hop_count; i++) {
		const struct hop *h = &dp->way.hops.hop[i];
		bool v4 = h->kind == HOP_GATEWAY ? dp_addr_is_v4(&h->gateway, NULL) : !h->v6;

		any4 |= h->kind != HOP_NONE && v4;
		any6 |= h->kind != HOP_NONE && !v4;
	}
	if (any4)
		ret = open_socket(dp, ETH_P_ARP, &dp->way.fd4, err);
	if (ret == 0 && any6)
		ret = open_socket(dp, ETH_P_IPV6, &dp->way.fd6, err);
	return ret;
}

/* ---- the table of neighbours ----------------------------------------------------------------- */

static u128 count_direct(const struct hops *h)
{
	u128 n = 0;

	for (size_t i = 0; i < h->count; i++)
		if (h->hop[h->range[i].hop].kind == HOP_DIRECT)
			n += h->range[i].last - h->range[i].first + 1;
	return n;
}

static void take_static(void *arg, const struct dp_addr *addr, const uint8_t mac[6])
{
	neigh_set(arg, addr, mac);
}

/* Take the static entries of the kernel's table. */
static void take_static_all(struct dp *dp)
{
	int fd = dp->link.index != 0 && dp->set.vlan == 0 ? route_socket() : -1;

	if (fd < 0)
		return;
	route_each_neighbour(fd, dp->link.index, take_static, &dp->way.neigh);
	close(fd);
}

static int make_table(struct dp *dp, struct error *err)
{
	struct dp_way *w = &dp->way;
	u128 direct = count_direct(&w->hops);

	if (direct + HOPS_MAX > NEIGH_MAX)
		return error_set(err, -EINVAL,
		                 "more than %d targets lie in own networks; so many neighbours are "
		                 "not resolved: name fewer, or the gateway's MAC address",
		                 NEIGH_MAX - HOPS_MAX);
	if (neigh_init(&w->neigh, (uint32_t)direct + w->hops.hop_count) != 0)
		return error_set(err, -ENOMEM, "no memory for the neighbours");
	for (size_t i = 0; i < w->hops.count; i++) {
		const struct hop_range *r = &w->hops.range[i];

		for (u128 a = r->first; w->hops.hop[r->hop].kind == HOP_DIRECT && a <= r->last;
		     a++) {
			struct dp_addr addr = range_to_addr(a);

			neigh_add(&w->neigh, &addr);
		}
	}
	for (unsigned i = 0; i < w->hops.hop_count; i++)
		if (w->hops.hop[i].kind == HOP_GATEWAY)
			neigh_add(&w->neigh, &w->hops.hop[i].gateway);
	take_static_all(dp);
	return 0;
}

static void note_fixed(struct dp_way *w)
{
	for (unsigned i = 0; i < w->hops.hop_count; i++) {
		struct hop *h = &w->hops.hop[i];

		h->is_fixed = h->kind == HOP_GATEWAY && neigh_lookup(&w->neigh, h->gateway.b);
	}
}

/* Give each gateway the link-layer address that the table has. */
static int take_gateways(struct dp *dp, struct error *err)
{
	char text[DP_ADDR_TEXT];

	for (unsigned i = 0; i < dp->way.hops.hop_count; i++) {
		struct hop *h = &dp->way.hops.hop[i];
		const uint8_t *mac;

		if (h->kind != HOP_GATEWAY)
			continue;
		mac = neigh_lookup(&dp->way.neigh, h->gateway.b);
		if (mac == NULL)
			return error_set(err, -EHOSTUNREACH,
			                 "gateway %s does not answer %s on %s; is it the right "
			                 "one? Its MAC address may be given instead",
			                 dp_addr_format(&h->gateway, text),
			                 dp_addr_is_v4(&h->gateway, NULL) ? "ARP"
			                                                  : "neighbour discovery",
			                 dp->set.name);
		atomic_store(&h->mac, hop_word(mac));
	}
	return 0;
}

static int resolve(struct dp *dp, struct error *err)
{
	const struct neigh_io io = dp_hops_io(dp);
	double pps = dp->scan.rate_pps < SWEEP_PPS ? dp->scan.rate_pps : SWEEP_PPS;
	int ret = neigh_sweep(&dp->way.neigh, &io, &dp->resolve.progress, pps);

	if (ret < 0)
		return error_set(err, ret, "the neighbours' addresses cannot be resolved: %s",
		                 strerror(-ret));
	return take_gateways(dp, err);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The operator gave the link-layer address of the gateway: all targets are reached by it. */
static int take_given_mac(struct dp *dp, struct error *err)
{
	const struct range_set *targets = space_ranges(dp->scan.space);
	struct dp_way *w = &dp->way;
	int ret = 0;

	for (size_t i = 0; i < targets->count && ret == 0; i++) {
		struct hop hop = {.kind = HOP_GATEWAY,
		                  .v6 = targets->v[i].first >> 32 != 0xffff,
		                  .is_fixed = true};
		int at = hops_add(&w->hops, &hop);

		atomic_store(&w->hops.hop[at].mac, hop_word(dp->set.gateway_mac));
		ret = hops_append(&w->hops, &targets->v[i], (unsigned)at);
	}
	for (unsigned i = 0; i < dp->set.source_count; i++)
		w->source[w->source_count++] = dp->set.source[i];
	return ret == 0 ? 0 : error_set(err, ret, "no memory for the routes of the targets");
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

int dp_hops_find(struct dp *dp, struct error *err)
{
	int ret;

	if (dp->set.has_gateway_mac)
		return take_given_mac(dp, err);
	ret = await_link(dp, err);
	if (ret == 0)
		ret = dp_routes_find(dp, err);
	if (ret == 0)
		ret = make_table(dp, err);
	if (ret == 0)
		ret = open_sockets(dp, err);
	if (ret != 0)
		return ret;
	note_fixed(&dp->way);
	return resolve(dp, err);
}
