/* SPDX-License-Identifier: Apache-2.0 */
/* test_probe.c - claims about the frames of a scan, and about how they are answered. */
#include "suite.h"

#include <errno.h>
#include <string.h>

#include "cksum.h"
#include "classify.h"
#include "dp_addr.h"
#include "dp_space.h"
#include "range.h"
#include "scope.h"
#include "splitmix.h"

static uint8_t room[2][PROBE_BURST][PROBE_ROOM];

static struct dp_addr addr(const char *text)
{
	struct dp_addr a;

	ck_assert_int_eq(dp_addr_parse(text, &a), 0);
	return a;
}

struct world {
	struct dp_space *space;
	struct dp_space_info info;
	struct dp_addr sources[4];
	struct probe_config config;
	struct probe *probe;
};

static void include(struct world *w, const char *first, const char *last)
{
	struct dp_addr a = addr(first);
	struct dp_addr b = addr(last);

	ck_assert_int_eq(dp_space_include(w->space, &a, &b), 0);
}

static void begin(struct world *w)
{
	*w = (struct world){.space = dp_space_new()};
	w->config = (struct probe_config){
		.key = "0123456789abcde",
		.sources = w->sources,
		.source_count = 1,
		.source_port_first = 61000,
		.source_port_last = 65531,
		.passes = 2,
		.src_mac = {2, 0, 0, 0, 0, 1},
		.gateway_mac = {2, 0, 0, 0, 0, 2},
	};
	w->sources[0] = addr("198.18.0.1");
}

static void seal(struct world *w)
{
	ck_assert_int_eq(dp_space_seal(w->space, &w->info), 0);
	w->config.space = w->space;
	w->probe = probe_new(&w->config);
	ck_assert_ptr_nonnull(w->probe);
}

static void finish(struct world *w)
{
	probe_free(w->probe);
	dp_space_free(w->space);
}

static unsigned burst(const struct probe *p, const struct scope *deny, struct walk_span span,
                      struct probe_batch *b, int which)
{
	memset(room[which], 0xee, sizeof(room[which]));
	for (unsigned i = 0; i < PROBE_BURST; i++)
		b->frame[i] = room[which][i];
	return probe_burst(p, deny, &span, 1795387442123456u, b);
}

static void compare(const struct probe_batch *a, const struct probe_batch *b, unsigned n)
{
	ck_assert_uint_eq(a->denied, b->denied);
	ck_assert_uint_eq(a->onlink, b->onlink);
	for (unsigned i = 0; i < n; i++) {
		ck_assert_uint_eq(a->len[i], b->len[i]);
		ck_assert_uint_eq(a->next_hop[i], b->next_hop[i]);
		ck_assert_mem_eq(a->frame[i], b->frame[i], a->len[i]);
	}
}

static const char *const variants[] = {"scalar", "avx2", "vaes", "avx512"};

static struct scope *deny_some(void)
{
	struct range_set set = {0};
	struct dp_addr a = addr("198.18.4.0");
	struct dp_addr b = addr("198.18.6.77");
	struct scope *s;

	ck_assert_int_eq(range_add(&set, &a, &b), 0);
	s = scope_new(&set);
	range_fini(&set);
	return s;
}

static void same_bytes(struct world *w, const char *variant, const struct scope *deny)
{
	uint64_t seed = 7;

	for (int round = 0; round < 300; round++) {
		struct probe_batch a;
		struct probe_batch b;
		struct walk_span span = {
			.stride = 1 + splitmix(&seed) % 5,
			.n = (unsigned)(splitmix(&seed) % (PROBE_BURST + 1)),
			.pass = (unsigned)(splitmix(&seed) % 2),
		};
		unsigned n;

		span.first = splitmix(&seed) % (w->info.size - 5 * PROBE_BURST);
		ck_assert_int_eq(probe_set_variant(w->probe, "plain"), 0);
		n = burst(w->probe, deny, span, &a, 0);
		ck_assert_int_eq(probe_set_variant(w->probe, variant), 0);
		ck_assert_uint_eq(burst(w->probe, deny, span, &b, 1), n);
		ck_assert_uint_eq(n + a.denied, span.n);
		compare(&a, &b, n);
	}
}

