/* SPDX-License-Identifier: Apache-2.0 */
/* dp_port.c - from a port's configuration to a started, steered port. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dp_private.h"
#include "eal.h"
#include "error.h"
#include "nap.h"
#include "route.h"

enum {
	SOURCE_PORT_FIRST = 61000,
	SOURCE_PORT_LAST = 65531,
	BUSY_BUDGET = 0, /* busy polling costs a system call in every turn, and brought nothing */
	REOPEN_TRIES = 20,
	REOPEN_PAUSE_US = 1000, /* the longest nap */
};

uint32_t dp_source_v4(const struct dp *dp)
{
	uint32_t v4;

	for (unsigned i = 0; i < dp->set.source_count; i++)
		if (dp_addr_is_v4(&dp->set.source[i], &v4))
			return v4;
	return 0;
}

static bool shared_with_kernel(const struct dp *dp)
{
	return dp->set.kind == DP_PORT_IFACE || dp->set.kind == DP_PORT_AF_PACKET;
}

static int copy_settings(struct dp_settings *s, const struct dp_port_config *c,
			 struct dp_error *err)
{
	if (!c->name || !c->name[0] || strlen(c->name) >= sizeof(s->name))
		return error_set(err, -EINVAL, "no port is named");
	if (c->source_count > DP_MAX_SOURCES || c->prefix_len > 32 || c->prefix6_len > 128 || c->vlan > 4094 ||
	    c->source_port_first > c->source_port_last || c->queues > DP_MAX_WORKERS)
		return error_set(err, -EINVAL, "port '%s': too many sources or queues, or a prefix "
				 "length, VLAN or source port out of range", c->name);
	snprintf(s->name, sizeof(s->name), "%s", c->name);
	s->kind = c->kind;
	s->queues = c->queues;
	s->source_count = c->sources ? c->source_count : 0;
	for (unsigned i = 0; i < s->source_count; i++)
		s->source[i] = c->sources[i];
	s->port_first = c->source_port_first ? c->source_port_first : SOURCE_PORT_FIRST;
	s->port_last = c->source_port_last ? c->source_port_last : SOURCE_PORT_LAST;
	s->link_len = c->prefix_len ? c->prefix_len : 32;
	s->link6_len = c->prefix6_len ? c->prefix6_len : 128;
	s->has_gateway = c->has_gateway && dp_addr_is_v4(&c->gateway, NULL);
	s->gateway = c->gateway;
	s->has_gateway6 = c->has_gateway && !s->has_gateway;
	s->gateway6 = c->gateway;
	s->has_gateway_mac = c->has_gateway_mac;
	memcpy(s->gateway_mac, c->gateway_mac, 6);
	s->vlan = c->vlan;
	s->generic = c->force_generic_xdp;
	s->icmp = c->icmp;
	return 0;
}

/* Replies to a queue that has no socket would be the kernel's, so every queue gets one. */
static int settle_queues(struct dp *dp, struct dp_error *err)
{
	if (dp->set.kind == DP_PORT_IFACE) {
		/* DPDK's AF_XDP driver knows of combined channels only. */
		if (dp->link.rx_only > 1)
			return error_set(err, -EINVAL,
					 "interface '%s' spreads packets over %u receive queues "
					 "apart from its transmit queues, of which DPDK serves one; "
					 "`ethtool -L %s rx 1 tx 1` changes that", dp->link.name,
					 dp->link.rx_only, dp->link.name);
		if (dp->set.queues && dp->set.queues != dp->link.queues)
			return error_set(err, -EINVAL,
					 "interface '%s' spreads packets over %u queues, not %u; "
					 "`ethtool -L %s combined %u` changes that", dp->link.name,
					 dp->link.queues, dp->set.queues, dp->link.name,
					 dp->set.queues);
		dp->set.queues = dp->link.queues;
	}
	if (dp->set.queues == 0 || dp->set.kind == DP_PORT_AF_PACKET)
		dp->set.queues = 1;
	if (dp->set.queues > DP_MAX_WORKERS)
		return error_set(err, -EINVAL, "interface '%s' has %u queues, at most %d are "
				 "possible; `ethtool -L %s combined %d` changes that",
				 dp->link.name, dp->set.queues, DP_MAX_WORKERS, dp->link.name,
				 DP_MAX_WORKERS);
	return 0;
}

static void take_first_of_each_family(struct dp *dp)
{
	struct dp_settings *s = &dp->set;
	bool have[2] = { false, false };

	for (unsigned i = 0; i < dp->link.net_count; i++) {
		bool v4 = dp_addr_is_v4(&dp->link.net[i].addr, NULL);

		if (!have[v4])
			s->source[s->source_count++] = dp->link.net[i].addr;
		have[v4] = true;
	}
}

