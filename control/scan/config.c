/* SPDX-License-Identifier: Apache-2.0 */
/* config.c - the option table of a scan. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "config.h"
#include "config_kinds.h"
#include "dp.h"
#include "grab_effort.h"
#include "list_files.h"
#include "rate.h"
#include "sample.h"
#include "target_word.h"
#include "targets.h"

static const uint64_t grab_timeout_max_us = 3600000000;

static int option_shard(const char *text, void *field, struct error *err)
{
	struct config_shard *s = field;
	unsigned i, n;
	char end;

	if (text[strspn(text, "0123456789")] == '\0' && sscanf(text, "%5u%c", &i, &end) == 1) {
		*s = (struct config_shard){i, 0};
		return 0;
	}
	if (sscanf(text, "%5u/%5u%c", &i, &n, &end) != 2 || text[0] == '-' || i < 1 || i > n)
		return error_set(err, -EINVAL, "expected I/N with I from 1 to N, such as 2/8");
	*s = (struct config_shard){i - 1, n};
	return 0;
}

static int option_mac(const char *text, void *field, struct error *err)
{
	struct config_mac *m = field;
	unsigned b[6];
	char end;

	if (strlen(text) != 17 || sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2],
	                                 &b[3], &b[4], &b[5], &end) != 6)
		return error_set(err, -EINVAL, "expected a MAC address such as 02:00:5e:10:00:01");
	for (int i = 0; i < 6; i++)
		m->b[i] = (uint8_t)b[i];
	m->given = true;
	return 0;
}

/* A NIC is named by its place on the bus; --port is one letter from --ports. */
static int option_pci(const char *text, void *field, struct error *err)
{
	unsigned domain, bus, slot, function;
	char end;

	if (sscanf(text, "%4x:%2x:%2x.%1x%c", &domain, &bus, &slot, &function, &end) != 4 &&
	    sscanf(text, "%2x:%2x.%1x%c", &bus, &slot, &function, &end) != 3)
		return error_set(err, -EINVAL,
		                 "expected a PCI address such as 0000:01:00.0; ports to probe are "
		                 "-p");
	return option_text(text, field, err);
}

/* Parse a number from @least to @most. */
static int within(const char *text, uint32_t *field, uint32_t least, uint32_t most,
                  struct error *err)
{
	struct error none;
	uint32_t n;

	if (option_u32(text, &n, &none) < 0 || n < least || n > most)
		return error_set(err, -EINVAL, "expected a number from %u to %u", least, most);
	*field = n;
	return 0;
}

static int option_passes(const char *text, void *field, struct error *err)
{
	return within(text, field, 1, 16, err);
}

static int option_workers(const char *text, void *field, struct error *err)
{
	return within(text, field, 0, 64, err);
}

static int option_effort(const char *text, void *field, struct error *err)
{
	return within(text, field, 1, GRAB_EFFORT_MOST, err);
}

static int option_budget(const char *text, void *field, struct error *err)
{
	return within(text, field, 0, SAMPLE_MAX, err);
}

static int option_vlan(const char *text, void *field, struct error *err)
{
	return within(text, field, 0, 4094, err);
}

static int option_prefix_len(const char *text, void *field, struct error *err)
{
	if (within(text, field, 0, 32, err) == 0)
		return 0;
	return error_set(err, -EINVAL,
	                 "expected a number from 0 to 32; for IPv6 say --source-ip ADDRESS/LEN");
}

static int option_port_range(const char *text, void *field, struct error *err)
{
	struct config_port_range *r = field;
	unsigned first, last;
	char end;
	int n = sscanf(text, "%5u-%5u%c", &first, &last, &end);

	if (n == 1 && text[strspn(text, "0123456789")] == '\0')
		last = first;
	else if (n != 2)
		first = 0;
	if (first < 1 || last > 65535 || first > last)
		return error_set(err, -EINVAL, "expected a port or a range such as 61000-65000");
	*r = (struct config_port_range){(uint16_t)first, (uint16_t)last};
	return 0;
}