/* The key gives the order; the sequence number that a probe carries follows from the secret alone. */
START_TEST(probe_seed_orders_and_never_keys_the_cookie)
{
	const struct walk_span span = {.stride = 1, .n = PROBE_BURST};
	struct probe_batch batch[2];
	unsigned same = 0;

	for (int i = 0; i < 2; i++) {
		struct world w;

		begin(&w);
		include(&w, "198.18.1.0", "198.18.9.255");
		dp_space_add_ports(w.space, 80, 80);
		w.config.secret[0] = (uint8_t)(i + 1);
		seal(&w);
		ck_assert_uint_eq(burst(w.probe, NULL, span, &batch[i], i), PROBE_BURST);
		finish(&w);
	}
	for (unsigned i = 0; i < PROBE_BURST; i++) {
		ck_assert_uint_eq(batch[0].next_hop[i], batch[1].next_hop[i]);
		same += memcmp(batch[0].frame[i] + 38, batch[1].frame[i] + 38, 4) == 0;
	}
	ck_assert_uint_eq(same, 0);
}
END_TEST

/* Variants x {untagged, tagged} x {nothing denied, some denied}. */
START_TEST(probe_variants_write_the_same_bytes)
{
	const char *variant = variants[_i % 4];
	struct scope *deny = _i / 8 != 0 ? deny_some() : NULL;
	struct world w;
	int ret;

	begin(&w);
	include(&w, "198.18.1.0", "198.18.9.255");
	include(&w, "203.0.113.7", "203.0.113.99");
	dp_space_add_ports(w.space, 20, 25);
	dp_space_add_ports(w.space, 8080, 8080);
	w.config.vlan = _i / 4 % 2 != 0 ? 77 : 0;
	w.config.direct4 = w.config.vlan != 0;
	seal(&w);
	ret = probe_set_variant(w.probe, variant);
	ck_assert(ret == 0 || ret == -ENOTSUP);
	if (ret == 0)
		same_bytes(&w, variant, deny);
	scope_free(deny);
	finish(&w);
}
END_TEST

static const uint16_t port_counts[] = {
	1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 1000, 4096, 32767, 32768, 65535, 0 /* all 65,536 */,
};

/* Nearly all of IPv4 with any number of ports: divisions at the limit of their precision. */
START_TEST(probe_variants_agree_for_any_number_of_ports)
{
	uint16_t count = port_counts[_i / 4];
	struct world w;
	int ret;

	begin(&w);
	include(&w, "0.0.0.0", "255.255.255.255");
	dp_space_add_ports(w.space, count != 0 ? 1 : 0, count != 0 ? count : 65535);
	seal(&w);
	ret = probe_set_variant(w.probe, variants[_i % 4]);
	ck_assert(ret == 0 || ret == -ENOTSUP);
	if (ret == 0)
		same_bytes(&w, variants[_i % 4], NULL);
	finish(&w);
}
END_TEST

static void check_sums(const uint8_t *f, const struct packet *p, unsigned len)
{
	size_t alen = p->ip.version == 4 ? 4 : 16;
	const uint8_t *tcp = p->options - 20;
	size_t tcp_len = (size_t)(f + len - tcp);

	if (alen == 4)
		ck_assert_uint_eq(cksum_finish(cksum_add(0, p->l3, 20)), 0);
	ck_assert_uint_eq(cksum_finish(cksum_add(cksum_pseudo(p->ip.src, p->ip.dst, alen, 6,
	                                                      (uint32_t)tcp_len),
	                                         tcp, tcp_len)),
	                  0);
}

START_TEST(probe_frames_are_whole_syns_with_right_checksums)
{
	struct probe_batch b;
	struct world w;
	unsigned n;

	begin(&w);
	include(&w, "198.18.1.0", "198.18.1.255");
	include(&w, "2001:db8::1", "2001:db8::ffff");
	w.sources[1] = addr("2001:db8:1::1");
	w.sources[2] = addr("198.18.0.2");
	w.config.source_count = 3;
	w.config.vlan = _i != 0 ? 5 : 0;
	dp_space_add_ports(w.space, 443, 443);
	seal(&w);
	ck_assert_str_eq(probe_variant(w.probe), "plain");
	n = burst(w.probe, NULL, (struct walk_span){.stride = 1, .n = 64}, &b, 0);
	ck_assert_uint_eq(n, 64);
	for (unsigned i = 0; i < n; i++) {
		struct packet_options o;
		struct packet p;

		ck_assert_int_eq(packet_parse(b.frame[i], b.len[i], &p), PACKET_TCP);
		ck_assert_uint_eq(p.vlan, w.config.vlan);
		ck_assert_uint_eq(p.flags, PACKET_SYN);
		ck_assert_uint_eq(p.dport, 443);
		ck_assert_uint_eq(p.payload_len, 0);
		packet_tcp_options(p.options, p.options_len, &o);
		ck_assert_uint_eq(o.order, 0x31542);
		ck_assert_uint_eq(o.mss, p.ip.version == 4 ? 1460 : 1440);
		check_sums(b.frame[i], &p, b.len[i]);
	}
	finish(&w);
}
END_TEST

