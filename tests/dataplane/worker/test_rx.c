/* SPDX-License-Identifier: Apache-2.0 */
/* test_rx.c - claims about what the receiving half does with frames of a driver. */
#include <string.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "cksum.h"
#include "dp.h"
#include "eal.h"
#include "known_open.h"
#include "port.h"
#include "probe_impl.h"
#include "ring.h"
#include "rx.h"
#include "suite.h"
#include "worker_state.h"

enum {
	FRAME_LEN = 60,
	IP = 14,
	TCP = IP + 20,
	SYN_LEN = TCP + 40,
	TARGETS = 64,
	PORT = 80,
	DEDUP_KEYS = 256,
};

static const uint32_t NET = 0xc6120100; /* 198.18.1.0: the targets, with one port */

/* The answer of a target to the probe of a pass. */
struct said {
	unsigned target, pass;
	uint8_t flags;  /* PACKET_SYN, PACKET_RST */
	uint8_t damage; /* of the frame, after its checksums were written: enum damage */
};

enum damage { INTACT, WINDOW, OPTION, TTL, SUM_LEFT, TRUSTED_WINDOW };

/* The next burst: frames of an unknown protocol with the driver's @flags, or answers. */
struct feed {
	struct rte_mempool *pool;
	const uint64_t *flags;
	const struct said *said; /* NULL: use @flags */
	const struct probe *probe;
	unsigned n;
};

/* Make a frame of a protocol for experiments (IEEE 802 ethertype 0x88b5): well formed, and no
 * answer to anything. */
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

static void swap(uint8_t *at, size_t len)
{
	uint8_t keep[6];

	memcpy(keep, at, len);
	memcpy(at, at + len, len);
	memcpy(at + len, keep, len);
}

/* The sum of the pseudo-header of a SYN-ACK. */
static uint64_t pseudo_of(const uint8_t *f)
{
	return cksum_pseudo(f + IP + 12, f + IP + 16, 4, DP_TRANSPORT_TCP, SYN_LEN - TCP);
}

/* Write the checksum of a segment, and then do the damage. */
static void seal(struct rte_mbuf *m, uint8_t *f, uint8_t damage)
{
	put_be16(f + TCP + 16, 0);
	put_be16(f + TCP + 16, cksum_finish(cksum_add(pseudo_of(f), f + TCP, SYN_LEN - TCP)));
	f[TCP + 14] ^= damage == WINDOW || damage == TRUSTED_WINDOW ? 0x10 : 0;
	f[TCP + 22] ^= damage == OPTION ? 0x01 : 0;
	f[IP + 8] ^= damage == TTL ? 0x20 : 0;
	if (damage == SUM_LEFT)
		put_be16(f + TCP + 16, cksum_fold(pseudo_of(f)));
	if (damage == TRUSTED_WINDOW)
		m->ol_flags = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
}

/* Make a probe and turn it into the answer of its target (RFC 9293). */
static struct rte_mbuf *make_answer(const struct feed *feed, const struct said *said)
{
	struct walk_span span = {.first = said->target, .stride = 1, .n = 1, .pass = said->pass};
	struct rte_mbuf *m = rte_pktmbuf_alloc(feed->pool);
	struct probe_batch batch;
	uint8_t *f;
	uint32_t seq;

	ck_assert_ptr_nonnull(m);
	f = batch.frame[0] = (uint8_t *)rte_pktmbuf_append(m, SYN_LEN);
	ck_assert_uint_eq(probe_burst(feed->probe, NULL, &span, 1, &batch), 1);
	seq = packet_be32(f + TCP + 4);
	swap(f, 6);
	swap(f + IP + 12, 4);
	swap(f + TCP, 2);
	put_be32(f + TCP + 8, seq + 1);
	f[TCP + 13] = said->flags | PACKET_ACK;
	memcpy(f + TCP + 32, f + TCP + 28, 4); /* the timestamp, echoed (RFC 7323) */
	seal(m, f, said->damage);
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
		m[n] = f->said != NULL ? make_answer(f, &f->said[n])
		                       : make_frame(f->pool, f->flags[n]);
	f->n = 0;
	return n;
}

static void open_port(struct port *p)
{
	struct eal_config eal = {.workers = 1};
	struct error err = {""};

	ck_assert_msg(eal_start(&eal, &err) == 0, "%s", err.text);
	ck_assert_msg(port_open(p, "net_null_rx,no-rx=1", 1, &err) == 0, "%s", err.text);
}

