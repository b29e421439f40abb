/* SPDX-License-Identifier: Apache-2.0 */
/* responder.c - loads the XDP program of a test wire's far end, or lists what a scan of it must
 * find. */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <getopt.h>
#include <linux/types.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rule.h"

struct options {
	struct responder_config config;
	const char *iface, *object, *list, *ports;
	unsigned seconds, limit, queue_ms;
	bool pass, count;
};

static volatile sig_atomic_t stopped, asked, halved;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		asked = 1;
	else if (number == SIGUSR2)
		halved = 1;
	else
		stopped = 1;
}

static void usage(FILE *out)
{
	fputs("usage: responder --iface NAME [--seconds N] [--open PERMILLE] [--closed PERMILLE] "
	      "[--loss PERMYRIAD]\n"
	      "                 [--reply-loss PERMYRIAD] [--limit PACKETS-A-SECOND [--queue MS]]\n"
	      "                 [--everywhere PERMYRIAD] [--pass]\n"
	      "       responder --list NETWORK/LEN --ports 80,443 [--open PERMILLE] [--everywhere "
	      "PERMYRIAD] [--count]\n"
	      "       responder --list NETWORK/LEN --ports 0 --everywhere PERMYRIAD\n"
	      "Answers SYNs that arrive at NAME from XDP until N seconds are over or it is told to "
	      "end; prints what\n"
	      "it counted then, and whenever it gets SIGUSR1. --pass attaches a program that lets "
	      "everything pass.\n"
	      "--limit drops what is more in 10 ms; with --queue, what does not fit into a queue of "
	      "MS milliseconds;\n"
	      "SIGUSR2 halves that limit.\n"
	      "--list prints the open ADDRESS:PORT, of port 0 the hosts that answer on every "
	      "port.\n",
	      out);
}