/* Make the answer of a host to @probe: addresses and ports swapped. Returns its length. */
static unsigned answer(const uint8_t *probe, unsigned len, uint8_t flags, uint32_t add,
                       uint8_t *out)
{
	struct packet p;
	uint8_t *l3;
	uint8_t *tcp;
	uint32_t ack;

	ck_assert_int_eq(packet_parse(probe, len, &p), PACKET_TCP);
	memcpy(out, probe, len);
	l3 = out + (p.l3 - probe);
	tcp = out + (p.options - 20 - probe);
	if (p.ip.version == 4) {
		memcpy(l3 + 12, p.ip.dst, 4);
		memcpy(l3 + 16, p.ip.src, 4);
	} else {
		memcpy(l3 + 8, p.ip.dst, 16);
		memcpy(l3 + 24, p.ip.src, 16);
	}
	memcpy(tcp, probe + (tcp - out) + 2, 2);
	memcpy(tcp + 2, probe + (tcp - out), 2);
	ack = p.seq + add;
	for (int i = 0; i < 4; i++)
		tcp[8 + i] = (uint8_t)(ack >> (24 - 8 * i));
	tcp[13] = flags;
	memcpy(tcp + 32, probe + (tcp - out) + 28, 4); /* the timestamp comes back */
	return len;
}

static const struct {
	uint8_t flags;
	uint32_t add;
	int reply; /* 0 = not an answer */
} answers[] = {
	{PACKET_SYN | PACKET_ACK, 1, DP_REPLY_OPEN},
	{PACKET_SYN | PACKET_ACK | PACKET_PSH, 1, DP_REPLY_OPEN},
	{PACKET_SYN | PACKET_ACK, 0, 0},
	{PACKET_SYN | PACKET_ACK, 2, 0},
	{PACKET_SYN | PACKET_ACK | PACKET_FIN, 1, 0},
	{PACKET_SYN, 1, 0},
	{PACKET_ACK, 1, 0},
	{PACKET_RST | PACKET_ACK, 1, DP_REPLY_CLOSED},
	{PACKET_RST, 1, DP_REPLY_CLOSED},
	{PACKET_RST | PACKET_ACK, 0, DP_REPLY_CLOSED},
	{PACKET_RST | PACKET_ACK, 2, 0},
	{PACKET_RST | PACKET_SYN | PACKET_ACK, 7, 0},
	{0, 1, 0},
};

static enum classify_verdict judge(const struct probe *p, const uint8_t *f, unsigned len,
                                   uint64_t later_us, struct dp_result *r)
{
	static struct classify_batch b;

	b.n = 1;
	b.frame[0] = f;
	b.len[0] = (uint16_t)len;
	classify(p, 1795387442123456u + later_us, &b);
	ck_assert_uint_eq(b.seen[b.verdict[0]], 1);
	*r = b.result[0];
	return b.verdict[0];
}

static void make_dual_world(struct world *w)
{
	begin(w);
	include(w, "198.18.1.0", "198.18.1.255");
	include(w, "2001:db8::1", "2001:db8::ff");
	w->sources[1] = addr("2001:db8:1::1");
	w->sources[2] = addr("198.18.0.2");
	w->config.source_count = 3;
	dp_space_add_ports(w->space, 1, 1000);
	seal(w);
}