/* Parse LEN:PPS or LEN4/LEN6:PPS. A single LEN of at most 32 is the IPv4 length, and the IPv6
 * length is twice that. A single LEN above 32 is the IPv6 length and leaves no valid IPv4 length:
 * plan_make() refuses it if there are IPv4 targets. */
static int option_rate_cap(const char *text, void *field, struct error *err)
{
	struct dp_rate_cap *cap = field;
	unsigned len4, len6;
	char rate[24];

	if (sscanf(text, "%3u/%3u:%23s", &len4, &len6, rate) != 3) {
		if (sscanf(text, "%3u:%23s", &len4, rate) != 2)
			return error_set(err, -EINVAL,
			                 "expected LEN:PPS, such as 24:100, or LEN4/LEN6:PPS");
		len6 = len4 > 32 ? len4 : 2 * len4;
	} else if (len4 > 32) {
		len6 = UINT32_MAX;
	}
	if (len6 > 128)
		return error_set(err, -EINVAL,
		                 "expected prefix lengths of at most 32 (IPv4) and 128 (IPv6)");
	cap->len4 = (uint8_t)len4;
	cap->len6 = (uint8_t)len6;
	return option_rate(rate, &cap->pps, err);
}

static int option_time(const char *text, void *field, struct error *err)
{
	struct config_time *t = field;

	t->given = true;
	if (option_duration(text, &t->us, err) < 0)
		return -EINVAL;
	return t->us <= grab_timeout_max_us ? 0 : error_set(err, -EINVAL, "expected at most 1h");
}

static int option_output(const char *text, void *field, struct error *err)
{
	static const char *const names[] = {
		[CONFIG_OUTPUT_TABLE] = "table", [CONFIG_OUTPUT_NDJSON] = "ndjson",
		[CONFIG_OUTPUT_JSON] = "json",   [CONFIG_OUTPUT_CSV] = "csv",
		[CONFIG_OUTPUT_LIST] = "list",
	};

	for (int i = CONFIG_OUTPUT_TABLE; i <= CONFIG_OUTPUT_LIST; i++)
		if (strcmp(text, names[i]) == 0) {
			*(enum config_output *)field = (enum config_output)i;
			return 0;
		}
	return error_set(err, -EINVAL, "expected table, ndjson, json, csv or list");
}

static int option_via(const char *text, void *field, struct error *err)
{
	static const char *const names[] = {[CONFIG_VIA_AUTO] = "auto",
	                                    [CONFIG_VIA_KERNEL] = "kernel",
	                                    [CONFIG_VIA_WORKER] = "worker"};

	for (int i = CONFIG_VIA_AUTO; i <= CONFIG_VIA_WORKER; i++)
		if (strcmp(text, names[i]) == 0) {
			*(enum config_via *)field = (enum config_via)i;
			return 0;
		}
	return error_set(err, -EINVAL, "expected auto, kernel or worker");
}

/* Parse --refresh. Without a value it means what nobody has asked. */
static int option_refresh(const char *text, void *field, struct error *err)
{
	enum config_refresh *refresh = field;

	if (text == NULL || strcmp(text, "unasked") == 0)
		*refresh = CONFIG_REFRESH_UNASKED;
	else if (strcmp(text, "all") == 0)
		*refresh = CONFIG_REFRESH_ALL;
	else
		return error_set(err, -EINVAL, "'%.60s' is neither 'unasked' nor 'all'", text);
	return 0;
}

/* Parse --status-json. Without a value it means descriptor 2, the standard error. */
static int option_status(const char *text, void *field, struct error *err)
{
	return option_text(text != NULL ? text : "2", field, err);
}

#define FIELD(name) offsetof(struct config, name)

