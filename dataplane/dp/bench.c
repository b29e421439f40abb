/* SPDX-License-Identifier: Apache-2.0 */
/* bench.c - measures the speed of the workers' own code, and of DPDK alone as the floor. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_launch.h>

#include "bench_lap.h"
#include "dp_private.h"
#include "eal.h"
#include "error.h"
#include "idle_sleep.h"
#include "ring.h"
#include "space.h"
#include "tx.h"

enum {
	ROUNDS_MAX = 101,
	LAP_PACKETS = 1 << 20,
	WARM_PACKETS = 1 << 17,
	/* Fewer than the feed's different answers: an answer that comes round again counts as
	 * new. */
	DEDUP_KEYS = 1 << 12,
	PASSES = 1,
	DRAIN_US = 100,
};

static const struct bench {
	const char *name;
	bench_lap_fn work, floor;
	struct bench_mix mix;
	bool resets; /* answer SYN-ACKs with RSTs: sending is part of it */
} benches[] = {
	{"generate", bench_send, bench_send_floor, {0}, false},
	{"receive", bench_receive, bench_receive_floor, {20, 30, 10}, false},
	{"duplex", bench_duplex, bench_duplex_floor, {90, 10, 0}, true},
};

struct bench_run {
	const struct bench *bench;
	unsigned workers;
	struct port port;
	struct dp_space *space;
	struct probe *probe;
	struct worker_shared shared;
	struct bench_worker *worker; /* [workers] */
	uint64_t taken;              /* results taken from the rings */
	double mpps[ROUNDS_MAX], floor[ROUNDS_MAX], ratio[ROUNDS_MAX];
};

static int make_probe(struct bench_run *r)
{
	const struct dp_addr first = dp_addr_v4(1u << 24), last = dp_addr_v4((121u << 24) - 1);
	const struct dp_addr hole = dp_addr_v4(10u << 24), hole_end = dp_addr_v4((11u << 24) - 1);
	const struct dp_addr source = dp_addr_v4(0xc6120001); /* 198.18.0.1 (RFC 2544) */
	struct probe_config c = {.key = "key-of-the-bench",
	                         .sources = &source,
	                         .source_count = 1,
	                         .source_port_first = 61000,
	                         .source_port_last = 65531,
	                         .passes = PASSES};
	struct dp_space_info info;
	int ret;

	c.space = r->space = dp_space_new();
	if (r->space == NULL)
		return -ENOMEM;
	ret = dp_space_include(r->space, &first, &last);
	ret = ret ? ret : dp_space_exclude(r->space, &hole, &hole_end);
	ret = ret ? ret : dp_space_add_ports(r->space, 80, 80);
	ret = ret ? ret : dp_space_add_ports(r->space, 443, 443);
	ret = ret ? ret : dp_space_seal(r->space, &info);
	if (ret == 0)
		r->probe = probe_new(&c);
	return ret ? ret : r->probe ? 0 : -errno;
}

static struct hops no_hops; /* the probes have the gateway's address */

static int make_worker(struct bench_run *r, unsigned i)
{
	struct walk_config walk = {space_map(r->space)->size, 0, 1, i, r->workers, PASSES};
	struct worker *w = &r->worker[i].w;
	void *memory = aligned_alloc(64, dedup_size(DEDUP_KEYS));

	*w = (struct worker){
		.port_id = r->port.queue[i].id,
		.queue_id = r->port.queue[i].index,
		.probe = r->probe,
		.hops = &no_hops,
		.pool = r->port.queue[i].pool,
		.results = ring_new(),
		.shared = &r->shared,
		.resets = r->bench->resets,
		.clock = {.hz = rte_get_tsc_hz(), .us_per_tick = 1e6 / (double)rte_get_tsc_hz()},
	};
	if (memory == NULL || w->results == NULL) {
		free(memory);
		return -ENOMEM;
	}
	dedup_init(&w->dedup, memory, DEDUP_KEYS, (const uint8_t *)"key-of-the-bench");
	tx_init(w);
	pace_init(&w->pace, (double)w->clock.hz, 1e12, 1, rte_rdtsc());
	return walk_init(&w->walk, &walk);
}

static int make_lane(struct bench_run *r, unsigned i)
{
	struct bench_worker *l = &r->worker[i];
	int ret = make_worker(r, i);

	if (ret == 0)
		ret = bench_feed_init(&l->feed, i, r->probe, &r->bench->mix);
	if (ret != 0)
		return ret;
	l->callback = rte_eth_add_rx_callback(r->port.queue[i].id, r->port.queue[i].index,
	                                      bench_feed_burst, &l->feed);
	return l->callback != NULL ? 0 : -ENOTSUP;
}

/* The control thread's part of a scan: take the results while the workers make them. */
static void drain(struct bench_run *r)
{
	static struct dp_result results[4096];
	bool running = true;

	while (running) {
		running = false;
		for (unsigned i = 0; i < r->workers; i++)
			running |= rte_eal_get_lcore_state(eal_worker_lcore(i)) == RUNNING;
		for (unsigned i = 0; i < r->workers; i++)
			r->taken += ring_take(r->worker[i].w.results, results, 4096);
		idle_sleep(DRAIN_US);
	}
	for (unsigned i = 0; i < r->workers; i++) {
		unsigned n;

		rte_eal_wait_lcore(eal_worker_lcore(i));
		while ((n = ring_take(r->worker[i].w.results, results, 4096)) > 0)
			r->taken += n;
	}
}

