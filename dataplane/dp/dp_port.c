/* SPDX-License-Identifier: Apache-2.0 */
/* dp_port.c - opens a port: from its configuration to a started, steered port. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dp_claim.h"
#include "eal.h"
#include "error.h"
#include "port_xsk.h"

static bool shared_with_kernel(const struct dp *dp)
{
	return dp->set.kind == DP_PORT_IFACE || dp->set.kind == DP_PORT_AF_PACKET;
}

static int copy_settings(struct dp_settings *s, const struct dp_port_config *c, struct error *err)
{
	if (!c->name || !c->name[0] || strlen(c->name) >= sizeof(s->name))
		return error_set(err, -EINVAL, "no port is named");
	if (c->source_count > DP_MAX_SOURCES || c->prefix_len > 32 || c->prefix6_len > 128 ||
	    c->vlan > 4094 || c->source_port_first > c->source_port_last ||
	    c->queues > DP_MAX_WORKERS)
		return error_set(err, -EINVAL,
		                 "port '%s': too many sources or queues, or a prefix "
		                 "length, VLAN or source port out of range",
		                 c->name);
	snprintf(s->name, sizeof(s->name), "%s", c->name);
	s->kind = c->kind;
	s->queues = c->queues;
	s->source_count = c->sources ? c->source_count : 0;
	for (unsigned i = 0; i < s->source_count; i++)
		s->source[i] = c->sources[i];
	s->port_first = c->source_port_first;
	s->port_last = c->source_port_last;
	s->link_len = c->prefix_len ? c->prefix_len : 32;
	s->link6_len = c->prefix6_len ? c->prefix6_len : 128;
	s->has_link_len = c->prefix_len != 0;
	s->has_link6_len = c->prefix6_len != 0;
	s->has_gateway = c->has_gateway;
	s->gateway = c->gateway;
	s->has_gateway6 = c->has_gateway6;
	s->gateway6 = c->gateway6;
	s->force_iface = c->force_iface;
	s->sources_given = s->source_count > 0;
	s->has_gateway_mac = c->has_gateway_mac;
	memcpy(s->gateway_mac, c->gateway_mac, 6);
	s->vlan = c->vlan;
	s->generic = c->force_generic_xdp;
	s->icmp = c->icmp;
	return 0;
}

/* Settle the number of queues. A kernel interface determines its own. */
static int settle_queues(struct dp *dp, struct error *err)
{
	if (dp->set.kind == DP_PORT_IFACE)
		return dp_iface_queues(dp, err);
	if (dp->set.queues == 0 || dp->set.kind == DP_PORT_AF_PACKET)
		dp->set.queues = 1;
	return 0;
}

static int open_port(struct dp *dp, struct error *err)
{
	switch (dp->set.kind) {
	case DP_PORT_IFACE:
		return dp_iface_open(dp, err);
	case DP_PORT_AF_PACKET:
		return dp_iface_open_packet(dp, err);
	default:
		if (dp->set.source_count == 0)
			return error_set(err, -EADDRNOTAVAIL,
			                 "port '%s' is not the kernel's: name "
			                 "the address to send from",
			                 dp->set.name);
		return port_open(&dp->port, dp->set.name, dp->set.queues, err);
	}
}

static int open_all(struct dp *dp, const struct dp_port_config *c, struct error *err)
{
	struct eal_config eal = {.args = c->eal_args,
	                         .arg_count = c->eal_arg_count,
	                         .pci = c->kind == DP_PORT_PCI ? c->name : NULL};
	int ret = copy_settings(&dp->set, c, err);

	dp->set.unshared = UINT32_MAX;
	if (ret == 0 && shared_with_kernel(dp)) {
		ret = dp_iface_look(dp, err);
		if (ret == 0)
			ret = dp_claim(dp, c->source_ports_least ? c->source_ports_least : 1, err);
	}
	dp_claim_standard(dp);
	if (ret == 0)
		ret = settle_queues(dp, err);
	eal.workers = dp->set.queues;
	if (ret == 0)
		ret = eal_start(&eal, err);
	if (ret == 0)
		ret = open_port(dp, err);
	return ret;
}

int dp_open(const struct dp_port_config *config, struct dp **out, struct error *err)
{
	struct dp *dp = aligned_alloc(64, sizeof(*dp));
	int ret;

	if (!dp)
		return error_set(err, -ENOMEM, "no memory");
	memset(dp, 0, sizeof(*dp));
	dp->steer.link_fd = -1;
	dp->steer.file_fd = -1;
	dp->groups_fd = -1;
	dp->announce_fd = -1;
	dp->way.fd4 = dp->way.fd6 = -1;
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
	dp_exclude_free(dp);
	port_close(&dp->port);
	steer_close(&dp->steer);
	dp_claim_drop(dp);
	if (dp->groups_fd >= 0)
		close(dp->groups_fd);
	free(dp);
}

static bool is_zero_copy(const struct port *p)
{
	for (unsigned i = 0; i < p->queues; i++)
		if (!port_xsk_zero_copy(p->queue[i].xsk))
			return false;
	return true;
}

static void describe_mode(const struct dp *dp, struct dp_port_info *out)
{
	if (dp->xdp)
		snprintf(out->mode, sizeof(out->mode), "AF_XDP %s %s, steering by bpf_link",
		         dp->steer.generic ? "generic" : "native",
		         is_zero_copy(&dp->port) ? "zero-copy" : "copy");
	else if (dp->refusal[0])
		snprintf(out->mode, sizeof(out->mode), "AF_PACKET, for AF_XDP is refused");
	else if (dp->set.kind == DP_PORT_AF_PACKET)
		snprintf(out->mode, sizeof(out->mode), "AF_PACKET");
	else if (dp->set.queues < 2)
		snprintf(out->mode, sizeof(out->mode), "dedicated");
	else
		snprintf(out->mode, sizeof(out->mode), "dedicated, %u queues, %s", dp->set.queues,
		         dp->port.rss ? "RSS" : "without RSS");
}

static void describe_hint(const struct dp *dp, struct dp_port_info *out)
{
	if (dp->refusal[0])
		snprintf(out->hint, sizeof(out->hint),
		         "AF_XDP refused (%s); the kernel will answer SYN-ACKs with RST",
		         dp->refusal);
	else if (dp->xdp && dp->steer.refusal[0])
		snprintf(out->hint, sizeof(out->hint),
		         "the driver refuses native XDP (%s); the kernel's generic one costs half "
		         "the "
		         "speed",
		         dp->steer.refusal);
	else if (!out->hugepages)
		snprintf(out->hint, sizeof(out->hint), "%s; `sysctl vm.nr_hugepages=%u`",
		         dp_hugepages_gain(), eal_hugepages_advised(dp->set.queues));
}

void dp_port_describe(const struct dp *dp, struct dp_port_info *out)
{
	*out = (struct dp_port_info){
		.queues = dp->set.queues,
		.hugepages = eal_hugepages(),
		.source = dp->set.source[0],
		.link_mbps = dp->link.mbps,
		.source_port_first = dp->set.port_first,
		.source_port_last = dp->set.port_last,
	};
	snprintf(out->source_ports_why, sizeof(out->source_ports_why), "%s", dp->ports_why);
	snprintf(out->name, sizeof(out->name), "%.*s", (int)sizeof(out->name) - 1, dp->set.name);
	snprintf(out->driver, sizeof(out->driver), "%s", dp->port.driver);
	memcpy(out->mac, dp->port.mac, 6);
	if (!shared_with_kernel(dp))
		port_link(&dp->port, &out->link_mbps);
	describe_mode(dp, out);
	describe_hint(dp, out);
}
