/* SPDX-License-Identifier: Apache-2.0 */
/*
 * classify.c - tells answers to our probes from all other frames.
 *
 * A burst is judged in three passes: select the frames that can be answers at all, compute the
 * cookies that would validate them (IPv4: a vector of them at once), and validate. Received frames
 * are mixed at random, so each branch that depends on their contents costs the CPU a misprediction.
 * Therefore frames of the usual form (packet_fast.h) are sorted without branches into lists:
 * candidates, validated SYN-ACKs, validated RSTs. All other frames are parsed and validated one at
 * a time.
 */
#include "classify.h"

#include <string.h>

#include "dp_addr.h"
#include "packet_fast.h"
#include "packet_sum.h"
#include "probe_impl.h"
#include "probe_tcp.h"

/* The flow that a packet belongs to, from our point of view. */
struct flow {
	/* header of the packet, or of the packet from us that an ICMP error quotes */
	const struct packet_ip *ip;
	bool quoted;
	uint16_t port;
	uint16_t own_port;
	uint8_t frame;
	bool v6;
};

/* Packets that may be answers. Those of the usual form come first. */
struct candidates {
	struct cookie_batch cookie;       /* of IPv4 packets; garbage for others */
	uint8_t frame[CLASSIFY_BURST];    /* [usual] */
	struct flow flow[CLASSIFY_BURST]; /* [usual ... n] */
	unsigned usual;
	unsigned n;
};

/* Read in place of a frame of another form; what is read from it is discarded. */
static const uint8_t no_frame[PACKET_FAST_LEN];

static const uint8_t *target_of(const struct flow *f)
{
	return f->quoted ? f->ip->dst : f->ip->src;
}

static const uint8_t *own_of(const struct flow *f)
{
	return f->quoted ? f->ip->src : f->ip->dst;
}

static struct dp_addr load(const uint8_t *b, uint8_t version)
{
	struct dp_addr a;

	if (version == 4)
		return dp_addr_v4(packet_be32(b));
	memcpy(a.b, b, sizeof(a.b));
	return a;
}

/* A cheap check of family and own port that refuses most frames of a flood. */
static bool may_be_ours(const struct probe *p, const struct flow *f)
{
	uint32_t at = (uint32_t)f->own_port - p->port_first;

	return at < p->ports && (f->v6 ? p->sources6 : p->sources4) != 0;
}

/* Make frame @i a candidate if such a packet can answer this kind of probe. */
static void add_candidate(const struct probe *p, const struct classify_batch *b, unsigned i,
                          struct candidates *s)
{
	const struct packet *packet = &b->packet[i];
	enum packet_kind kind = b->kind[i];
	struct flow *f = &s->flow[s->n];

	f->v6 = packet->ip.version == 6;
	if (!p->kind->ends(kind, packet, &f->port, &f->own_port) || !may_be_ours(p, f))
		return;
	f->frame = (uint8_t)i;
	f->quoted = kind == PACKET_ICMP_ERROR;
	f->ip = f->quoted ? &packet->inner : &packet->ip;
	s->cookie.addr[s->n] = packet_be32(target_of(f));
	s->cookie.word[s->n] = cookie_port_word(f->port, p->kind->transport);
	s->n++;
}

/* Parse the @n frames listed in @which, which are not of the usual form, and collect the
 * candidates. */
static void parse(const struct probe *p, const uint8_t *which, unsigned n, struct classify_batch *b,
                  struct candidates *s)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned at = which[i];

		b->kind[at] = (uint8_t)packet_parse(b->frame[at], b->len[at], &b->packet[at]);
		if (b->kind[at] >= PACKET_TCP)
			add_candidate(p, b, at, s);
	}
}

/* Collect the candidates of the usual form. Lists all frames of another form in @rest and returns
 * how many there are. */