/* The network of the first IPv6 source, where the interface has that address. */
static void take_network6(struct dp *dp)
{
	const struct dp_addr *own = dp_source_v6(dp);

	for (unsigned i = 0; own && i < dp->link.net_count && dp->set.link6_len == 128; i++)
		if (dp_addr_compare(own, &dp->link.net[i].addr) == 0)
			dp->set.link6_len = dp->link.net[i].len;
}

/* The own address and its network, where the kernel knows them. */
static int take_addresses(struct dp *dp, struct dp_error *err)
{
	struct dp_settings *s = &dp->set;
	bool given = s->source_count > 0;
	uint32_t own, v4;

	if (!given)
		take_first_of_each_family(dp);
	if (s->source_count == 0)
		return error_set(err, -EADDRNOTAVAIL,
				 "interface '%s' has no address to send from; `ip addr add ... dev "
				 "%s`, or name one", s->name, s->name);
	own = dp_source_v4(dp);
	for (unsigned i = 0; i < dp->link.net_count; i++) {
		unsigned len = dp->link.net[i].len - 96U;

		if (own == 0 || !dp_addr_is_v4(&dp->link.net[i].addr, &v4) || s->link_len != 32)
			continue;
		if (len == 0 || len > 32 || (own ^ v4) >> (32 - len))
			continue;
		s->link_len = (uint8_t)len;
	}
	take_network6(dp);
	if (!s->has_gateway)
		s->has_gateway = route_default(dp->link.index, false, &s->gateway) == 0;
	if (!s->has_gateway6)
		s->has_gateway6 = route_default(dp->link.index, true, &s->gateway6) == 0;
	return 0;
}

static int check_privileges(const char *name, int family, struct dp_error *err)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno == EPERM || errno == EACCES)
		return error_set(err, -EPERM, "no privileges to take interface '%s': run as root, "
				 "or with CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF and CAP_SYS_ADMIN",
				 name);
	return error_set(err, -EAFNOSUPPORT, "this kernel has no AF_XDP sockets "
			 "(CONFIG_XDP_SOCKETS); take '%s' through AF_PACKET", name);
}

static int look_at_link(struct dp *dp, struct dp_error *err)
{
	bool iface = dp->set.kind == DP_PORT_IFACE;
	int ret = link_query(dp->set.name, &dp->link, err);

	if (ret == 0)
		ret = check_privileges(dp->set.name, iface ? AF_XDP : AF_PACKET, err);
	if (ret == 0)
		ret = take_addresses(dp, err);
	return ret;
}

static int open_af_packet(struct dp *dp, struct dp_error *err)
{
	char args[128];

	dp->set.queues = 1;
	snprintf(args, sizeof(args), "net_af_packet_%d_%s,iface=%s,framecnt=2048,blocksz=8192",
		 dp->link.index, dp->link.name, dp->link.name);
	return port_open(&dp->port, args, 1, err);
}

/*
 * The kernel gives a queue back a moment after the last socket on it was closed, by a scan before
 * this one in the same process or in another.
 */
static int open_xdp_port(struct dp *dp, const char *args, struct dp_error *err)
{
	struct port_xsk before;
	int ret;

	port_xsk_list(&before);
	for (int i = 0; i < REOPEN_TRIES; i++) {
		ret = port_open(&dp->port, args, dp->set.queues, err);
		port_xsk_list(&dp->xsk);
		port_xsk_subtract(&dp->xsk, &before);
		if (ret == 0)
			break;
		port_xsk_close(&dp->xsk);
		steer_sweep(&dp->steer);
		if (!strstr(eal_complaint(), "create xsk socket"))
			break;
		nap(REOPEN_PAUSE_US);
	}
	return ret;
}

/* AF_XDP; where the driver refuses it, AF_PACKET, for a scan must be possible on any interface. */
static int open_iface(struct dp *dp, struct dp_error *err)
{
	const struct steer_filter filter = { dp->set.source, dp->set.source_count,
					     dp->set.port_first, dp->set.port_last, dp->set.icmp };
	char args[192];
	int ret = steer_open(&dp->steer, dp->link.name, dp->link.index, err);

	if (ret)
		return ret;
	snprintf(args, sizeof(args),
		 "net_af_xdp_%d_%s,iface=%s,start_queue=0,queue_count=%u,busy_budget=%d,xdp_prog=%s",
		 dp->link.index, dp->link.name, dp->link.name, dp->set.queues, BUSY_BUDGET,
		 dp->steer.path);
	ret = open_xdp_port(dp, args, err);
	if (ret) {
		steer_close(&dp->steer);
		snprintf(dp->refusal, sizeof(dp->refusal), "%s", eal_complaint());
		return open_af_packet(dp, err);
	}
	dp->xdp = true;
	return steer_take(&dp->steer, &filter, dp->set.generic, err);
}

