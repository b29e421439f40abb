/* SPDX-License-Identifier: Apache-2.0 */
/* scan_port.c - turns options into a struct dp_port_config. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rate.h"
#include "scan_port.h"

enum { SOURCE_PORTS = 65531 - 61000 + 1 }; /* the dataplane's default */

/* Name the port in @p. Without one @p has no name. */
static void name_port(const struct config *c, struct dp_port_config *p)
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
		return;
	}
}

/* Parse the prefix length behind the slash of a source address. Returns 0 if it is none. */
static unsigned source_bits(const char *text, bool v4)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long bits = strtoul(text, NULL, 10);

	return digits > 0 && digits < 4 && text[digits] == '\0' && bits <= (v4 ? 32 : 128)
	               ? (unsigned)bits
	               : 0;
}

/* Parse a source address such as "198.18.0.2" or "198.18.0.2/16". */
static int add_source(const char *text, struct scan_port *p, struct error *err)
{
	struct dp_addr *source = &p->sources[p->config.source_count];
	size_t len = strcspn(text, "/");
	bool has_bits = text[len] == '/', v4;
	char address[DP_ADDR_TEXT];
	unsigned bits = 0;

	snprintf(address, sizeof(address), "%.*s", (int)(len < sizeof(address) ? len : 0), text);
	if (p->config.source_count < DP_MAX_SOURCES && dp_addr_parse(address, source) == 0) {
		v4 = dp_addr_is_v4(source, NULL);
		bits = has_bits ? source_bits(text + len + 1, v4) : 0;
		if (bits > 0 && v4)
			p->config.prefix_len = (uint8_t)bits;
		else if (bits > 0)
			p->config.prefix6_len = (uint8_t)bits;
		if (!has_bits || bits > 0) {
			p->config.source_count++;
			return 0;
		}
	}
	return error_set(err, -EINVAL,
	                 "--source-ip: `%.60s`: expected an address, or an address with its "
	                 "network's prefix length (192.0.2.1/24); at most %d",
	                 text, DP_MAX_SOURCES);
}

/* Take a gateway. The last one of a family counts, so that --resume can change it. */
static int add_gateway(const char *text, struct dp_port_config *p, struct error *err)
{
	struct dp_addr a;
	bool v4;

	if (dp_addr_parse(text, &a) < 0)
		return error_set(err, -EINVAL, "--gateway: `%.60s`: expected an address", text);
	v4 = dp_addr_is_v4(&a, NULL);
	*(v4 ? &p->has_gateway : &p->has_gateway6) = true;
	*(v4 ? &p->gateway : &p->gateway6) = a;
	return 0;
}

/* Why no host can have @a; NULL: one can. A router's IPv6 address may be a link-local one. */
static const char *impossible(const struct dp_addr *a, bool router)
{
	const char *why = NULL;
	bool link_local = router && !dp_addr_is_v4(a, NULL) && a->b[0] == 0xfe &&
	                  (a->b[1] & 0xc0) == 0x80;

	if (!dp_addr_forbidden(a, &why) || link_local)
		return NULL;
	return why;
}

static int check_host(const char *option, const struct dp_addr *a, bool router, struct error *err)
{
	const char *why = impossible(a, router);
	char text[DP_ADDR_TEXT];

	if (why == NULL)
		return 0;
	return error_set(err, -EINVAL, "%s: `%s`: no host can have this address (%s)", option,
	                 dp_addr_format(a, text), why);
}

/* Refuse addresses that no host can have, and link-layer addresses that belong to no single one. */
static int check_hosts(const struct dp_port_config *p, struct error *err)
{
	static const uint8_t none[6];
	int ret = 0;

	for (unsigned i = 0; i < p->source_count && ret == 0; i++)
		ret = check_host("--source-ip", &p->sources[i], false, err);
	if (ret == 0 && p->has_gateway)
		ret = check_host("--gateway", &p->gateway, true, err);
	if (ret == 0 && p->has_gateway6)
		ret = check_host("--gateway", &p->gateway6, true, err);
	if (ret != 0 || !p->has_gateway_mac)
		return ret;
	if (memcmp(p->gateway_mac, none, sizeof(none)) == 0)
		return error_set(err, -EINVAL,
		                 "--gateway-mac: 00:00:00:00:00:00 belongs to no host");
	if (p->gateway_mac[0] & 1)
		return error_set(err, -EINVAL,
		                 "--gateway-mac: a group address (multicast or broadcast) belongs "
		                 "to no single host");
	return 0;
}

