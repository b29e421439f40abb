/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_dp.c - measures probes per second end to end on net_null, and DPDK's own floor in the same
 * run.
 *
 * The floor allocates bursts of untouched mbufs and transmits them, which frees them. With the
 * argument "rx" the benchmark measures reception instead: net_ring returns every probe, so the loop
 * of each worker sends, receives, parses and classifies. The ratio is to the same ports without any
 * of that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_mbuf.h>

#include "dp.h"
#include "launch.h"

enum { BURST = 64, FLOOR_MS = 1000, ROUNDS = 5 };

struct floor {
	struct rte_mempool *pool;
	uint64_t packets;
	bool receive;
};

static int run_floor(void *arg)
{
	struct floor *f = arg;
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() / 1000 * FLOOR_MS;
	struct rte_mbuf *m[BURST];

	f->packets = 0;
	while (rte_rdtsc() < end) {
		uint16_t n;

		if (rte_pktmbuf_alloc_bulk(f->pool, m, BURST))
			break;
		n = rte_eth_tx_burst(0, 0, m, BURST);
		f->packets += n;
		rte_pktmbuf_free_bulk(m + n, BURST - n);
		if (f->receive)
			rte_pktmbuf_free_bulk(m, rte_eth_rx_burst(0, 0, m, BURST));
	}
	return 0;
}

/* Measure the floor with the port's own pool, which is found by the name that the port gives it. */
static double measure_floor(bool receive)
{
	struct floor f = {.pool = rte_mempool_lookup("port0_q0"), .receive = receive};

	if (!f.pool || rte_eal_remote_launch(run_floor, &f, 1))
		exit(1);
	rte_eal_wait_lcore(1);
	return (double)f.packets * 1000 / FLOOR_MS;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double measure_scan(struct dp *dp, const struct dp_space *space)
{
	struct dp_scan_config c = {
		.space = space, .shards = 1, .passes = 1, .rate_pps = 1e9, .key = {1, 2, 3}};
	struct error err;
	struct dp_stats s, begin;
	double start;

	if (launch(dp, &c, &err)) {
		fprintf(stderr, "bench_dp: %s\n", err.text);
		exit(1);
	}
	usleep(50000);
	dp_stats(dp, &begin);
	start = now();
	usleep(1000000);
	dp_stats(dp, &s);
	start = now() - start;
	dp_stop(dp);
	return (double)(s.sent - begin.sent) / start;
}

static struct dp_space *make_space(void)
{
	struct dp_addr first = dp_addr_v4(0x01000000), last = dp_addr_v4(0x7effffff);
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;

	if (!s || dp_space_include(s, &first, &last) || dp_space_add_ports(s, 1, 1000) ||
	    dp_space_seal(s, &info))
		exit(1);
	return s;
}

static void print_cpu(void)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[256], *name;

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "model name", 10) != 0 || !(name = strchr(line, ':')))
			continue;
		name[strcspn(name, "\n\"\\")] = '\0';
		printf("\"cpu\":\"%s\"}\n", name + 2);
		break;
	}
	if (f)
		fclose(f);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	bool receive = argc > 1 && strcmp(argv[1], "rx") == 0;
	struct dp_addr source = dp_addr_v4(0xc6120001);
	struct dp_port_config p = {
		.kind = DP_PORT_VDEV,
		.name = receive ? "net_ring0" : "net_null0,no-rx=1",
		.sources = &source,
		.source_count = 1,
		.has_gateway_mac = true,
		.gateway_mac = {2, 0, 0, 0, 0, 1},
	};
	double floor_pps[ROUNDS], pps[ROUNDS], ratio[ROUNDS];
	struct dp_space *space = make_space();
	struct error err;
	struct dp *dp;

	if (dp_open(&p, &dp, &err)) {
		fprintf(stderr, "bench_dp: %s\n", err.text);
		return 1;
	}
	for (int i = 0; i < ROUNDS; i++) {
		floor_pps[i] = measure_floor(receive);
		pps[i] = measure_scan(dp, space);
		ratio[i] = pps[i] / floor_pps[i];
	}
	qsort(floor_pps, ROUNDS, sizeof(double), compare);
	qsort(pps, ROUNDS, sizeof(double), compare);
	qsort(ratio, ROUNDS, sizeof(double), compare);
	printf("{\"what\":\"%s\",\"mpps\":%.2f,\"floor_mpps\":%.2f,\"ratio_to_floor\":%.3f,"
	       "\"cycles_per_packet\":%.1f,",
	       receive ? "send and receive" : "send", pps[ROUNDS / 2] / 1e6,
	       floor_pps[ROUNDS / 2] / 1e6, ratio[ROUNDS / 2],
	       (double)rte_get_tsc_hz() / pps[ROUNDS / 2]);
	print_cpu();
	dp_close(dp);
	dp_space_free(space);
	return 0;
}
