/* SPDX-License-Identifier: Apache-2.0 */
/* test_rx.c - the receiving half on frames that a driver hands over with marks of its own. */
#include <string.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "dp.h"
#include "eal.h"
#include "port.h"
#include "ring.h"
#include "rx.h"
#include "suite.h"
#include "worker_state.h"

enum { FRAME_LEN = 60 };

/* What the next burst consists of. */
struct feed {
	struct rte_mempool *pool;
	const uint64_t *flags;
	unsigned n;
};

/* A frame of a protocol for experiments (IEEE 802 ethertype 0x88b5): well formed, and nobody's
 * answer. */
static struct rte_mbuf *make_frame(struct rte_mempool *pool, uint64_t flags)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	uint8_t *frame;

	ck_assert_ptr_nonnull(m);
	frame = (uint8_t *)rte_pktmbuf_append(m, FRAME_LEN);
	memset(frame, 0, FRAME_LEN);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	m->ol_flags = flags;
	return m;
}

static uint16_t give(uint16_t port, uint16_t queue, struct rte_mbuf *m[], uint16_t n, uint16_t max,
                     void *arg)
{
	struct feed *f = arg;

	(void)port;
	(void)queue;
	ck_assert_uint_eq(n, 0);
	ck_assert_uint_le(f->n, max);
	for (n = 0; n < f->n; n++)
		m[n] = make_frame(f->pool, f->flags[n]);
	f->n = 0;
	return n;
}

static void open_port(struct port *p)
{
	struct eal_config eal = {.workers = 1};
	struct dp_error err = {""};

	ck_assert_msg(eal_start(&eal, &err) == 0, "%s", err.text);
	ck_assert_msg(port_open(p, "net_null_rx,no-rx=1", 1, &err) == 0, "%s", err.text);
}

static const struct probe *make_probe(void)
{
	static struct dp_addr source;
	struct probe_config c = {.key = "a key of no scan",
	                         .sources = &source,
	                         .source_count = 1,
	                         .source_port_first = 61000,
	                         .source_port_last = 65531,
	                         .passes = 1};
	struct dp_space *space = dp_space_new();
	struct dp_space_info info;
	const struct probe *p;

	source = dp_addr_v4(0xc6120001);
	c.space = space;
	ck_assert_int_eq(dp_space_include(space, &source, &source), 0);
	ck_assert_int_eq(dp_space_add_ports(space, 80, 80), 0);
	ck_assert_int_eq(dp_space_seal(space, &info), 0);
	p = probe_new(&c);
	ck_assert_ptr_nonnull(p);
	return p;
}

static const uint64_t ip_bad = RTE_MBUF_F_RX_IP_CKSUM_BAD, ip_good = RTE_MBUF_F_RX_IP_CKSUM_GOOD,
		      l4_bad = RTE_MBUF_F_RX_L4_CKSUM_BAD, l4_good = RTE_MBUF_F_RX_L4_CKSUM_GOOD,
		      ip_none = RTE_MBUF_F_RX_IP_CKSUM_NONE, l4_none = RTE_MBUF_F_RX_L4_CKSUM_NONE,
		      hash = RTE_MBUF_F_RX_RSS_HASH;

static const struct {
	uint64_t flags[6];
	unsigned n, damaged;
} bursts[] = {
	{{0, 0, 0}, 3, 0},
	{{ip_good | l4_good, hash | ip_good | l4_good}, 2, 0},
	{{ip_none | l4_none, ip_none, l4_none}, 3, 0}, /* the NIC did not look */
	{{ip_bad}, 1, 1},
	{{l4_bad}, 1, 1},
	{{ip_good | l4_bad, ip_good | l4_good, hash | ip_good | l4_bad}, 3, 2},
	{{0, ip_bad | l4_bad, 0, ip_bad | l4_none, ip_none | l4_bad, ip_none | l4_none}, 6, 3},
};

START_TEST(rx_counts_frames_with_a_wrong_sum_as_malformed)
{
	struct worker w = {.responds = true};
	struct feed feed = {.flags = bursts[_i].flags, .n = bursts[_i].n};
	struct port port;
	unsigned before;

	open_port(&port);
	w.port_id = port.queue[0].id;
	w.probe = make_probe();
	w.results = ring_new();
	w.clock.hz = rte_get_tsc_hz();
	w.pool = feed.pool = port.queue[0].pool;
	rte_eth_add_rx_callback(port.queue[0].id, 0, give, &feed);
	before = rte_mempool_avail_count(port.queue[0].pool);
	ck_assert_uint_eq(rx_step(&w, rte_rdtsc()), bursts[_i].n);
	ck_assert_uint_eq(w.counters.received, bursts[_i].n);
	ck_assert_uint_eq(w.counters.malformed, bursts[_i].damaged);
	ck_assert_uint_eq(w.counters.foreign, bursts[_i].n - bursts[_i].damaged);
	ck_assert_uint_eq(rte_mempool_avail_count(port.queue[0].pool), before);
	ck_assert_uint_eq(rx_step(&w, rte_rdtsc()), 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("rx");

	tcase_add_loop_test(tc, rx_counts_frames_with_a_wrong_sum_as_malformed, 0,
	                    sizeof(bursts) / sizeof(bursts[0]));
	return suite_run("rx", tc);
}