static const struct option_def defs[] = {
	{"ports", 'p', "PORTS", "22,8000-8100, http, top:N, -, T:22,U:53", option_append,
         FIELD(ports)},
	{"exclude-ports", 0, "PORTS", "ports never to probe", option_append, FIELD(exclude_ports)},
	{"probe", 0, "KINDS", "of syn (the default), udp, icmp: one or more", option_kinds,
         FIELD(probes)},
	{"part", 0, "KIND", "begin at this kind; kept with a scan of several", option_kinds,
         FIELD(part)},
	{"resolve", 0, "NAME=IP", "addresses of a host name, instead of asking", option_append,
         FIELD(resolves)},
	{"payload-file", 0, "FILE",
         "what UDP probes say: PORTS \"text\" or hexadecimal, a line each", option_text,
         FIELD(payload_file)},
	{"ipv6-budget", 0, "N", "N random addresses of each IPv6 range that has more",
         option_budget, FIELD(ipv6_budget)},
	{"exclude", 0, "LIST", "addresses never to probe, or @file", option_append,
         FIELD(excludes)},
	{"exclude-file", 0, "FILE", "the same, one or more a line", option_append,
         FIELD(exclude_files)},
	{"scope-file", 0, "FILE", "probe only these; required above 2^24 addresses", option_text,
         FIELD(scope_file)},
	{"iface", 'i', "NAME", "kernel interface, shared by AF_XDP", option_text, FIELD(iface)},
	{"port", 0, "PCI", "dedicated NIC, such as 0000:01:00.0", option_pci, FIELD(pci)},
	{"vdev", 0, "STRING", "any DPDK virtual device", option_text, FIELD(vdev)},
	{"af-packet", 0, "NAME", "kernel interface over AF_PACKET: the last resort", option_text,
         FIELD(af_packet)},
	{"generic-xdp", 0, NULL, "XDP without the driver's help", NULL, FIELD(generic_xdp)},
	{"source-ip", 0, "ADDRESS", "own address; may be given several times", option_append,
         FIELD(source_ips)},
	{"source-port", 0, "A-B", "source ports; default: free ones, 61000-65531 if they are",
         option_port_range, FIELD(source_ports)},
	{"prefix-len", 0, "N", "of the own IPv4 network, where no kernel knows it",
         option_prefix_len, FIELD(prefix_len)},
	{"gateway", 0, "ADDRESS", "default: the kernel's routes; one for each family",
         option_append, FIELD(gateways)},
	{"force-iface", 0, NULL, "probe over the interface what the kernel reaches by another one",
         NULL, FIELD(force_iface)},
	{"gateway-mac", 0, "MAC", "skips the resolution", option_mac, FIELD(gateway_mac)},
	{"vlan", 0, "ID", "802.1Q tag", option_vlan, FIELD(vlan)},
	{"rate", 'r', "PPS", "packets a second: 500, 10k, 1.5M, or auto; default 10k",
         option_rate_or_auto, FIELD(rate)},
	{"max-rate", 0, "PPS", "the most, also of --rate auto; alone: the rate", option_rate,
         FIELD(rate_max)},
	{"max-rate-per", 0, "LEN:PPS", "the most for each prefix of the length, such as 24:100",
         option_rate_cap, FIELD(rate_cap)},
	{"bandwidth", 'b', "BPS", "bits a second on the wire instead: 100M, 1G", option_rate,
         FIELD(bandwidth)},
	{"seed", 0, "N", "makes the order repeatable; the same for all shards, if given",
         option_text, FIELD(seed)},
	{"shard", 0, "I/N", "probe the I-th of N parts of the same targets and ports", option_shard,
         FIELD(shard)},
	{"shards", 0, "N", "with --shard K: K is a number from 0 to N - 1", option_u32,
         FIELD(shards)},
	{"passes", 0, "N", "probe everything N times, default 1", option_passes, FIELD(passes)},
	{"workers", 0, "N", "sending cores, default 1", option_workers, FIELD(workers)},
	{"cooldown", 0, "TIME", "wait for answers after the last probe, default 8s",
         option_duration, FIELD(cooldown_us)},
	{"grab", 0, NULL, "ask open ports what they are (the default)", NULL, FIELD(grab)},
	{"no-grab", 0, NULL, "find open ports only", option_off, FIELD(grab)},
	{"no-control-probes", 0, NULL, "do not find out which hosts answer on every port",
         option_off, FIELD(control)},
	{"grab-total", 0, "N",
         "connections at once; default 1000, and up to 8192 with servers that say nothing",
         option_u32, FIELD(grab_total)},
	{"grab-per-host", 0, "N", "connections at once to one host, default 4", option_u32,
         FIELD(grab_per_host)},
	{"grab-threads", 0, "N", "threads that ask, default half of the processors", option_u32,
         FIELD(grab_threads)},
	{"effort", 0, "N", "how much each port may be asked, 1 to 9, default 5", option_effort,
         FIELD(effort)},
	{"grab-timeout", 0, "TIME", "wait so long for a silent port, default 25s", option_time,
         FIELD(grab_timeout)},
	{"grab-via", 0, "TCP", "ask through the TCP of: auto, kernel, worker", option_via,
         FIELD(grab_via)},
	{"jarm", 0, NULL, "hash the TLS of each port (JARM), by ten more connections", NULL,
         FIELD(jarm)},
	{"ask-fragile", 0, NULL, "ask printers, too, which may print the question", NULL,
         FIELD(ask_fragile)},
	{"fresh", 0, "TIME", "do not grab again what was grabbed within TIME", option_duration,
         FIELD(fresh_us)},
	{"refresh", 0, "[=WHICH]",
         "ask known open ports that were not asked, or 'all', instead of a walk", option_refresh,
         FIELD(refresh)},
	{"contact", 0, "URL", "tell HTTP servers how to reach you: https:, http: or mailto:",
         option_contact, FIELD(contact)},
	{"user-agent", 0, "TEXT", "what HTTP servers are told", option_agent, FIELD(user_agent)},
	{"config", 0, "FILE", "settings: the long names of these options", option_text,
         FIELD(config_file)},
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"vulndb", 0, "FILE", "knowledge file", option_text, FIELD(vulndb)},
	{"dry-run", 'n', NULL, "list what would be probed, in order; sends nothing", NULL,
         FIELD(dry_run)},
	{"list", 0, "N", "targets that --dry-run lists, default 1000", option_u64, FIELD(list_max)},
	{"resume", 0, "ID", "go on with a scan that was stopped", option_text, FIELD(resume)},
	{"status-json", 0, "[=WHERE]", "a JSON line a second to stderr, a descriptor or a file",
         option_status, FIELD(status_json)},
	{"output", 'o', "FORMAT", "findings as table, ndjson, json, csv or list", option_output,
         FIELD(output)},
	{"open-only", 0, NULL, "one line a port: that it is open", NULL, FIELD(open_only)},
	{"open", 0, NULL, "the same", NULL, FIELD(open_only)},
	{"log-json", 0, NULL, "the log on stderr as JSON lines", NULL, FIELD(log_json)},
	{"quiet", 'q', NULL, "only errors on stderr", NULL, FIELD(quiet)},
};

