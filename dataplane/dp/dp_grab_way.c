/* SPDX-License-Identifier: Apache-2.0 */
/* dp_grab_way.c - decides whether the kernel's sockets reach what the probes reach. */
#include <stdio.h>
#include <string.h>

#include "dp_private.h"
#include "route.h"

/* What keeps both families off the kernel's way; NULL: nothing. */
static const char *bar_all(const struct dp_settings *s)
{
	if (s->kind != DP_PORT_IFACE && s->kind != DP_PORT_AF_PACKET)
		return "the kernel does not have the NIC, which is Sonde's alone";
	if (s->vlan != 0)
		return "the kernel's sockets send without the tag of --vlan; scan over the "
		       "kernel's own VLAN interface instead";
	if (s->has_gateway_mac)
		return "the kernel's sockets do not follow --gateway-mac; leave it out";
	return NULL;
}

/* Whether the gateway of the probes is that of the kernel's default route over the interface, or
 * neither has one. */
static bool same_gateway(const struct dp *dp, bool v6)
{
	const struct dp_settings *s = &dp->set;
	const struct dp_addr *own = v6 ? &s->gateway6 : &s->gateway;
	struct dp_addr kernel;

	if (!(v6 ? s->has_gateway6 : s->has_gateway))
		return true;
	return route_default(dp->link.index, v6, &kernel) == 0 &&
	       dp_addr_compare(own, &kernel) == 0;
}

static bool same_prefix(const struct dp_addr *a, const struct dp_addr *b, unsigned len)
{
	unsigned bytes = len / 8, bits = len % 8;

	return memcmp(a->b, b->b, bytes) == 0 &&
	       (bits == 0 || (a->b[bytes] ^ b->b[bytes]) >> (8 - bits) == 0);
}

/* Whether the kernel has on the interface the network that the probes take for their own. @own: the
 * first source of the family. */
static bool same_network(const struct dp *dp, const struct dp_addr *own)
{
	bool v6 = !dp_addr_is_v4(own, NULL);
	unsigned len = v6 ? dp->set.link6_len : 96U + dp->set.link_len;

	for (unsigned i = 0; i < dp->link.net_count; i++) {
		const struct link_net *n = &dp->link.net[i];

		if (dp_addr_is_v4(&n->addr, NULL) != v6 && n->len == len &&
		    same_prefix(&n->addr, own, len))
			return true;
	}
	return len == 128;
}

/* The sources of a family: the first, and the first that the kernel has, too. */
struct sources {
	const struct dp_addr *first, *shared; /* NULL: none */
};

static struct sources find_sources(const struct dp_settings *s, bool v6)
{
	struct sources out = {NULL, NULL};

	for (unsigned i = 0; i < s->source_count; i++) {
		if (dp_addr_is_v4(&s->source[i], NULL) == v6)
			continue;
		if (out.first == NULL)
			out.first = &s->source[i];
		if (out.shared == NULL && !(s->unshared >> i & 1))
			out.shared = &s->source[i];
	}
	return out;
}

/* Find the way of a family: returns the address to bind to. NULL: there is none, and @out says why,
 * unless the family has no source. */
static const struct dp_addr *find_way(const struct dp *dp, bool v6, struct dp_grab_way *out)
{
	struct sources own = find_sources(&dp->set, v6);
	char gateway[DP_ADDR_TEXT];

	if (own.first == NULL)
		return NULL;
	if (own.shared == NULL) {
		snprintf(out->why, sizeof(out->why),
		         "the kernel's sockets cannot send from %s, which the kernel does not have",
		         dp_addr_format(own.first, gateway));
	} else if (!same_gateway(dp, v6)) {
		dp_addr_format(v6 ? &dp->set.gateway6 : &dp->set.gateway, gateway);
		snprintf(out->why, sizeof(out->why),
		         "the kernel's default route over '%s' is not through --gateway %s; `ip "
		         "route replace default via %s dev %s` would change that",
		         dp->link.name, gateway, gateway, dp->link.name);
	} else if (!same_network(dp, own.first)) {
		snprintf(out->why, sizeof(out->why),
		         "the kernel's network on '%s' has another prefix length than --source-ip "
		         "or --prefix-len gives",
		         dp->link.name);
	} else {
		return own.shared;
	}
	return NULL;
}

bool dp_grab_way(const struct dp *dp, struct dp_grab_way *out)
{
	const char *bar = bar_all(&dp->set);
	const struct dp_addr *v4, *v6;

	*out = (struct dp_grab_way){.any_source = !dp->set.sources_given,
	                            .port_first = dp->set.port_first,
	                            .port_last = dp->set.port_last};
	if (bar != NULL) {
		snprintf(out->why, sizeof(out->why), "%s", bar);
		return false;
	}
	snprintf(out->iface, sizeof(out->iface), "%s", dp->link.name);
	v6 = find_way(dp, true, out);
	v4 = find_way(dp, false, out);
	out->has_v4 = v4 != NULL;
	out->has_v6 = v6 != NULL;
	if (v4 != NULL)
		out->v4 = *v4;
	if (v6 != NULL)
		out->v6 = *v6;
	return out->has_v4 || out->has_v6;
}
