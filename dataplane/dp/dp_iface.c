/* SPDX-License-Identifier: Apache-2.0 */
/* dp_iface.c - opens a kernel interface as a port. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dp_claim.h"
#include "dp_source.h"
#include "error.h"
#include "idle_sleep.h"

enum {
	BUSY_BUDGET = 0, /* README.md says why */
	REOPEN_TRIES = 20,
	REOPEN_PAUSE_US = 1000, /* the longest idle_sleep() */
};

static void take_first_of_each_family(struct dp *dp)
{
	struct dp_settings *s = &dp->set;
	bool have[2] = {false, false};

	for (unsigned i = 0; i < dp->link.net_count; i++) {
		bool v4 = dp_addr_is_v4(&dp->link.net[i].addr, NULL);

		if (!have[v4])
			s->source[s->source_count++] = dp->link.net[i].addr;
		have[v4] = true;
	}
}

/* Take the networks of the first source of each family from the interface, where they are not
 * given. */
static void take_networks(struct dp *dp)
{
	const struct dp_addr *own6 = dp_source_v6(dp);
	uint32_t own = dp_source_v4(dp), v4;

	for (unsigned i = 0; i < dp->link.net_count; i++) {
		const struct link_net *n = &dp->link.net[i];
		unsigned len = n->len - 96U;

		if (!dp_addr_is_v4(&n->addr, &v4)) {
			if (own6 && dp->set.link6_len == 128 &&
			    dp_addr_compare(own6, &n->addr) == 0)
				dp->set.link6_len = n->len;
			continue;
		}
		if (own == 0 || dp->set.link_len != 32 || len == 0 || len > 32 ||
		    (own ^ v4) >> (32 - len))
			continue;
		dp->set.link_len = (uint8_t)len;
	}
}

/* Say that an interface has no address, and where they are if it is a part of another one. */
static int no_address(const struct dp *dp, struct error *err)
{
	char master[IF_NAMESIZE];

	if (dp->link.master != 0 && strcmp(dp->link.master_kind, "vrf") != 0 &&
	    if_indextoname((unsigned)dp->link.master, master))
		return error_set(err, -EADDRNOTAVAIL,
		                 "interface '%s' is a part of %s '%s', which has the addresses: "
		                 "scan over '%s'",
		                 dp->set.name, dp->link.master_kind, master, master);
	return error_set(err, -EADDRNOTAVAIL,
	                 "interface '%s' has no address to send from; `ip addr "
	                 "add ... dev %s`, or name one",
	                 dp->set.name, dp->set.name);
}

/* Settle own addresses and their networks with what the kernel knows, where the configuration does
 * not give them. */
static int take_addresses(struct dp *dp, struct error *err)
{
	if (!dp->set.sources_given)
		take_first_of_each_family(dp);
	if (dp->set.source_count == 0)
		return no_address(dp, err);
	take_networks(dp);
	return 0;
}

/* Find the sources that the kernel does not have: it answers no requests for them. In a VLAN these
 * are all sources, since the kernel's interface is not in the VLAN. */
static void find_alone(struct dp_settings *s)
{
	s->unshared = 0;
	for (unsigned i = 0; i < s->source_count; i++)
		if (s->vlan || !link_is_local(&s->source[i]))
			s->unshared |= 1U << i;
}

/* Refuse the interface if a capability is missing without which no socket is of use. */
static int check_rights(const char *name, struct error *err)
{
	char why[RIGHTS_TEXT];

	if (!rights_lack(RIGHTS_PACKET, why))
		return 0;
	return error_set(err, -EPERM, "interface '%s' cannot be taken: %s", name, why);
}

/* Put before what @err says why the kernel refused with @ret, if that is known. */
static void give_reason(enum rights_need need, int ret, struct error *err)
{
	char why[RIGHTS_TEXT], what[ERROR_TEXT];

	rights_explain(need, ret, why);
	if (why[0] == '\0')
		return;
	snprintf(what, sizeof(what), "%.150s", err->text);
	error_set(err, ret, "%s (%s)", why, what);
}

/* Join the multicast groups of IPv6 sources that the kernel does not have. Requests for an IPv6
 * address go to its group, and the NIC may not receive that otherwise. */
static int join_groups(struct dp *dp, struct error *err)
{
	const struct dp_settings *s = &dp->set;
	int ret = 0;

	dp->groups_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (dp->groups_fd < 0) {
		ret = error_set(err, -errno, "'%s': no packet socket: %s", s->name,
		                strerror(errno));
		give_reason(RIGHTS_PACKET, ret, err);
		return ret;
	}
	for (unsigned i = 0; i < s->source_count && ret == 0; i++)
		if (s->unshared >> i & 1 && !dp_addr_is_v4(&s->source[i], NULL))
			ret = neigh_join(dp->groups_fd, dp->link.index, &s->source[i]);
	if (ret)
		return error_set(err, ret, "'%s' cannot listen for neighbours' questions: %s",
		                 s->name, strerror(-ret));
	return 0;
}

int dp_iface_look(struct dp *dp, struct error *err)
{
	int ret = link_query(dp->set.name, &dp->link, err);

	if (ret == 0)
		ret = check_rights(dp->set.name, err);
	if (ret == 0)
		ret = take_addresses(dp, err);
	if (ret)
		return ret;
	find_alone(&dp->set);
	return join_groups(dp, err);
}

/* The kernel would get the replies on a queue without a socket. So every queue of the interface
 * gets one. */