static_assert(sizeof(defs) / sizeof(defs[0]) <= CONFIG_ROWS, "tables of rows hold them all");

const struct option_spec config_spec = {
	"sonde scan TARGETS... [-p PORTS] [options]",
	"Probes ports, asks the open ones what they are, judges and stores the answers.\n"
	"TARGETS: 192.0.2.0/24, 192.0.2.1-20, 10.0-1.0.*, 2001:db8::/120, example.org,\n"
	"192.0.2.7:443, https://example.org:8443/, @file (@- is the standard input).\n"
	"Without -p: the 1000 most frequent TCP ports. Without --iface: the interface by\n"
	"which the kernel reaches the targets.\n"
	"Multicast, broadcast, loopback, link-local and reserved addresses are never probed.\n"
	"Ports of printers and controllers (9100, 502, ...) get one connection at a time and only "
	"the\n"
	"identification request of their own protocol, or none: sonde explain ADDRESS:PORT says "
	"which.\n"
	"Ctrl-C stops sending, waits for answers, commits, and says how to go on.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

void config_init(struct config *c)
{
	*c = (struct config){
		.shard = {0, 1},
		.passes = 1,
		.cooldown_us = CONFIG_COOLDOWN_US,
		.grab_timeout.us = 25000000,
		.effort = GRAB_EFFORT_USUAL,
		.list_max = 1000,
		.grab = true,
		.control = true,
	};
}

static const char *contradiction(const struct config *c)
{
	unsigned ports =
		(c->iface != NULL) + (c->pci != NULL) + (c->vdev != NULL) + (c->af_packet != NULL);

	if (ports > 1)
		return "--iface, --port, --vdev and --af-packet exclude each other: name one";
	if (c->rate > 0 && c->bandwidth > 0)
		return "--rate and --bandwidth exclude each other: name one";
	if (c->user_agent != NULL && c->contact != NULL)
		return "--user-agent and --contact exclude each other: name one";
	if (c->rate == RATE_AUTO && (c->kinds & 1u << DP_PROBE_TCP_SYN) == 0)
		return "--rate auto needs SYN probes: UDP and ICMP do not "
		       "show what the path can carry";
	if (c->payload_file != NULL && (c->kinds & 1u << DP_PROBE_UDP) == 0)
		return "--payload-file is for --probe udp";
	if ((c->kinds & (c->kinds - 1)) != 0 &&
	    (c->output == CONFIG_OUTPUT_JSON || c->output == CONFIG_OUTPUT_CSV))
		return "-o json and -o csv hold one kind of probe; say -o ndjson for several";
	if (c->resume != NULL)
		return NULL;
	if (c->target_count == 0)
		return "no targets: sonde scan TARGETS [-p PORTS] (--help says more)";
	return NULL;
}

/* Bring --shards N and --shard K together. Returns 0 or -EINVAL with @err. */
static int settle_shard(struct config *c, struct error *err)
{
	if (c->shards == 0 && c->shard.count > 0)
		return 0;
	if (c->shards == 0)
		return error_set(
			err, -EINVAL,
			"--shard: expected I/N with I from 1 to N, such as 2/8, or --shards N "
			"--shard K with K from 0 to N - 1");
	if (c->shard.count > 0 && !(c->shards == 1 && c->shard.count == 1))
		return error_set(
			err, -EINVAL,
			"--shards: say --shard K beside it, K from 0 to N - 1, or only --shard "
			"I/N");
	if (c->shard.index >= c->shards || c->shards > 65535)
		return error_set(err, -EINVAL,
		                 "--shard: expected a number from 0 to %u, one less than --shards",
		                 c->shards - 1);
	c->shard.count = c->shards;
	return 0;
}

int config_parse(struct config *c, int argc, char **argv, struct error *err)
{
	int first = option_parse(&config_spec, argc, argv, c, err);
	const char *wrong;
	int ret;

	if (first < 0)
		return first;
	c->targets = (const char *const *)argv + first;
	c->target_count = (unsigned)(argc - first);
	ret = settle_shard(c, err);
	if (ret == 0)
		ret = config_kinds_settle(c, err);
	if (ret < 0)
		return ret;
	wrong = contradiction(c);
	return wrong == NULL ? list_files_check(c, err) : error_set(err, -EINVAL, "%s", wrong);
}

int config_names(struct config *c, struct names *n, names_lookup lookup, struct error *err)
{
	int ret = 0;

	names_init(n, lookup);
	for (unsigned i = 0; i < c->resolves.count && ret == 0; i++)
		ret = names_add(n, c->resolves.items[i], err);
	c->names = n;
	return ret;
}

static int take_any(void *arg, const struct target_range *range, const struct target_place *at)
{
	(void)range;
	(void)at;
	*(bool *)arg = true;
	return 1;
}

bool config_is_target(const char *word)
{
	bool any = false;
	const struct targets_taker to = {.sink = take_any, .arg = &any, .probes = true};
	struct target_word cut;
	struct error err = {""};
	const char *expected;
	size_t column;

	if (word[0] == '@' || strcmp(word, "localhost") == 0)
		return true;
	if (word[0] == '-' || target_word_cut(word, strlen(word), &cut, &column, &expected) < 0)
		return false;
	if (names_fits(cut.host,
	               strcspn(cut.host, "/") < cut.len ? strcspn(cut.host, "/") : cut.len))
		return memchr(cut.host, '.', cut.len) != NULL;
	targets_text("target", word, strlen(word), &to, &err);
	return any;
}