START_TEST(classify_believes_only_what_echoes_the_cookie)
{
	uint8_t reply[PROBE_FRAME_MAX];
	struct probe_batch b;
	struct dp_result r;
	struct world w;

	make_dual_world(&w);
	burst(w.probe, NULL, (struct walk_span){.stride = 3, .n = 64, .pass = 1}, &b, 0);
	for (unsigned i = 0; i < 64; i++) {
		unsigned len =
			answer(b.frame[i], b.len[i], answers[_i].flags, answers[_i].add, reply);
		bool is_result = judge(w.probe, reply, len, 1234, &r) == CLASSIFY_RESULT;

		ck_assert_int_eq(is_result, answers[_i].reply != 0);
		if (!is_result)
			continue;
		ck_assert_int_eq(r.reply, answers[_i].reply);
		ck_assert_uint_eq(r.pass, 1);
		ck_assert_uint_eq(r.transport, DP_TRANSPORT_TCP);
		ck_assert_uint_eq(r.rtt_us, r.reply == DP_REPLY_OPEN ? 1234 : 0);
		ck_assert(dp_space_contains(w.space, &r.addr));
		ck_assert_int_eq(dp_addr_compare(&r.addr, &r.from), 0);
		/* If a bit that the cookie covers changes, the answer is foreign. */
		reply[(b.len[i] == 74 ? 34 : 54) + 1] ^= 1;
		ck_assert_int_eq(judge(w.probe, reply, len, 0, &r), CLASSIFY_FOREIGN);
	}
	finish(&w);
}
END_TEST

/* Make a router's error about @probe: IPv4 only, quoting the IP header and @quote bytes. Returns
 * its length. */
static unsigned unreachable(const uint8_t *probe, unsigned quote, uint8_t *out)
{
	memset(out, 0, PROBE_FRAME_MAX);
	memcpy(out, probe, 14 + 20);
	out[14 + 2] = 0;
	out[14 + 3] = (uint8_t)(20 + 8 + 20 + quote);
	out[14 + 9] = 1;
	memcpy(out + 14 + 12, "\x0a\x00\x00\x01", 4);
	memcpy(out + 14 + 16, probe + 14 + 12, 4);
	out[34] = 3;
	out[35] = 13;
	memcpy(out + 42, probe + 14, 20 + quote);
	return 42 + 20 + quote;
}

START_TEST(classify_knows_the_probe_that_an_icmp_error_quotes)
{
	uint8_t reply[PROBE_FRAME_MAX];
	struct probe_batch b;
	struct dp_result r;
	struct world w;
	unsigned len;

	begin(&w);
	include(&w, "198.18.1.0", "198.18.1.255");
	dp_space_add_ports(w.space, 1, 1000);
	seal(&w);
	burst(w.probe, NULL, (struct walk_span){.stride = 1, .n = 64}, &b, 0);
	for (unsigned i = 0; i < 64; i++) {
		struct packet p;

		ck_assert_int_eq(packet_parse(b.frame[i], b.len[i], &p), PACKET_TCP);
		len = unreachable(b.frame[i], i % 2 != 0 ? 8 : 40, reply);
		ck_assert_int_eq(judge(w.probe, reply, len, 0, &r), CLASSIFY_RESULT);
		ck_assert_int_eq(r.reply, DP_REPLY_UNREACHABLE);
		ck_assert_uint_eq(r.icmp_type, 3);
		ck_assert_uint_eq(r.icmp_code, 13);
		ck_assert_uint_eq(r.port, p.dport);
		ck_assert_mem_eq(r.addr.b + 12, p.ip.dst, 4);
		ck_assert_mem_eq(r.from.b + 12, "\x0a\x00\x00\x01", 4);
		reply[42 + 20 + 7] ^= 1; /* the sequence number */
		ck_assert_int_eq(judge(w.probe, reply, len, 0, &r), CLASSIFY_FOREIGN);
		ck_assert_int_eq(judge(w.probe, reply, len - 36, 0, &r), CLASSIFY_MALFORMED);
	}
	finish(&w);
}
END_TEST

/* Make one frame of each kind in turn: three kinds of answers, and frames that are no answer. */
static unsigned arrival(const uint8_t *probe, unsigned len, unsigned i, uint8_t *out)
{
	const uint8_t flags = i % 5 == 0 ? PACKET_SYN | PACKET_ACK : PACKET_RST | PACKET_ACK;

	if (i % 5 == 2 && probe[12] == 0x08)
		return unreachable(probe, 8, out);
	len = answer(probe, len, flags, i % 5 == 3 ? 7 : 1, out);
	return i % 5 == 4 ? len - 30 : len;
}

