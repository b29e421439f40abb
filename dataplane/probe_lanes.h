/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_lanes.h - a burst of SYN probes over IPv4, a vector of targets at a time.
 *
 * Included once by each file that is built for an instruction set; that file defines LANE_BYTES, the
 * vector's size, and lane_mul_even(), the 64-bit products of a vector's even words. It must give the
 * same bytes as probe_plain.c. Values that go on the wire are kept in wire order from the moment they
 * are known: the Internet checksum does not care (RFC 1071, 2.B), and no byte is swapped twice.
 */
#include <string.h>

#include "probe_impl.h"
#include "probe_tcp.h"
#include "scope.h"

typedef uint32_t lane __attribute__((vector_size(LANE_BYTES)));
typedef uint64_t lane_wide __attribute__((vector_size(LANE_BYTES)));
typedef uint64_t lane_long __attribute__((vector_size(2 * LANE_BYTES)));

enum { LANES = LANE_BYTES / 4 };

/* The high words of x * n, lane by lane. */
static inline lane lane_mulhi(lane x, uint32_t n)
{
	const lane by = (lane){0} + n;
	lane_wide even = lane_mul_even((lane_wide)x, (lane_wide)by) >> 32;
	lane_wide odd = lane_mul_even((lane_wide)x >> 32, (lane_wide)by);

	return (lane)(even | (odd >> 32 << 32));
}

#define PERMUTE_WORD lane
#define PERMUTE_MULHI(x, n) lane_mulhi(x, n)
#define CHASKEY_WORD lane
#include "chaskey.h"
#include "permute_round.h"

static inline lane load(const uint32_t *at)
{
	lane v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static inline void store(uint32_t *at, lane v)
{
	memcpy(at, &v, sizeof(v));
}

static inline lane swap(lane v)
{
	return (chaskey_rotl(v, 8) & 0x00ff00ff) | (chaskey_rotl(v, 24) & 0xff00ff00);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the lanes load words little endian");

struct lanes {
	_Alignas(64) uint64_t index[PROBE_BURST];
	_Alignas(64) uint32_t number[PROBE_BURST];
	_Alignas(64) uint32_t addr[PROBE_BURST];  /* host order */
	_Alignas(64) uint32_t port[PROBE_BURST];
	_Alignas(64) uint32_t dst[PROBE_BURST];   /* wire order from here on */
	_Alignas(64) uint32_t ports[PROBE_BURST];
	_Alignas(64) uint32_t seq[PROBE_BURST];
	_Alignas(64) uint32_t ip_cksum[PROBE_BURST];
	_Alignas(64) uint32_t l4_cksum[PROBE_BURST];
};

/* Lanes beyond the last position hold garbage that nobody reads. */
static inline void order(const struct probe *p, const struct walk_span *span, struct lanes *l)
{
	const struct permute o = p->order;
	lane_long at;

	for (unsigned i = 0; i < LANES; i++)
		at[i] = span->first + i * span->stride;
	for (unsigned i = 0; i < span->n; i += LANES) {
		lane_long index;
		struct permute_halves h = {
			__builtin_convertvector(at >> o.bits, lane),
			__builtin_convertvector(at, lane) & o.mask,
		};

		h = permute_network(&o, h);
		index = __builtin_convertvector(h.high, lane_long) << o.bits |
			__builtin_convertvector(h.low, lane_long);
		memcpy(l->index + i, &index, sizeof(index));
		at += LANES * span->stride;
	}
	for (unsigned i = 0; i < span->n; i++)
		if (__builtin_expect(l->index[i] >= o.n, 0))
			l->index[i] = permute_at(&p->order, l->index[i]);
}

/*
 * Index -> address number and number of the port, a division by the ports. With IPv4 an index has at
 * most 48 bits and the quotient 32: the leading 32 bits of both give it to within a few, the
 * remainder's own quotient to within 1.
 */
static inline void split(const struct space_map *m, unsigned n, struct lanes *l)
{
	const uint32_t ports = (uint32_t)m->ports;
	const uint32_t shift = m->ports_bits + 1;

	for (unsigned i = 0; i < n; i += LANES) {
		lane_long index;
		lane number;
		lane port;
		lane more;

		memcpy(&index, l->index + i, sizeof(index));
		number = lane_mulhi(__builtin_convertvector(index >> shift, lane),
				    m->reciprocal_high) << 1;
		port = __builtin_convertvector(index, lane) - number * ports;
		more = lane_mulhi(port, m->reciprocal32);
		number += more;
		port -= more * ports + ports;
		more = port >> 31; /* 1: nothing more fits */
		store(l->number + i, number + 1 - more);
		store(l->port + i, port + (ports & (0 - more)));
	}
	if (m->large)
		for (unsigned i = 0; i < n; i++)
			space_prefetch(m, l->number[i]);
}

/* Keep the lanes that are not denied; returns how many. */
static inline unsigned sieve(const struct scope *deny, unsigned n, struct lanes *l)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < n; i++) {
		l->addr[kept] = l->addr[i];
		l->port[kept] = l->port[i];
		kept += !scope_denies_v4(deny, l->addr[i]);
	}
	return kept;
}

/* Index -> target, without those that are denied; returns how many remain. */
static inline unsigned map(const struct probe *p, const struct scope *deny, unsigned n,
			   struct lanes *l)
{
	const struct space_map m = *p->map;

