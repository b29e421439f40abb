/* SPDX-License-Identifier: Apache-2.0 */
/* dp_probe.c - scans one network through the public interface of the dataplane alone; writes open
 * ADDRESS:PORT to stdout and counters as JSON to stderr. */
#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dp.h"
#include "launch.h"

struct options {
	struct dp_port_config port;
	struct dp_scan_config scan;
	struct dp_addr source, first, last;
	char *ports;
	unsigned reopen;
};

static bool parse_network(char *text, struct options *o)
{
	char *slash = strchr(text, '/');
	unsigned len = slash ? (unsigned)strtoul(slash + 1, NULL, 10) : 32;
	uint32_t base;

	if (slash)
		*slash = '\0';
	if (dp_addr_parse(text, &o->first) || !dp_addr_is_v4(&o->first, &base) || len > 32)
		return false;
	o->last = dp_addr_add(&o->first, (1ULL << (32 - len)) - 1);
	return true;
}

static bool parse_mac(const char *text, struct options *o)
{
	uint8_t *m = o->port.gateway_mac;

	o->port.has_gateway_mac = true;
	return sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &m[0], &m[1], &m[2], &m[3],
	              &m[4], &m[5]) == 6;
}

static void set_port(struct options *o, enum dp_port_kind kind, const char *name)
{
	o->port.kind = kind;
	o->port.name = name;
}

static bool parse(int argc, char **argv, struct options *o)
{
	static const struct option table[] = {
		{"iface", 1, NULL, 'i'},    {"af-packet", 1, NULL, 'a'},   {"vdev", 1, NULL, 'v'},
		{"source", 1, NULL, 's'},   {"gateway-mac", 1, NULL, 'g'}, {"rate", 1, NULL, 'r'},
		{"cooldown", 1, NULL, 'c'}, {"ports", 1, NULL, 'p'},       {"passes", 1, NULL, 'n'},
		{"generic", 0, NULL, 'G'},  {"closed", 0, NULL, 'C'},      {"seed", 1, NULL, 'S'},
		{"prefix", 1, NULL, 'l'},   {"twice", 0, NULL, '2'},       {"pci", 1, NULL, 'd'},
		{NULL, 0, NULL, 0},
	};
	bool ok = true;
	int c;

	while (ok && (c = getopt_long(argc, argv, "", table, NULL)) != -1) {
		switch (c) {
		case 'i':
			set_port(o, DP_PORT_IFACE, optarg);
			break;
		case 'a':
			set_port(o, DP_PORT_AF_PACKET, optarg);
			break;
		case 'v':
			set_port(o, DP_PORT_VDEV, optarg);
			break;
		case 'd':
			set_port(o, DP_PORT_PCI, optarg);
			break;
		case 's':
			ok = dp_addr_parse(optarg, &o->source) == 0;
			o->port.sources = &o->source;
			o->port.source_count = 1;
			break;
		case 'g':
			ok = parse_mac(optarg, o);
			break;
		case 'r':
			o->scan.rate_pps = strtod(optarg, NULL);
			break;
		case 'c':
			o->scan.cooldown_ms = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'p':
			o->ports = optarg;
			break;
		case 'n':
			o->scan.passes = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'l':
			o->port.prefix_len = (uint8_t)strtoul(optarg, NULL, 10);
			break;
		case 'S':
			memset(o->scan.key, (int)strtoul(optarg, NULL, 10), 16);
			break;
		case 'G':
			o->port.force_generic_xdp = true;
			break;
		case 'C':
			o->scan.want_closed = true;
			break;
		case '2':
			o->reopen = 1;
			break;
		default:
			ok = false;
		}
	}
	return ok && o->port.name && o->ports && optind + 1 == argc &&
	       parse_network(argv[optind], o);
}

static struct dp_space *make_space(const struct options *o)
{
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;
	char *ports = strdup(o->ports), *next = NULL;

	if (!s || !ports || dp_space_include(s, &o->first, &o->last))
		exit(1);
	for (char *p = strtok_r(ports, ",", &next); p; p = strtok_r(NULL, ",", &next))
		dp_space_add_ports(s, (uint16_t)strtoul(p, NULL, 10),
		                   (uint16_t)strtoul(p, NULL, 10));
	free(ports);
	if (dp_space_seal(s, &info))
		exit(1);
	return s;
}

static void print(const struct dp_result *r, unsigned n)
{
	char text[DP_ADDR_TEXT];

	for (unsigned i = 0; i < n; i++)
		if (r[i].reply == DP_REPLY_OPEN)
			printf("%s:%u\n", dp_addr_format(&r[i].addr, text), r[i].port);
}

static void report(const struct dp_stats *s)
{
	fprintf(stderr,
	        "{\"targets\":%lu,\"sent\":%lu,\"noroute\":%lu,\"retries\":%lu,\"received\":%lu,"
	        "\"foreign\":%lu,\"malformed\":%lu,\"duplicates\":%lu,\"open\":%lu,\"closed\":%lu,"
	        "\"unreachable\":%lu,\"ring_drops\":%lu,\"missed\":%lu,\"errors\":%lu}\n",
	        s->targets, s->sent, s->skipped_noroute, s->tx_retries, s->received, s->foreign,
	        s->malformed, s->duplicates, s->open, s->closed, s->unreachable, s->ring_drops,
	        s->nic_missed, s->nic_errors);
}

static int run(struct dp *dp, const struct dp_scan_config *scan)
{
	static struct dp_result r[4096];
	struct error err;
	struct dp_stats s;
	unsigned n;

	if (launch(dp, scan, &err)) {
		fprintf(stderr, "dp_probe: %s\n", err.text);
		return 1;
	}
	do {
		dp_stats(dp, &s);
		while ((n = dp_receive(dp, r, 4096)) > 0)
			print(r, n);
		usleep(10000);
	} while (!s.done);
	dp_stop(dp);
	report(&s);
	return 0;
}

static int once(const struct options *o)
{
	struct dp_port_info info;
	struct error err;
	struct dp *dp;
	int ret;

	if (dp_open(&o->port, &dp, &err)) {
		fprintf(stderr, "dp_probe: %s\n", err.text);
		return 1;
	}
	dp_port_describe(dp, &info);
	fprintf(stderr, "%s: %s, %s, %u queues\n%s\n", info.name, info.driver, info.mode,
	        info.queues, info.hint);
	ret = run(dp, &o->scan);
	dp_close(dp);
	return ret;
}

int main(int argc, char **argv)
{
	struct options o = {
		.scan = {.shards = 1, .passes = 1, .rate_pps = 10000, .cooldown_ms = 1000}};
	struct dp_space *space;
	int ret;

	if (!parse(argc, argv, &o)) {
		fputs("usage: dp_probe --iface NAME | --af-packet NAME | --vdev ARGS | --pci "
		      "ADDRESS "
		      "--ports N,N [--source A] [--prefix L]\n"
		      "       [--gateway-mac M] [--rate PPS] [--cooldown MS] [--passes N] [--seed "
		      "N] "
		      "[--generic] [--closed] [--twice] NETWORK\n",
		      stderr);
		return 2;
	}
	o.scan.space = space = make_space(&o);
	ret = once(&o);
	if (ret == 0 && o.reopen)
		ret = once(&o);
	dp_space_free(space);
	return ret;
}