START_TEST(classify_judges_in_a_burst_as_it_judges_alone)
{
	static struct classify_batch all;
	uint8_t reply[64][PROBE_FRAME_MAX];
	unsigned seen[CLASSIFY_VERDICTS] = {0};
	unsigned at[CLASSIFY_BURST], results = 0;
	struct probe_batch b;
	struct dp_result r;
	struct world w;

	make_dual_world(&w);
	burst(w.probe, NULL, (struct walk_span){.stride = 3, .n = 64, .pass = 1}, &b, 0);
	all.n = 1 + (unsigned)_i;
	for (unsigned i = 0; i < all.n; i++) {
		all.frame[i] = reply[i];
		all.len[i] = (uint16_t)arrival(b.frame[i], b.len[i], i, reply[i]);
	}
	classify(w.probe, 1795387442123456u, &all);
	for (unsigned i = 0; i < all.seen[CLASSIFY_RESULT]; i++)
		at[all.source[i]] = i;
	for (unsigned i = 0; i < all.n; i++) {
		seen[all.verdict[i]]++;
		ck_assert_int_eq(all.verdict[i], judge(w.probe, reply[i], all.len[i], 0, &r));
		if (all.verdict[i] != CLASSIFY_RESULT)
			continue;
		ck_assert_uint_eq(all.source[at[i]], i);
		ck_assert_mem_eq(&all.result[at[i]], &r, sizeof(r));
		results++;
	}
	ck_assert_mem_eq(all.seen, seen, sizeof(seen));
	ck_assert_uint_eq(all.seen[CLASSIFY_RESULT], results);
	ck_assert_uint_ge(results, all.n / 5);
	finish(&w);
}
END_TEST

/* Make a datagram back to the sender: addresses and ports swapped, @data behind the header. Returns
 * its length. */
static unsigned datagram(const uint8_t *probe, const void *data, unsigned len, uint8_t *out)
{
	bool v6 = probe[12] == 0x86;
	unsigned l4 = v6 ? 54 : 34, at = v6 ? 22 : 26, bytes = v6 ? 16 : 4;

	memcpy(out, probe, l4 + 8);
	memcpy(out + at, probe + at + bytes, bytes);
	memcpy(out + at + bytes, probe + at, bytes);
	memcpy(out + l4, probe + l4 + 2, 2);
	memcpy(out + l4 + 2, probe + l4, 2);
	out[l4 + 4] = 0;
	out[l4 + 5] = (uint8_t)(8 + len);
	if (v6)
		out[14 + 5] = (uint8_t)(8 + len);
	else
		out[14 + 3] = (uint8_t)(20 + 8 + len);
	memcpy(out + l4 + 8, data, len);
	return l4 + 8 + len;
}

static const struct dp_payload payloads[] = {
	{(const uint8_t *)"\0\0question", 10, 53, 0, 1, 2},
	{(const uint8_t *)"odd", 3, 0, 0, 0, 0},
};

static void make_udp_world(struct world *w)
{
	begin(w);
	include(w, "198.18.1.0", "198.18.1.255");
	include(w, "2001:db8::1", "2001:db8::ff");
	w->sources[1] = addr("2001:db8:1::1");
	w->config.source_count = 2;
	w->config.kind = &probe_udp;
	w->config.payloads = payloads;
	w->config.payload_count = 2;
	dp_space_add_ports(w->space, 53, 54);
	seal(w);
}

/* The checksum over pseudo header and transport part: 0 if it is right. */
static uint16_t verify(const struct packet *p, const uint8_t *l4, uint16_t len)
{
	size_t bytes = p->ip.version == 6 ? 16 : 4;
	bool bare = p->ip.proto == DP_TRANSPORT_ICMP;
	uint64_t sum = bare ? 0 : cksum_pseudo(p->ip.src, p->ip.dst, bytes, p->ip.proto, len);

	return cksum_finish(cksum_add(sum, l4, len));
}