/* Run @fn in all workers at once. Returns the sum of their rates in Mpps; a worker whose lcore is
 * not available adds 0. */
static double lap(struct bench_run *r, bench_lap_fn fn, uint64_t packets)
{
	double sum = 0;

	for (unsigned i = 0; i < r->workers; i++) {
		r->worker[i].lap = fn;
		r->worker[i].packets = packets;
		if (rte_eal_remote_launch(bench_lap, &r->worker[i], eal_worker_lcore(i)) != 0)
			r->worker[i].packets = 0;
	}
	drain(r);
	for (unsigned i = 0; i < r->workers; i++)
		if (r->worker[i].packets > 0)
			sum += (double)r->worker[i].packets / r->worker[i].seconds * 1e-6;
	return sum;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, unsigned n)
{
	qsort(v, n, sizeof(*v), by_size);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* Measure floor and work in turn, so that what disturbs the machine disturbs both. */
static void measure(struct bench_run *r, unsigned rounds, struct dp_bench_result *out)
{
	lap(r, r->bench->floor, WARM_PACKETS);
	lap(r, r->bench->work, WARM_PACKETS);
	for (unsigned i = 0; i < rounds; i++) {
		r->floor[i] = lap(r, r->bench->floor, LAP_PACKETS);
		r->mpps[i] = lap(r, r->bench->work, LAP_PACKETS);
		r->ratio[i] = r->mpps[i] / r->floor[i];
	}
	out->mpps = median(r->mpps, rounds);
	out->floor_mpps = median(r->floor, rounds);
	out->ratio_to_floor = median(r->ratio, rounds);
	out->cycles_per_packet = (double)rte_get_tsc_hz() / (out->mpps * 1e6) * r->workers;
	out->workers = r->workers;
	out->variant = probe_variant(r->probe);
	out->hugepages = eal_hugepages();
	for (unsigned i = 0; i < r->workers; i++)
		out->lost += r->worker[i].w.counters.ring_drops;
	out->results = r->taken;
}

static int prepare(struct bench_run *r, struct error *err)
{
	struct eal_config eal = {.workers = r->workers};
	int ret = eal_start(&eal, err);

	if (ret == 0)
		ret = port_open(&r->port, "net_null_bench,no-rx=1", (uint16_t)r->workers, err);
	if (ret)
		return ret;
	ret = make_probe(r);
	r->worker = aligned_alloc(64, r->workers * sizeof(*r->worker));
	if (ret == 0 && r->worker == NULL)
		ret = -ENOMEM;
	if (r->worker != NULL)
		memset(r->worker, 0, r->workers * sizeof(*r->worker));
	for (unsigned i = 0; i < r->workers && ret == 0; i++)
		ret = make_lane(r, i);
	return ret ? error_set(err, ret, "a benchmark cannot be prepared: %s", strerror(-ret)) : 0;
}

static void clear(struct bench_run *r)
{
	/* Remove the callbacks: a port with the same number would call them again, with a feed that
	 * was freed. */
	for (unsigned i = 0; i < r->workers && r->worker != NULL; i++)
		if (r->worker[i].callback != NULL)
			rte_eth_remove_rx_callback(r->port.queue[i].id, r->port.queue[i].index,
			                           r->worker[i].callback);
	port_close(&r->port);
	for (unsigned i = 0; i < r->workers && r->worker != NULL; i++) {
		free(r->worker[i].w.dedup.slot);
		ring_free(r->worker[i].w.results);
		bench_feed_fini(&r->worker[i].feed);
	}
	free(r->worker);
	probe_free(r->probe);
	dp_space_free(r->space);
	free(r);
}

const char *dp_bench_name(unsigned index)
{
	return index < sizeof(benches) / sizeof(*benches) ? benches[index].name : NULL;
}

static const struct bench *find_bench(const char *name)
{
	for (size_t i = 0; i < sizeof(benches) / sizeof(*benches); i++)
		if (strcmp(benches[i].name, name) == 0)
			return &benches[i];
	return NULL;
}

int dp_bench(const char *name, unsigned workers, unsigned rounds, struct dp_bench_result *out,
             struct error *err)
{
	const struct bench *b = find_bench(name);
	struct dp_bench_result result = {.mpps = 0};
	struct bench_run *r;
	int ret;

	if (b == NULL)
		return error_set(err, -ENOENT, "no benchmark is called '%s'", name);
	if (workers == 0 || workers > DP_MAX_WORKERS || rounds == 0 || rounds > ROUNDS_MAX)
		return error_set(err, -EINVAL, "workers 1 to %d, rounds 1 to %d", DP_MAX_WORKERS,
		                 ROUNDS_MAX);
	r = aligned_alloc(64, (sizeof(*r) + 63) / 64 * 64);
	if (r == NULL)
		return error_set(err, -ENOMEM, "no memory");
	memset(r, 0, sizeof(*r));
	r->bench = b;
	r->workers = workers;
	ret = prepare(r, err);
	if (ret == 0) {
		measure(r, rounds, &result);
		*out = result;
	}
	clear(r);
	return ret;
}