	split(&m, n, l);
	for (unsigned i = 0; i < n; i++) {
		l->addr[i] = space_v4(&m, l->number[i]);
		l->port[i] = m.port[l->port[i]];
	}
	return deny != NULL ? sieve(deny, n, l) : n;
}

/* The state before the permutation: key and message. */
static inline struct chaskey begin(const struct cookie_key *k, lane addr, lane port)
{
	return (struct chaskey){
		addr ^ k->k[0] ^ k->k1[0],
		(port | (DP_TRANSPORT_TCP << 16)) ^ k->k[1] ^ k->k1[1],
		(lane){0} + (k->k[2] ^ k->k1[2]),
		(lane){0} + (COOKIE_IPV4 ^ k->k[3] ^ k->k1[3]),
	};
}

/* Two vectors at once: one alone waits for its own results. */
static inline void sign(const struct probe *p, unsigned pass, unsigned n, struct lanes *l)
{
	const struct cookie_key k = p->cookie;
	const uint32_t first = probe_source_port(p, 0, pass);
	const uint32_t count = p->ports_per_pass;

	for (unsigned i = 0; i < n; i += 2 * LANES) {
		struct chaskey v[2];

		for (unsigned j = 0; j < 2; j++)
			v[j] = begin(&k, load(l->addr + i + j * LANES),
				     load(l->port + i + j * LANES));
#pragma GCC unroll 12
		for (int round = 0; round < 12; round++) {
			v[0] = chaskey_round(v[0]);
			v[1] = chaskey_round(v[1]);
		}
		for (unsigned j = 0; j < 2; j++) {
			unsigned at = i + j * LANES;
			lane sport = first + lane_mulhi(v[j].b ^ k.k1[1], count);

			store(l->seq + at, swap(v[j].a ^ k.k1[0]));
			store(l->ports + at, swap((sport << 16) | load(l->port + at)));
			store(l->dst + at, swap(load(l->addr + at)));
		}
	}
}

static inline lane halves(lane v)
{
	return (v & 0xffff) + (v >> 16);
}

static inline lane complement(lane sum)
{
	return ~halves(halves(sum));
}

static inline uint32_t halves_of(uint32_t v)
{
	return (v & 0xffff) + (v >> 16);
}

static inline void sum(uint32_t ip, uint32_t l4, unsigned n, struct lanes *l)
{
	for (unsigned i = 0; i < n; i += LANES) {
		lane dst = halves(load(l->dst + i));
		lane tcp = halves(load(l->ports + i)) + halves(load(l->seq + i));

		store(l->ip_cksum + i, complement(ip + dst));
		store(l->l4_cksum + i, complement(l4 + dst + tcp));
	}
}

static inline void put(uint8_t *at, uint32_t v)
{
	memcpy(at, &v, sizeof(v));
}

static inline void put_low(uint8_t *at, uint32_t v)
{
	uint16_t low = (uint16_t)v;

	memcpy(at, &low, sizeof(low));
}

enum { COPY = 96 }; /* covers a tagged SYN frame */
_Static_assert(14 + 4 + 20 + (int)PROBE_TCP_LEN <= (int)COPY, "a tagged SYN frame fits");
_Static_assert((int)COPY <= (int)PROBE_FRAME_MAX, "the copy fits the room");

static inline void emit(const struct probe_template *t, unsigned n, const struct lanes *l,
			struct probe_batch *b)
{
	for (unsigned i = 0; i < n; i++) {
		uint8_t *ip = b->frame[i] + t->l3;
		uint8_t *tcp = b->frame[i] + t->l4;

		memcpy(b->frame[i], t->frame, COPY);
		put_low(ip + 10, l->ip_cksum[i]);
		put(ip + 16, l->dst[i]);
		put(tcp, l->ports[i]);
		put(tcp + PROBE_TCP_SEQ, l->seq[i]);
		put_low(tcp + PROBE_TCP_CKSUM, l->l4_cksum[i]);
	}
}

static inline void report(const struct probe *p, unsigned n, const struct lanes *l,
			  struct probe_batch *b)
{
	uint64_t onlink = 0;

	for (unsigned i = 0; i < n; i++) {
		b->len[i] = p->t4.len;
		b->next_hop[i] = l->addr[i];
	}
	if (p->link4_mask != 0 || p->link4 == 0)
		for (unsigned i = 0; i < n; i++)
			onlink |= (uint64_t)((l->addr[i] & p->link4_mask) == p->link4) << i;
	b->onlink = onlink;
}

static inline unsigned burst(const struct probe *p, const struct scope *deny,
			     const struct walk_span *span, uint64_t now_us, struct probe_batch *b)
{
	struct probe_template t = p->t4;
	struct lanes l;
	uint32_t tsval = __builtin_bswap32((uint32_t)now_us + p->clock_offset);
	uint32_t source;
	unsigned n;

	memcpy(&source, p->source4[0].b + 12, sizeof(source));
	put(t.frame + t.l3 + 12, source);
	put(t.frame + t.l4 + PROBE_TCP_TSVAL, tsval);
	order(p, span, &l);
	n = map(p, deny, span->n, &l);
	sign(p, span->pass, n, &l);
	sum(__builtin_bswap16(t.ip_sum) + halves_of(source),
	    __builtin_bswap16(t.l4_sum) + halves_of(source) + halves_of(tsval), n, &l);
	emit(&t, n, &l, b);
	report(p, n, &l, b);
	b->denied = span->n - n;
	return n;
}