static unsigned sort(const struct probe *p, struct classify_batch *b, struct candidates *s,
                     uint8_t *rest)
{
	/* Locals: the compiler must assume that a store through `rest` changes *p. */
	const uint32_t first = p->port_first, ports = p->ports;
	unsigned others = 0, usual = 0;

	s->usual = 0;
	if (p->kind != &probe_tcp_syn || p->sources4 == 0 || p->hops != NULL) {
		for (unsigned i = 0; i < b->n; i++)
			rest[i] = (uint8_t)i;
		return b->n;
	}
	for (unsigned i = 0; i < b->n; i++) {
		const uint8_t *f = b->frame[i];
		bool is_usual = packet_fast(f, b->len[i]);
		const uint8_t *at = is_usual ? f : no_frame;
		uint32_t own_port = (uint32_t)packet_fast_own_port(at) - first;

		b->kind[i] = PACKET_TCP;
		s->cookie.addr[usual] = packet_fast_source(at);
		s->cookie.word[usual] = cookie_port_word(packet_fast_port(at), DP_TRANSPORT_TCP);
		s->frame[usual] = (uint8_t)i;
		usual += is_usual & (own_port < ports);
		rest[others] = (uint8_t)i;
		others += !is_usual;
	}
	s->usual = usual;
	return others;
}

static uint8_t pass_of(const struct probe *p, uint16_t own_port)
{
	uint32_t at = (uint32_t)own_port - p->port_first;

	return (uint8_t)(at < p->ports_per_pass ? 0 : at / p->ports_per_pass);
}

static struct cookie cookie_of(const struct probe *p, const struct candidates *s, unsigned i)
{
	const struct flow *f = &s->flow[i];

	if (f->v6)
		return cookie_v6(&p->cookie, target_of(f), f->port, p->kind->transport);
	return (struct cookie){s->cookie.seq[i], s->cookie.port_random[i],
	                       s->cookie.source_random[i], 0};
}

/* Whether addresses and source port are those that the cookie gives; @pass is the pass of the probe
 * that the packet would answer. */
static bool is_ours(const struct probe *p, const struct flow *f, const struct cookie *c,
                    uint8_t *pass)
{
	struct dp_addr target;
	uint8_t source;

	*pass = pass_of(p, f->own_port);
	if (probe_source_port(p, c->port_random, *pass) != f->own_port)
		return false;
	target = load(target_of(f), f->v6 ? 6 : 4);
	source = probe_source(p, &target, c->source_random, f->v6);
	if (f->v6)
		return !dp_addr_is_v4(&target, NULL) &&
		       memcmp(p->source6[source].b, own_of(f), 16) == 0;
	return memcmp(p->source4[source].b + 12, own_of(f), 4) == 0;
}

/* Set the fields of @r that every kind of answer has. */
static void describe(const struct packet *packet, const struct probe_target *t, bool is_error,
                     struct dp_result *r)
{
	r->addr = t->addr;
	r->port = t->port;
	r->from = load(packet->ip.src, packet->ip.version);
	r->ttl = packet->ip.hops;
	if (is_error) {
		r->icmp_type = packet->icmp_type;
		r->icmp_code = packet->icmp_code;
	}
}

static void begin_result(const struct probe *p, uint64_t now_us, struct dp_result *r)
{
	*r = (struct dp_result){.time_us = now_us, .transport = p->kind->transport, .wscale = 255};
}

static bool validate(const struct probe *p, uint64_t now_us, const struct candidates *s, unsigned i,
                     struct classify_batch *b)
{
	const struct flow *f = &s->flow[i];
	const struct packet *packet = &b->packet[f->frame];
	struct dp_result *r = &b->result[b->seen[CLASSIFY_RESULT]];
	struct probe_target t = {.cookie = cookie_of(p, s, i),
	                         .port = f->port,
	                         .v6 = f->v6,
	                         .now_us = (uint32_t)now_us + p->clock_offset,
	                         .payloads = p->payloads};

	begin_result(p, now_us, r);
	if (!is_ours(p, f, &t.cookie, &r->pass) ||
	    !p->kind->answers(b->kind[f->frame], packet, &t, r))
		return false;
	t.addr = load(target_of(f), packet->ip.version);
	describe(packet, &t, b->kind[f->frame] == PACKET_ICMP_ERROR, r);
	return true;
}