static int open_port(struct dp *dp, struct dp_error *err)
{
	switch (dp->set.kind) {
	case DP_PORT_IFACE:
		return open_iface(dp, err);
	case DP_PORT_AF_PACKET:
		return open_af_packet(dp, err);
	default:
		if (dp->set.source_count == 0)
			return error_set(err, -EADDRNOTAVAIL, "port '%s' is not the kernel's: name "
					 "the address to send from", dp->set.name);
		return port_open(&dp->port, dp->set.name, dp->set.queues, err);
	}
}

static int open_all(struct dp *dp, const struct dp_port_config *c, struct dp_error *err)
{
	struct eal_config eal = { .args = c->eal_args, .arg_count = c->eal_arg_count,
				  .pci = c->kind == DP_PORT_PCI ? c->name : NULL };
	int ret = copy_settings(&dp->set, c, err);

	if (ret == 0 && shared_with_kernel(dp))
		ret = look_at_link(dp, err);
	if (ret == 0)
		ret = settle_queues(dp, err);
	eal.workers = dp->set.queues;
	if (ret == 0)
		ret = eal_start(&eal, err);
	if (ret == 0)
		ret = open_port(dp, err);
	return ret;
}

int dp_open(const struct dp_port_config *config, struct dp **out, struct dp_error *err)
{
	struct dp *dp = aligned_alloc(64, sizeof(*dp));
	int ret;

	if (!dp)
		return error_set(err, -ENOMEM, "no memory");
	memset(dp, 0, sizeof(*dp));
	dp->steer.link_fd = -1;
	dp->steer.object_fd = -1;
	ret = open_all(dp, config, err);
	if (ret)
		dp_close(dp);
	else
		*out = dp;
	return ret;
}

void dp_close(struct dp *dp)
{
	if (!dp)
		return;
	dp_stop(dp);
	dp_scan_free(dp);
	steer_close(&dp->steer);
	if (dp->port.queues)
		port_close(&dp->port);
	if (dp->xdp)
		port_xsk_close(&dp->xsk);
	free(dp);
}

static void describe_mode(const struct dp *dp, struct dp_port_info *out)
{
	if (dp->xdp)
		snprintf(out->mode, sizeof(out->mode), "AF_XDP %s, steering by %s",
			 dp->steer.generic ? "generic" : "native",
			 dp->steer.link_fd >= 0 ? "bpf_link" : "netlink");
	else if (dp->refusal[0])
		snprintf(out->mode, sizeof(out->mode), "AF_PACKET, for the driver refuses AF_XDP");
	else if (dp->set.kind == DP_PORT_AF_PACKET)
		snprintf(out->mode, sizeof(out->mode), "AF_PACKET");
	else
		snprintf(out->mode, sizeof(out->mode), "dedicated");
}

static void describe_hint(const struct dp *dp, struct dp_port_info *out)
{
	if (dp->refusal[0])
		snprintf(out->hint, sizeof(out->hint),
			 "AF_XDP refused (%s); the kernel will answer SYN-ACKs with RST",
			 dp->refusal);
	else if (!out->hugepages)
		snprintf(out->hint, sizeof(out->hint),
			 "no free hugepages: with them AF_XDP sends about half as much again; "
			 "`sysctl vm.nr_hugepages=%u`", 128U + 32U * dp->set.queues);
}

void dp_port_describe(const struct dp *dp, struct dp_port_info *out)
{
	*out = (struct dp_port_info){
		.gateway = dp->set.gateway,
		.has_gateway = dp->set.has_gateway,
		.queues = dp->set.queues,
		.hugepages = eal_hugepages(),
		.source = dp->set.source[0],
		.link_mbps = dp->link.mbps,
	};
	snprintf(out->name, sizeof(out->name), "%.*s", (int)sizeof(out->name) - 1, dp->set.name);
	snprintf(out->driver, sizeof(out->driver), "%s", dp->port.driver);
	memcpy(out->mac, dp->port.mac, 6);
	if (!shared_with_kernel(dp))
		port_link(&dp->port, &out->link_mbps);
	describe_mode(dp, out);
	describe_hint(dp, out);
}