static bool parse(int argc, char **argv, struct options *o)
{
	static const struct option table[] = {
		{"iface", 1, NULL, 'i'},      {"seconds", 1, NULL, 's'},    {"open", 1, NULL, 'o'},
		{"closed", 1, NULL, 'c'},     {"loss", 1, NULL, 'l'},       {"limit", 1, NULL, 'm'},
		{"list", 1, NULL, 'L'},       {"ports", 1, NULL, 'p'},      {"pass", 0, NULL, 'P'},
		{"reply-loss", 1, NULL, 'r'}, {"everywhere", 1, NULL, 'e'}, {"count", 0, NULL, 'C'},
		{"object", 1, NULL, 'O'},     {"queue", 1, NULL, 'q'},      {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
		unsigned number = optarg != NULL ? (unsigned)strtoul(optarg, NULL, 10) : 0;

		switch (c) {
		case 'i':
			o->iface = optarg;
			break;
		case 's':
			o->seconds = number;
			break;
		case 'o':
			o->config.open_permille = number;
			break;
		case 'c':
			o->config.closed_permille = number;
			break;
		case 'l':
			o->config.loss_permyriad = number;
			break;
		case 'm':
			o->limit = number;
			break;
		case 'q':
			o->queue_ms = number;
			break;
		case 'r':
			o->config.reply_loss_permyriad = number;
			break;
		case 'e':
			o->config.everywhere_permyriad = number;
			break;
		case 'L':
			o->list = optarg;
			break;
		case 'p':
			o->ports = optarg;
			break;
		case 'P':
			o->pass = true;
			break;
		case 'C':
			o->count = true;
			break;
		case 'O':
			o->object = optarg;
			break;
		default:
			return false;
		}
	}
	if (o->queue_ms == 0) {
		o->config.limit_per_10ms = o->limit / 100;
	} else if (o->limit > 0) {
		o->config.interval_ns = 1000000000u / o->limit;
		o->config.queue_ns = 1000000ull * o->queue_ms;
	}
	return o->iface != NULL || (o->list != NULL && o->ports != NULL);
}

static int list(const struct options *o)
{
	char network[32], *slash, *ports, *next = NULL;
	unsigned long long found = 0;
	struct in_addr base;
	unsigned len;

	snprintf(network, sizeof(network), "%s", o->list);
	slash = strchr(network, '/');
	len = slash != NULL ? (unsigned)strtoul(slash + 1, NULL, 10) : 32;
	if (slash != NULL)
		*slash = '\0';
	ports = strdup(o->ports);
	if (ports == NULL || len > 32 || inet_pton(AF_INET, network, &base) != 1) {
		free(ports);
		fprintf(stderr, "responder: %s: not a network\n", o->list);
		return 2;
	}
	for (char *p = strtok_r(ports, ",", &next); p != NULL; p = strtok_r(NULL, ",", &next)) {
		__u16 port = (__u16)strtoul(p, NULL, 10);

		for (__u64 i = 0; i < 1ull << (32 - len); i++) {
			__u32 address = ntohl(base.s_addr) + (__u32)i;

			if (port == 0 ? !responder_everywhere(&o->config, address)
			              : responder_rule(&o->config, address, port) != RESPONDER_OPEN)
				continue;
			found++;
			if (!o->count)
				printf("%u.%u.%u.%u:%u\n", address >> 24, address >> 16 & 255,
				       address >> 8 & 255, address & 255, port);
		}
	}
	free(ports);
	if (o->count)
		printf("%llu\n", found);
	return 0;
}

/* The time from the first frame to the last one, over all CPUs, in seconds. */
static double seconds(const struct responder_counters *each, int cpus)
{
	__u64 first = ~0ull, last = 0;

	for (int i = 0; i < cpus; i++) {
		if (each[i].frames == 0)
			continue;
		first = each[i].first_ns < first ? each[i].first_ns : first;
		last = each[i].last_ns > last ? each[i].last_ns : last;
	}
	return last > first ? (double)(last - first) / 1e9 : 0;
}

static void print_counters(struct bpf_object *object)
{
	struct responder_counters sum = {0}, *each;
	int cpus = libbpf_num_possible_cpus();
	__u32 zero = 0;

	each = calloc((size_t)cpus, sizeof(*each));
	if (each == NULL || bpf_map_lookup_elem(bpf_object__find_map_fd_by_name(object, "counters"),
	                                        &zero, each) != 0) {
		free(each);
		return;
	}
	for (int i = 0; i < cpus; i++) {
		sum.arrived += each[i].arrived;
		sum.answered += each[i].answered;
		sum.lost += each[i].lost;
		sum.over_limit += each[i].over_limit;
		sum.frames += each[i].frames;
	}
	printf("{\"arrived\":%llu,\"answered\":%llu,\"lost\":%llu,\"over_limit\":%llu,\"frames\":%"
	       "llu,"
	       "\"seconds\":%.4f}\n",
	       sum.arrived, sum.answered, sum.lost, sum.over_limit, sum.frames,
	       seconds(each, cpus));
	free(each);
	fflush(stdout);
}

static void configure(struct bpf_object *object, const struct responder_config *c)
{
	__u32 zero = 0;

	bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "config"), &zero, c, BPF_ANY);
}

static int serve(struct options *o)
{
	struct bpf_object *object = bpf_object__open_file(o->object, NULL);
	struct bpf_link *link = NULL;
	int status = 1;

	if (libbpf_get_error(object) || bpf_object__load(object) != 0) {
		fprintf(stderr, "responder: %s does not load: %s\n", o->object, strerror(errno));
		return 1;
	}
	configure(object, &o->config);
	link = bpf_program__attach_xdp(
		bpf_object__find_program_by_name(object, o->pass ? "pass" : "responder"),
		(int)if_nametoindex(o->iface));
	if (libbpf_get_error(link)) {
		fprintf(stderr, "responder: cannot attach to %s: %s\n", o->iface, strerror(errno));
		goto close_object;
	}
	puts("ready");
	fflush(stdout);
	for (unsigned i = 0; !stopped && i < o->seconds * 20; i++) {
		usleep(50000);
		if (asked) {
			asked = 0;
			print_counters(object);
		}
		if (halved) {
			halved = 0;
			o->config.interval_ns *= 2;
			configure(object, &o->config);
		}
	}
	if (!o->pass)
		print_counters(object);
	bpf_link__destroy(link);
	status = 0;
close_object:
	bpf_object__close(object);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = {
		.config = {.open_permille = 100}, .seconds = 60, .object = RESPONDER_OBJECT};

	if (!parse(argc, argv, &o)) {
		usage(stderr);
		return 2;
	}
	if (o.list != NULL)
		return list(&o);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, on_signal);
	return serve(&o);
}
