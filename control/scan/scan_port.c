/* SPDX-License-Identifier: Apache-2.0 */
/* scan_port.c - turns options into a struct dp_port_config. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan_port.h"

static int name_port(const struct config *c, struct dp_port_config *p, struct error *err)
{
	const struct {
		const char *name;
		enum dp_port_kind kind;
	} ways[] = {
		{c->iface, DP_PORT_IFACE},
		{c->pci, DP_PORT_PCI},
		{c->vdev, DP_PORT_VDEV},
		{c->af_packet, DP_PORT_AF_PACKET},
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (ways[i].name == NULL)
			continue;
		p->kind = ways[i].kind;
		p->name = ways[i].name;
		return 0;
	}
	return error_set(
		err, -EINVAL,
		"no interface: say --iface NAME (`sonde doctor` lists them) or --port PCI");
}

/* Parse a source address such as "198.18.0.2" or "198.18.0.2/16". */
static int add_source(const char *text, struct scan_port *p, struct error *err)
{
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	char address[DP_ADDR_TEXT], *end = NULL;
	unsigned long bits = slash != NULL ? strtoul(slash + 1, &end, 10) : 0;

	snprintf(address, sizeof(address), "%.*s", (int)(len < sizeof(address) ? len : 0), text);
	if (p->config.source_count == DP_MAX_SOURCES ||
	    dp_addr_parse(address, &p->sources[p->config.source_count]) < 0 ||
	    (slash != NULL && (*end != '\0' || bits < 1 || bits > 128))) {
		return error_set(
			err, -EINVAL,
			"--source-ip: `%.60s`: expected an address, or an address with its "
			"network's prefix length (192.0.2.1/24); at most %d",
			text, DP_MAX_SOURCES);
	}
	p->config.source_count++;
	if (bits > 0 && dp_addr_is_v4(&p->sources[p->config.source_count - 1], NULL))
		p->config.prefix_len = (uint8_t)bits;
	else if (bits > 0)
		p->config.prefix6_len = (uint8_t)bits;
	return 0;
}

int scan_port_make(const struct config *c, struct scan_port *out, struct error *err)
{
	struct dp_port_config *p = &out->config;
	struct dp_probe_info probe;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = name_port(c, p, err);
	p->queues = (uint16_t)c->workers;
	p->source_port_first = c->source_ports.first;
	p->source_port_last = c->source_ports.last;
	p->prefix_len = (uint8_t)c->prefix_len;
	p->vlan = (uint16_t)c->vlan;
	p->has_gateway_mac = c->gateway_mac.given;
	memcpy(p->gateway_mac, c->gateway_mac.b, sizeof(p->gateway_mac));
	p->force_generic_xdp = c->generic_xdp;
	p->icmp = dp_probe_describe(c->probe, &probe) && probe.transport == DP_TRANSPORT_ICMP;
	for (unsigned i = 0; i < c->source_ips.count && ret == 0; i++)
		ret = add_source(c->source_ips.items[i], out, err);
	if (p->source_count > 0)
		p->sources = out->sources;
	if (ret < 0 || c->gateway == NULL)
		return ret;
	p->has_gateway = true;
	if (dp_addr_parse(c->gateway, &p->gateway) == 0)
		return 0;
	return error_set(err, -EINVAL, "--gateway: `%.60s`: expected an address", c->gateway);
}