START_TEST(probe_udp_frames_are_whole_and_carry_the_ports_payload)
{
	struct probe_batch b;
	struct world w;

	make_udp_world(&w);
	burst(w.probe, NULL, (struct walk_span){.stride = 3, .n = 64}, &b, 0);
	for (unsigned i = 0; i < 64; i++) {
		struct packet p;

		ck_assert_uint_ge(b.len[i], 60);
		ck_assert_int_eq(packet_parse(b.frame[i], b.len[i], &p), PACKET_UDP);
		ck_assert_uint_eq(p.payload_len, p.dport == 53 ? 10 : 3);
		ck_assert_mem_eq(p.payload + (p.dport == 53 ? 2 : 0),
		                 p.dport == 53 ? "question" : "odd", p.dport == 53 ? 8 : 3);
		ck_assert_uint_eq(verify(&p, p.payload - 8, p.payload_len + 8), 0);
		if (p.ip.version == 4)
			ck_assert_uint_eq(cksum_finish(cksum_add(0, p.l3, 20)), 0);
	}
	finish(&w);
}
END_TEST

START_TEST(classify_believes_a_datagram_that_repeats_the_tag)
{
	struct probe_batch b;
	struct dp_result r;
	struct world w;

	make_udp_world(&w);
	burst(w.probe, NULL, (struct walk_span){.stride = 3, .n = 64}, &b, 0);
	for (unsigned i = 0; i < 64; i++) {
		uint8_t reply[PROBE_ROOM], data[4] = {7};
		struct packet p;
		unsigned len;

		packet_parse(b.frame[i], b.len[i], &p);
		memcpy(data + 1, p.payload, 2);
		len = datagram(b.frame[i], data, 4, reply);
		ck_assert_int_eq(judge(w.probe, reply, len, 5, &r), CLASSIFY_RESULT);
		ck_assert_int_eq(r.reply, DP_REPLY_OPEN);
		ck_assert_uint_eq(r.transport, DP_TRANSPORT_UDP);
		ck_assert_uint_eq(r.port, p.dport);
		data[2] ^= 1;
		len = datagram(b.frame[i], data, 4, reply);
		ck_assert_int_eq(judge(w.probe, reply, len, 5, &r),
		                 p.dport == 53 ? CLASSIFY_FOREIGN : CLASSIFY_RESULT);
		len = datagram(b.frame[i], data, 2, reply);
		ck_assert_int_eq(judge(w.probe, reply, len, 5, &r),
		                 p.dport == 53 ? CLASSIFY_FOREIGN : CLASSIFY_RESULT);
	}
	finish(&w);
}
END_TEST

START_TEST(probe_refuses_payloads_that_do_not_fit)
{
	static const struct dp_payload bad[] = {
		{(const uint8_t *)"", DP_PAYLOAD_MAX + 1, 53, 0, 0, 0},
		{(const uint8_t *)"abc", 3, 53, 2, 0, 2},
		{(const uint8_t *)"abc", 3, 53, 0, 0, 3},
	};
	struct world w;

	make_udp_world(&w);
	for (unsigned i = 0; i < 3; i++) {
		w.config.payloads = &bad[i];
		w.config.payload_count = 1;
		ck_assert_ptr_null(probe_new(&w.config));
		ck_assert_int_eq(errno, EINVAL);
	}
	finish(&w);
}
END_TEST

/* Turn an echo request into its reply: addresses swapped, the type changed. */
static void turn_echo(uint8_t *f)
{
	bool v6 = f[12] == 0x86;
	unsigned at = v6 ? 22 : 26, bytes = v6 ? 16 : 4;
	uint8_t was[16];

	memcpy(was, f + at, bytes);
	memcpy(f + at, f + at + bytes, bytes);
	memcpy(f + at + bytes, was, bytes);
	f[v6 ? 54 : 34] = v6 ? 129 : 0;
}

START_TEST(classify_believes_an_echo_of_our_own_words)
{
	struct probe_batch b;
	struct dp_result r;
	struct world w;

	begin(&w);
	include(&w, "198.18.1.0", "198.18.1.255");
	include(&w, "2001:db8::1", "2001:db8::ff");
	w.sources[1] = addr("2001:db8:1::1");
	w.config.source_count = 2;
	w.config.kind = &probe_icmp_echo;
	dp_space_add_ports(w.space, 0, 0);
	seal(&w);
	burst(w.probe, NULL, (struct walk_span){.stride = 7, .n = 64}, &b, 0);
	for (unsigned i = 0; i < 64; i++) {
		uint8_t *f = b.frame[i];
		struct packet p;

		ck_assert_int_eq(packet_parse(f, b.len[i], &p), PACKET_ICMP);
		ck_assert_uint_eq(verify(&p, p.payload - 8, p.payload_len + 8), 0);
		ck_assert_int_eq(judge(w.probe, f, b.len[i], 0, &r), CLASSIFY_ICMP);
		turn_echo(f);
		ck_assert_int_eq(judge(w.probe, f, b.len[i], 777, &r), CLASSIFY_RESULT);
		ck_assert_uint_eq(r.rtt_us, 777);
		ck_assert_uint_eq(r.port, 0);
		ck_assert_uint_eq(r.transport, DP_TRANSPORT_ICMP);
		f[b.len[i] - 24] ^= 1; /* the cookie's first byte */
		ck_assert_int_eq(judge(w.probe, f, b.len[i], 0, &r), CLASSIFY_ICMP);
	}
	finish(&w);
}
END_TEST