static const struct probe *make_probe(void)
{
	static struct dp_addr source;
	struct dp_addr first = dp_addr_v4(NET), last = dp_addr_v4(NET + TARGETS - 1);
	struct probe_config c = {.secret = "a key of no scan",
	                         .sources = &source,
	                         .source_count = 1,
	                         .source_port_first = 61000,
	                         .source_port_last = 65531,
	                         .passes = 1 + DP_EXTRAS};
	struct dp_space *space = dp_space_new();
	struct dp_space_info info;
	const struct probe *p;

	source = dp_addr_v4(0xc6120001);
	c.space = space;
	ck_assert_int_eq(dp_space_include(space, &first, &last), 0);
	ck_assert_int_eq(dp_space_add_ports(space, PORT, PORT), 0);
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

/* ---- answers: each test is a process of its own, which frees all ---- */

static struct {
	struct worker w;
	struct port port;
	struct feed feed;
	void *memory;
} bed;

static void set_up(void)
{
	struct worker *w = &bed.w;

	open_port(&bed.port);
	*w = (struct worker){.port_id = bed.port.queue[0].id,
	                     .probe = make_probe(),
	                     .passes = 1,
	                     .results = ring_new(),
	                     .pool = bed.port.queue[0].pool};
	w->clock.hz = rte_get_tsc_hz();
	ck_assert_ptr_nonnull(w->results);
	bed.memory = malloc(dedup_size(DEDUP_KEYS));
	ck_assert_ptr_nonnull(bed.memory);
	dedup_init(&w->dedup, bed.memory, DEDUP_KEYS, (const uint8_t *)"a key of no scan");
	bed.feed = (struct feed){.pool = bed.port.queue[0].pool, .probe = w->probe};
	rte_eth_add_rx_callback(w->port_id, 0, give, &bed.feed);
}

/* Receive one burst of answers. Returns how many results were delivered, the first of them in
 * *@out. */
static unsigned hear(const struct said *said, unsigned n, struct dp_result *out)
{
	static struct dp_result results[64];
	unsigned came;

	bed.feed.said = said;
	bed.feed.n = n;
	ck_assert_uint_eq(rx_step(&bed.w, rte_rdtsc()), n);
	came = ring_take(bed.w.results, results, 64);
	if (came > 0 && out != NULL)
		*out = results[0];
	return came;
}

START_TEST(rx_delivers_an_answer_once)
{
	const struct said said[] = {{3, 0, PACKET_SYN}, {3, 0, PACKET_SYN}};
	struct dp_result r;
	unsigned target = UINT32_MAX;

	set_up();
	ck_assert_uint_eq(hear(said, 2, &r), 1);
	ck_assert_int_eq(r.reply, DP_REPLY_OPEN);
	ck_assert_uint_eq(r.port, PORT);
	ck_assert_uint_eq(r.transport, DP_TRANSPORT_TCP);
	ck_assert_uint_eq(r.pass, 0);
	ck_assert(dp_addr_is_v4(&r.addr, &target));
	ck_assert_uint_ge(target, NET);
	ck_assert_uint_lt(target, NET + TARGETS);
	ck_assert_uint_eq(hear(said, 1, NULL), 0); /* not in a later burst either */
	ck_assert_uint_eq(bed.w.counters.open, 1);
	ck_assert_uint_eq(bed.w.counters.duplicates, 2);
	ck_assert_uint_eq(bed.w.counters.received, 3);
	ck_assert_uint_eq(bed.w.counters.foreign, 0);
}
END_TEST

/* The cookie says who sent an answer; only the checksums say that window, options and TTL are those
 * that it sent. Where the NIC looked at them, they are not added up again. */
START_TEST(rx_believes_no_answer_with_a_wrong_checksum)
{
	const struct said said[] = {
		{1, 0, PACKET_SYN, WINDOW},   {2, 0, PACKET_SYN, OPTION},
		{3, 0, PACKET_SYN, TTL},      {4, 0, PACKET_RST, WINDOW},
		{5, 0, PACKET_SYN, SUM_LEFT}, {6, 0, PACKET_SYN, TRUSTED_WINDOW},
		{7, 0, PACKET_SYN, INTACT}};

	set_up();
	ck_assert_uint_eq(hear(said, 7, NULL), 3);
	ck_assert_uint_eq(bed.w.counters.open, 3);
	ck_assert_uint_eq(bed.w.counters.closed, 0);
	ck_assert_uint_eq(bed.w.counters.malformed, 4);
	ck_assert_uint_eq(bed.w.counters.foreign, 0);
	/* What the target sends again counts for the first time. */
	ck_assert_uint_eq(hear(&(const struct said){1, 0, PACKET_SYN, INTACT}, 1, NULL), 1);
}
END_TEST

START_TEST(rx_takes_no_answer_to_another_secret)
{
	const struct said said[] = {{1, 0, PACKET_SYN}, {2, 0, PACKET_RST}};
	struct probe_config other = {.secret = "of another scan", .passes = 1 + DP_EXTRAS};
	struct dp_addr first = dp_addr_v4(NET), last = dp_addr_v4(NET + 9);
	struct dp_addr source = dp_addr_v4(0xc6120001);
	struct dp_space *space = dp_space_new();
	struct dp_space_info info;

	set_up();
	other.sources = &source;
	other.source_count = 1;
	other.source_port_first = 61000;
	other.source_port_last = 65531;
	other.space = space;
	ck_assert_int_eq(dp_space_include(space, &first, &last), 0);
	ck_assert_int_eq(dp_space_add_ports(space, PORT, PORT), 0);
	ck_assert_int_eq(dp_space_seal(space, &info), 0);
	bed.feed.probe = probe_new(&other);
	ck_assert_ptr_nonnull(bed.feed.probe);
	ck_assert_uint_eq(hear(said, 2, NULL), 0);
	ck_assert_uint_eq(bed.w.counters.foreign, 2);
	ck_assert_uint_eq(bed.w.counters.open + bed.w.counters.closed, 0);
}
END_TEST

/* A RST is counted. It is delivered if all are wanted, or if the port was known open. */
START_TEST(rx_delivers_a_rst_where_it_is_wanted)
{
	const struct said said[] = {{5, 0, PACKET_RST}, {6, 0, PACKET_RST}, {7, 0, PACKET_RST}};
	struct dp_known_open *known = dp_known_open_new(1);
	struct dp_result r;

	set_up();
	ck_assert_uint_eq(hear(said, 1, NULL), 0);
	ck_assert_uint_eq(bed.w.counters.closed, 1);
	bed.w.want_closed = true;
	ck_assert_uint_eq(hear(said + 1, 1, &r), 1);
	ck_assert_int_eq(r.reply, DP_REPLY_CLOSED);
	bed.w.want_closed = false;
	dp_known_open_add(known, &r.addr, PORT, DP_TRANSPORT_TCP);
	bed.w.known_open = known;
	/* Forget all replies, so that none is a duplicate. */
	dedup_init(&bed.w.dedup, bed.memory, DEDUP_KEYS, (const uint8_t *)"a key of no scan");
	ck_assert_uint_eq(hear(said, 3, &r), 1); /* the one that was known open */
	ck_assert_uint_eq(bed.w.counters.closed, 5);
	dp_known_open_free(known);
}
END_TEST

START_TEST(rx_counts_what_a_full_ring_does_not_take)
{
	static struct dp_result filler[1024];
	const struct said said[] = {{10, 0, PACKET_SYN}, {11, 0, PACKET_SYN}, {12, 0, PACKET_SYN}};
	unsigned n;

	set_up();
	do
		n = rte_ring_sp_enqueue_burst_elem(bed.w.results, filler, sizeof(filler[0]), 1024,
		                                   NULL);
	while (n > 0);
	ck_assert_uint_eq(ring_take(bed.w.results, filler, 1), 1); /* room for one */
	bed.feed.said = said;
	bed.feed.n = 3;
	ck_assert_uint_eq(rx_step(&bed.w, rte_rdtsc()), 3);
	ck_assert_uint_eq(bed.w.counters.open, 3);
	ck_assert_uint_eq(bed.w.counters.ring_drops, 2);
	ck_assert_uint_eq(rte_ring_free_count(bed.w.results), 0);
}
END_TEST

/* Answers to extra probes count neither as open nor as duplicates. */
START_TEST(rx_tells_answers_to_extra_probes)
{
	const unsigned loss = 1 + DP_EXTRA_LOSS, control = 1 + DP_EXTRA_CONTROL;
	const struct said said[] = {
		{20, loss, PACKET_SYN},    {20, loss, PACKET_SYN},    {20, loss, PACKET_RST},
		{21, control, PACKET_RST}, {21, control, PACKET_RST},
	};
	struct dp_result r;

	set_up();
	ck_assert_uint_eq(hear(said, 3, &r), 2); /* open ones, each time */
	ck_assert_uint_eq(r.pass, loss);
	ck_assert_uint_eq(hear(said + 3, 2, &r), 1); /* every kind, once */
	ck_assert_uint_eq(r.pass, control);
	ck_assert_int_eq(r.reply, DP_REPLY_CLOSED);
	ck_assert_uint_eq(bed.w.counters.open + bed.w.counters.closed, 0);
	ck_assert_uint_eq(bed.w.counters.duplicates, 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("rx");

	tcase_add_loop_test(tc, rx_counts_frames_with_a_wrong_sum_as_malformed, 0,
	                    sizeof(bursts) / sizeof(bursts[0]));
	tcase_add_test(tc, rx_delivers_an_answer_once);
	tcase_add_test(tc, rx_believes_no_answer_with_a_wrong_checksum);
	tcase_add_test(tc, rx_takes_no_answer_to_another_secret);
	tcase_add_test(tc, rx_delivers_a_rst_where_it_is_wanted);
	tcase_add_test(tc, rx_counts_what_a_full_ring_does_not_take);
	tcase_add_test(tc, rx_tells_answers_to_extra_probes);
	return suite_run("rx", tc);
}