int dp_iface_queues(struct dp *dp, struct error *err)
{
	const struct link *l = &dp->link;
	const char *kind = l->separate ? "rx" : "combined";
	unsigned most = l->separate ? PORT_MAX_DEVICES : DP_MAX_WORKERS;

	if (dp->set.queues && dp->set.queues != l->rx_queues)
		return error_set(err, -EINVAL,
		                 "interface '%s' spreads packets over %u queues, not %u; "
		                 "`ethtool -L %s %s %u` changes that",
		                 l->name, l->rx_queues, dp->set.queues, l->name, kind,
		                 dp->set.queues);
	if (l->rx_queues > l->tx_queues)
		return error_set(
			err, -EINVAL,
			"interface '%s' receives in %u queues and sends in %u, but a worker "
			"has one of each; `ethtool -L %s rx %u tx %u` changes that",
			l->name, l->rx_queues, l->tx_queues, l->name, l->tx_queues, l->tx_queues);
	if (l->rx_queues > most)
		return error_set(err, -EINVAL,
		                 "interface '%s' has %u queues, at most %u are "
		                 "possible; `ethtool -L %s %s %u` changes that",
		                 l->name, l->rx_queues, most, l->name, kind, most);
	dp->set.queues = l->rx_queues;
	return 0;
}

int dp_iface_open_packet(struct dp *dp, struct error *err)
{
	char args[128];
	int ret;

	dp->set.queues = 1;
	snprintf(args, sizeof(args), "net_af_packet_%d_%s,iface=%s,framecnt=2048,blocksz=8192",
	         dp->link.index, dp->link.name, dp->link.name);
	ret = port_open(&dp->port, args, 1, err);
	if (ret)
		give_reason(RIGHTS_PACKET, ret, err);
	return ret;
}

/* Whether the kernel gives this process AF_XDP sockets. */
static int check_xdp_socket(struct error *err)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return error_set(err, -errno, "no AF_XDP socket: %s", strerror(errno));
	close(fd);
	return 0;
}

/* Open queues @first to @first + @count - 1 of the interface, as a device of their own. */
static int extend(struct dp *dp, uint16_t first, uint16_t count, struct error *err)
{
	char args[192];

	snprintf(args, sizeof(args),
	         "net_af_xdp_%d_%u,iface=%s,start_queue=%u,queue_count=%u,busy_budget=%d,"
	         "force_copy=%d,xdp_prog=%s",
	         dp->link.index, first, dp->link.name, first, count, BUSY_BUDGET, dp->steer.generic,
	         dp->steer.path);
	return port_extend(&dp->port, args, count, err);
}

/*
 * Open queues, and try again while they may be in use. The kernel gives a queue back a moment after
 * the last socket on it was closed, by a scan before this one in the same process or in another.
 * DPDK's driver returns -EINVAL for a queue in use, but also for settings that it refuses; trying
 * those again costs 20 ms at most.
 */
static int extend_patiently(struct dp *dp, uint16_t first, uint16_t count, struct error *err)
{
	int ret = 0;

	for (int i = 0; i < REOPEN_TRIES; i++) {
		ret = extend(dp, first, count, err);
		if (ret != -EINVAL)
			break;
		idle_sleep(REOPEN_PAUSE_US);
	}
	return ret;
}

/*
 * Open all queues. DPDK 22.11's driver counts only combined channels. It takes a device without
 * them for one with a single queue, but accepts any queue number. So each queue of such an
 * interface becomes a DPDK device.
 */
static int open_queues(struct dp *dp, struct error *err)
{
	uint16_t each = dp->link.separate ? 1 : dp->set.queues;
	int ret = 0;

	for (uint16_t q = 0; q < dp->set.queues && ret == 0; q = (uint16_t)(q + each))
		ret = extend_patiently(dp, q, each, err);
	return ret;
}

int dp_iface_steer(struct dp *dp, const struct dp_addr *sources, unsigned count, struct error *err)
{
	const struct steer_filter filter = {
		.sources = sources,
		.source_count = count,
		.unshared = dp->set.unshared,
		.vlan = dp->set.vlan,
		.port_first = dp->set.port_first,
		.port_last = dp->set.port_last,
		.connects = dp->set.connects,
		.echo = dp->set.icmp,
		.streams = dp->set.conns,
	};

	return steer_begin(&dp->steer, &filter, &dp->port, err);
}

static int open_xdp(struct dp *dp, struct error *err)
{
	int ret = steer_open(&dp->steer, dp->link.name, dp->link.index, dp->set.generic, err);

	if (ret)
		return ret;
	ret = open_queues(dp, err);
	if (ret == 0)
		ret = dp_iface_steer(dp, dp->set.source, dp->set.source_count, err);
	dp->xdp = ret == 0;
	if (ret == 0)
		return 0;
	port_close(&dp->port);
	steer_close(&dp->steer);
	return ret;
}

/* Open the interface through AF_XDP, native or generic. If that is refused, open it through
 * AF_PACKET, since a scan must be possible on any interface. */
int dp_iface_open(struct dp *dp, struct error *err)
{
	int ret = check_xdp_socket(err);

	if (ret == 0)
		ret = open_xdp(dp, err);
	if (ret == 0 || ret == -EBUSY)
		return ret;
	give_reason(RIGHTS_XDP, ret, err);
	if (ret == -ENOMEM)
		return ret;
	snprintf(dp->refusal, sizeof(dp->refusal), "%.*s", (int)sizeof(dp->refusal) - 1, err->text);
	ret = dp_claim_packet(dp);
	if (ret)
		return error_set(err, ret, "the scan cannot be announced to others: %s",
		                 strerror(-ret));
	return dp_iface_open_packet(dp, err);
}