/* The candidates of the usual form that echo the cookie: SYN-ACKs in @open, RSTs in @closed. */
struct validated {
	uint8_t open[CLASSIFY_BURST];
	uint8_t closed[CLASSIFY_BURST];
	unsigned opens, closes;
};

static uint32_t own_address(const struct probe *p, uint32_t source_random)
{
	return packet_be32(p->source4[probe_scale(source_random, p->sources4)].b + 12);
}

/* Check all candidates of the usual form at once and without a branch. The conditions are those of
 * is_ours() and of the kind's answers(). */
static void sift(const struct probe *p, const struct classify_batch *b, const struct candidates *s,
                 struct validated *out)
{
	enum { CONTROL = PACKET_SYN | PACKET_ACK | PACKET_RST | PACKET_FIN };
	unsigned opens = 0, closes = 0;

	for (unsigned i = 0; i < s->usual; i++) {
		const uint8_t *f = b->frame[s->frame[i]];
		uint16_t own_port = packet_fast_own_port(f);
		uint32_t beyond = packet_fast_ack(f) - s->cookie.seq[i]; /* 1: the SYN is counted */
		uint8_t flags = packet_fast_flags(f);
		unsigned port_fits = probe_source_port(p, s->cookie.port_random[i],
		                                       pass_of(p, own_port)) == own_port;
		unsigned address_fits = own_address(p, s->cookie.source_random[i]) ==
		                        packet_be32(f + PACKET_FAST_IP + 16);
		unsigned ours = port_fits & address_fits;
		unsigned accepts = (flags & CONTROL) == (PACKET_SYN | PACKET_ACK);
		unsigned resets = (flags & PACKET_RST) != 0;

		out->open[opens] = (uint8_t)i;
		opens += ours & accepts & (beyond == 1);
		out->closed[closes] = (uint8_t)i;
		closes += ours & (accepts ^ 1) & resets & (beyond <= 1);
	}
	out->opens = opens;
	out->closes = closes;
}

/* Store ::ffff:a.b.c.d as two words: after stores of single bytes, a load of the whole address
 * would have to wait. */
static void put_v4(struct dp_addr *a, const uint8_t be[4])
{
	uint64_t words[2] = {0, 0xffff0000};
	uint32_t v4;

	memcpy(&v4, be, sizeof(v4));
	words[1] |= (uint64_t)v4 << 32;
	memcpy(a->b, words, sizeof(words));
}

/* Write the result of the validated candidate @i as that of a RST. Returns it. */
static struct dp_result *report(const struct probe *p, uint64_t now_us, const struct candidates *s,
                                unsigned i, struct classify_batch *b)
{
	const unsigned n = b->seen[CLASSIFY_RESULT]++;
	const uint8_t *f = b->frame[s->frame[i]];
	struct dp_result *r = &b->result[n];

	put_v4(&r->addr, f + PACKET_FAST_IP + 12);
	put_v4(&r->from, f + PACKET_FAST_IP + 12);
	r->time_us = now_us;
	r->rtt_us = 0;
	r->tcp_options = 0;
	r->port = packet_fast_port(f);
	r->window = packet_fast_window(f);
	r->mss = 0;
	r->transport = DP_TRANSPORT_TCP;
	r->reply = DP_REPLY_CLOSED;
	r->ttl = f[PACKET_FAST_IP + 8];
	r->wscale = 255;
	r->icmp_type = r->icmp_code = 0;
	r->pass = pass_of(p, packet_fast_own_port(f));
	r->data_from = 0;
	r->data = 0;
	b->verdict[s->frame[i]] = CLASSIFY_RESULT;
	b->source[n] = s->frame[i];
	return r;
}

static void report_open(const struct probe *p, uint64_t now_us, const struct candidates *s,
                        unsigned i, struct classify_batch *b)
{
	const uint8_t *f = b->frame[s->frame[i]];
	struct dp_result *r = report(p, now_us, s, i, b);

	r->reply = DP_REPLY_OPEN;
	probe_tcp_options(f + PACKET_FAST_LEN, (uint8_t)(packet_fast_header_len(f) - 20),
	                  (uint32_t)now_us + p->clock_offset, r);
}