START_TEST(probe_refuses_what_it_cannot_do)
{
	struct world w;

	begin(&w);
	include(&w, "2001:db8::1", "2001:db8::ff");
	dp_space_add_ports(w.space, 1, 1);
	ck_assert_int_eq(dp_space_seal(w.space, &w.info), 0);
	w.config.space = w.space;
	ck_assert_ptr_null(probe_new(&w.config));
	ck_assert_int_eq(errno, EADDRNOTAVAIL);
	w.sources[0] = addr("2001:db8:1::1");
	w.config.passes = 5000;
	ck_assert_ptr_null(probe_new(&w.config));
	ck_assert_int_eq(errno, EINVAL);
	w.config.passes = 1;
	w.probe = probe_new(&w.config);
	ck_assert_ptr_nonnull(w.probe);
	ck_assert_int_eq(probe_set_variant(w.probe, "avx2"), -ENOTSUP);
	ck_assert_int_eq(probe_set_variant(w.probe, "neon"), -ENOENT);
	finish(&w);
}
END_TEST

START_TEST(probe_arp_frames_parse_as_arp)
{
	struct probe_arp a = {
		{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 9}, 0xc6120001, 0xc6120002, 0, false};
	uint8_t f[PROBE_FRAME_MAX];
	struct packet p;

	ck_assert_uint_eq(probe_arp_frame(&a, f), 60);
	ck_assert_int_eq(packet_parse(f, 60, &p), PACKET_ARP);
	ck_assert_mem_eq(f, "\xff\xff\xff\xff\xff\xff", 6);
	ck_assert_uint_eq(packet_be16(p.l3 + 6), 1);
	ck_assert_uint_eq(packet_be32(p.l3 + 24), 0xc6120002);
	a.reply = true;
	a.vlan = 9;
	ck_assert_uint_eq(probe_arp_frame(&a, f), 60);
	ck_assert_int_eq(packet_parse(f, 60, &p), PACKET_ARP);
	ck_assert_uint_eq(p.vlan, 9);
	ck_assert_mem_eq(f, a.dst_mac, 6);
	ck_assert_mem_eq(p.l3 + 18, a.dst_mac, 6);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, probe_variants_write_the_same_bytes, 0, 16);
	tcase_add_test(tc, probe_seed_orders_and_never_keys_the_cookie);
	tcase_add_loop_test(tc, probe_variants_agree_for_any_number_of_ports, 0,
	                    4 * (int)(sizeof(port_counts) / sizeof(*port_counts)));
	tcase_add_loop_test(tc, probe_frames_are_whole_syns_with_right_checksums, 0, 2);
	tcase_add_loop_test(tc, classify_believes_only_what_echoes_the_cookie, 0,
	                    (int)(sizeof(answers) / sizeof(*answers)));
	tcase_add_test(tc, classify_knows_the_probe_that_an_icmp_error_quotes);
	tcase_add_loop_test(tc, classify_judges_in_a_burst_as_it_judges_alone, 0, CLASSIFY_BURST);
	tcase_add_test(tc, probe_udp_frames_are_whole_and_carry_the_ports_payload);
	tcase_add_test(tc, classify_believes_a_datagram_that_repeats_the_tag);
	tcase_add_test(tc, probe_refuses_payloads_that_do_not_fit);
	tcase_add_test(tc, classify_believes_an_echo_of_our_own_words);
	tcase_add_test(tc, probe_refuses_what_it_cannot_do);
	tcase_add_test(tc, probe_arp_frames_parse_as_arp);
	return suite_run("probe", tc);
}