int scan_port_make(const struct config *c, struct scan_port *out, struct error *err)
{
	struct dp_port_config *p = &out->config;
	int ret = 0;

	memset(out, 0, sizeof(*out));
	name_port(c, p);
	p->queues = (uint16_t)c->workers;
	p->source_port_first = c->source_ports.first;
	p->source_port_last = c->source_ports.last;
	p->source_ports_least = (uint16_t)(c->passes + DP_EXTRAS + DP_CONN_ATTEMPTS);
	p->prefix_len = (uint8_t)c->prefix_len;
	p->vlan = (uint16_t)c->vlan;
	p->has_gateway_mac = c->gateway_mac.given;
	memcpy(p->gateway_mac, c->gateway_mac.b, sizeof(p->gateway_mac));
	p->force_generic_xdp = c->generic_xdp;
	p->icmp = (c->kinds >> DP_PROBE_ICMP_ECHO & 1) != 0;
	for (unsigned i = 0; i < c->source_ips.count && ret == 0; i++)
		ret = add_source(c->source_ips.items[i], out, err);
	if (p->source_count > 0)
		p->sources = out->sources;
	p->force_iface = c->force_iface;
	for (unsigned i = 0; i < c->gateways.count && ret == 0; i++)
		ret = add_gateway(c->gateways.items[i], p, err);
	return ret == 0 ? check_hosts(p, err) : ret;
}

/* Each pass needs a source port of its own, and so does each kind of extra probe of --rate auto.
 * Control probes are left out where there are too few ports. */
static int check_source_ports(const struct config *c, struct error *err)
{
	const struct config_port_range *r = &c->source_ports;
	unsigned have = r->first > 0 ? r->last - r->first + 1u : SOURCE_PORTS;
	unsigned need = c->passes + (c->rate == RATE_AUTO ? DP_EXTRAS : 0);

	if (have >= need && have <= UINT16_MAX)
		return 0;
	return error_set(err, -EINVAL,
	                 "--source-port: %u-%u: expected at least %u ports: one for each pass%s",
	                 r->first, r->last, need,
	                 c->rate == RATE_AUTO ? ", and three for --rate auto" : "");
}

/* Whether sources were given and none of them is of the family @v4. */
static bool lacks_family(const struct scan_port *p, bool v4)
{
	for (unsigned i = 0; i < p->config.source_count; i++)
		if (dp_addr_is_v4(&p->sources[i], NULL) == v4)
			return false;
	return p->config.source_count > 0;
}

static int check_families(const struct scan_port *p, const struct plan *plan, struct error *err)
{
	bool no4 = plan->info.v4 && lacks_family(p, true);

	if (!no4 && !(plan->info.v6 && lacks_family(p, false)))
		return 0;
	return error_set(err, -EINVAL,
	                 "--source-ip: there are %s targets, but no such address to send from; add "
	                 "one, or exclude those targets",
	                 no4 ? "IPv4" : "IPv6");
}

/* Refuse what is no PCI address; often it is a port to probe. */
static int check_pci(const struct config *c, struct error *err)
{
	unsigned domain, bus, device, function;
	char end;

	if (c->pci == NULL ||
	    sscanf(c->pci, "%4x:%2x:%2x.%1x%c", &domain, &bus, &device, &function, &end) == 4 ||
	    sscanf(c->pci, "%2x:%2x.%1x%c", &bus, &device, &function, &end) == 3)
		return 0;
	return error_set(
		err, -EINVAL,
		"--port: `%.60s`: expected the PCI address of a NIC, such as 0000:01:00.0; the "
		"ports to probe are -p",
		c->pci);
}

int scan_port_check(const struct config *c, const struct plan *plan, struct error *err)
{
	struct scan_port p;
	int ret = scan_port_make(c, &p, err);

	if (ret == 0)
		ret = check_pci(c, err);
	if (ret == 0)
		ret = check_source_ports(c, err);
	if (ret == 0)
		ret = check_families(&p, plan, err);
	if (ret < 0)
		return ret;
	if (p.config.name == NULL && !c->dry_run)
		return error_set(err, -EINVAL,
		                 "no interface: say --iface NAME (`sonde doctor` lists them) or "
		                 "--port PCI");
	if ((c->pci != NULL || c->vdev != NULL) && p.config.source_count == 0)
		return error_set(err, -EINVAL,
		                 "--source-ip: the port %.60s is not the kernel's: name the "
		                 "address to send from",
		                 p.config.name);
	return 0;
}