/* Give each frame the verdict that it has if it is no answer, and count the verdicts. @which lists
 * the frames that were parsed. */
static void name_others(const uint8_t *which, unsigned n, struct classify_batch *b)
{
	static const uint8_t otherwise[] = {
		[PACKET_MALFORMED] = CLASSIFY_MALFORMED,
		[PACKET_OTHER] = CLASSIFY_FOREIGN,
		[PACKET_ARP] = CLASSIFY_ARP,
		[PACKET_TCP] = CLASSIFY_FOREIGN,
		[PACKET_UDP] = CLASSIFY_FOREIGN,
		[PACKET_ICMP] = CLASSIFY_ICMP,
		[PACKET_ICMP_ERROR] = CLASSIFY_FOREIGN,
	};

	memset(b->verdict, CLASSIFY_FOREIGN, b->n);
	memset(b->seen, 0, sizeof(b->seen));
	for (unsigned i = 0; i < n; i++) {
		b->verdict[which[i]] = otherwise[b->kind[which[i]]];
		b->seen[b->verdict[which[i]]]++;
	}
	b->seen[CLASSIFY_FOREIGN] += b->n - n;
}

static bool is_unsummed(const struct classify_batch *b, unsigned frame)
{
	return b->unsummed >> frame & 1;
}

static void refuse(struct classify_batch *b, unsigned frame)
{
	b->seen[b->verdict[frame]]--;
	b->verdict[frame] = CLASSIFY_MALFORMED;
	b->seen[CLASSIFY_MALFORMED]++;
}

/* Refuse the validated frames of the usual form listed in @which whose checksums are wrong: what else
 * they say cannot be believed, although the cookie is right. Returns how many are left. */
static unsigned drop_damaged(struct classify_batch *b, const struct candidates *s, uint8_t *which,
                             unsigned n)
{
	unsigned left = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned frame = s->frame[which[i]];

		if (is_unsummed(b, frame) && !packet_fast_sums_fit(b->frame[frame]))
			refuse(b, frame);
		else
			which[left++] = which[i];
	}
	return left;
}

/* The same for a frame that was parsed. */
static bool is_damaged(const struct classify_batch *b, unsigned frame)
{
	return b->kind[frame] == PACKET_TCP && is_unsummed(b, frame) &&
	       !packet_sums_fit(&b->packet[frame]);
}

void classify(const struct probe *p, uint64_t now_us, struct classify_batch *b)
{
	uint8_t rest[CLASSIFY_BURST];
	struct candidates s;
	struct validated validated;
	unsigned others = sort(p, b, &s, rest);

	s.n = s.usual;
	parse(p, rest, others, b, &s);
	name_others(rest, others, b);
	s.cookie.n = s.n;
	p->cookies(&p->cookie, &s.cookie);
	sift(p, b, &s, &validated);
	if (b->unsummed != 0) {
		validated.opens = drop_damaged(b, &s, validated.open, validated.opens);
		validated.closes = drop_damaged(b, &s, validated.closed, validated.closes);
	}
	for (unsigned i = 0; i < validated.opens; i++)
		report_open(p, now_us, &s, validated.open[i], b);
	for (unsigned i = 0; i < validated.closes; i++)
		report(p, now_us, &s, validated.closed[i], b);
	b->seen[CLASSIFY_FOREIGN] -= b->seen[CLASSIFY_RESULT];
	for (unsigned i = s.usual; i < s.n; i++) {
		if (!validate(p, now_us, &s, i, b))
			continue;
		if (is_damaged(b, s.flow[i].frame)) {
			refuse(b, s.flow[i].frame);
			continue;
		}
		b->seen[b->verdict[s.flow[i].frame]]--;
		b->verdict[s.flow[i].frame] = CLASSIFY_RESULT;
		b->source[b->seen[CLASSIFY_RESULT]++] = s.flow[i].frame;
	}
}
