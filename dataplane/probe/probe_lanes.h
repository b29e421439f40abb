/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_lanes.h - builds a burst of SYN probes over IPv4, a vector of targets at a time.
 *
 * Each file that is built for an instruction set includes this one once. Before that it defines
 * LANE_BYTES, the vector's size; LANE_OP(op, a, b), the set's intrinsic of that name; LANE_KEY(at),
 * 16 bytes of memory repeated over a vector; LANE_ODD(v), lanes 1, 1, 3, 3, ...; LANE_HIGH(a, b),
 * lanes 1 of a, 1 of b, 3 of a, 3 of b, ...; and, where the CPU has them, LANE_AES(op, v, key) on
 * each 16 bytes of a vector and LANE_PICK(table, v), table[v].
 *
 * The frames must be the same bytes as those of probe_plain.c. Values that go on the wire are kept
 * in wire order as soon as they are computed: the Internet checksum works in any byte order (RFC
 * 1071, 2.B), and no byte is swapped twice.
 */
#include <string.h>

#include "probe_batch.h"
#include "probe_impl.h"
#include "probe_tcp.h"
#include "scope.h"

typedef uint32_t lane __attribute__((vector_size(LANE_BYTES)));

enum { LANES = LANE_BYTES / 4 };

/* The high words of x * n, lane by lane. */
static inline lane lane_mulhi(lane x, uint32_t n)
{
	const lane by = (lane){0} + n;
	lane even = LANE_OP(mul_epu32, x, by), odd = LANE_OP(mul_epu32, LANE_ODD(x), by);

	return LANE_HIGH(even, odd);
}

#define PERMUTE_WORD lane
#define PERMUTE_MULHI(x, n) lane_mulhi(x, n)
#define PERMUTE_MIN(a, b) LANE_OP(min_epu32, a, b)
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
	static const _Alignas(16)
		uint8_t order[16] = {3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12};

	return LANE_OP(shuffle_epi8, v, LANE_KEY(order));
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the lanes load words little endian");

struct lanes {
	_Alignas(64) uint32_t number[PROBE_BURST];
	_Alignas(64) uint32_t addr[PROBE_BURST]; /* host order */
	_Alignas(64) uint32_t port[PROBE_BURST];
};

static inline uint32_t greatest(lane v)
{
	uint32_t most = 0;

	for (unsigned i = 0; i < LANES; i++)
		most = v[i] > most ? v[i] : most;
	return most;
}

/* ABREAST vectors are computed at once, since the instructions for one vector wait for each other's
 * results. Each vector takes two registers and some more. */
enum { ABREAST = LANE_BYTES == 64 ? 4 : 2, SWATH = ABREAST * LANES };
_Static_assert((int)PROBE_BURST % SWATH == 0, "bursts are whole swaths");

static inline void network(const struct permute *o, struct permute_halves h[ABREAST])
{
#pragma GCC unroll 3
	for (int i = 0; i < PERMUTE_ROUNDS; i += 2)
#pragma GCC unroll 4
		for (unsigned j = 0; j < ABREAST; j++)
			h[j] = permute_rounds(o, i, h[j]);
}

/*
 * Positions are kept as halves, so that no lane is wider than 32 bits. Adding steps of the walk
 * carries from the low half, which has at most 24 bits, into the high half.
 */
static inline void begin_walk(const struct permute *o, const struct walk_span *span,
                              struct permute_halves at[ABREAST])
{
	static const uint32_t number[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

	for (unsigned j = 0; j < ABREAST; j++) {
		lane i = load(number) + j * LANES;

		at[j].low =
			i * ((uint32_t)span->stride & o->mask) + ((uint32_t)span->first & o->mask);
		at[j].high = i * (uint32_t)(span->stride >> o->bits) +
		             (uint32_t)(span->first >> o->bits) + (at[j].low >> o->bits);
		at[j].low &= o->mask;
	}
}

/*
 * Index -> address number and port number: a division by the number of ports. With IPv4 an index
 * has at most 48 bits and the quotient 32. The leading 32 bits of the index and of the reciprocal
 * give the quotient to within a few. Dividing the remainder again gives it to within 1. The low
 * half of such an index has at most 24 bits. If the number of ports is a power of two (also if it
 * is 1), the leading bits are the quotient.
 */
struct divisor {
	uint32_t ports, reciprocal, reciprocal_high;
	uint32_t bits, shift, up, down;
	bool is_power;
};

static inline struct divisor take_divisor(const struct space_map *m, uint32_t bits)
{
	const bool is_power = (m->ports & (m->ports - 1)) == 0;
	const uint32_t shift = m->ports_bits + !is_power;

	return (struct divisor){
		.ports = (uint32_t)m->ports,
		.reciprocal = m->reciprocal32,
		.reciprocal_high = m->reciprocal_high,
		.bits = bits,
		.shift = shift,
		.up = bits > shift ? bits - shift : 0,
		.down = shift > bits ? shift - bits : 0,
		.is_power = is_power,
	};
}

static inline void split(const struct divisor *d, const struct permute_halves *h, lane *number,
                         lane *port)
{
	lane leading = (h->high << d->up >> d->down) | (h->low >> d->shift);
	lane index = h->high << d->bits | h->low, more, rest;

	if (d->is_power) {
		*number = leading;
		*port = index & (d->ports - 1);
		return;
	}
	*number = lane_mulhi(leading, d->reciprocal_high) << 1;
	*port = index - *number * d->ports;
	more = lane_mulhi(*port, d->reciprocal);
	*port -= more * d->ports;
	/* If the remainder is at least @ports, the subtraction makes it smaller. Otherwise it wraps
	 * to a large number, and the minimum keeps the remainder. */
	rest = LANE_OP(min_epu32, *port, *port - d->ports);
	*number += more - (lane)(rest != *port);
	*port = rest;
}

/* A value lies beyond the last index, which is rare: compute the whole burst again, one position at
 * a time, with cycle walking. */
static inline void walk_on(const struct probe *p, const struct walk_span *span, struct lanes *l)
{
	for (unsigned i = 0; i < span->n; i++) {
		uint64_t index = permute_at(&p->order, span->first + i * span->stride);

		l->number[i] = (uint32_t)(index / p->map->ports);
		l->port[i] = (uint32_t)(index % p->map->ports);
	}
}

/* Positions -> address numbers and port numbers. Lanes beyond the last position hold garbage that
 * nobody uses. */
static inline void order(const struct probe *p, const struct walk_span *span, struct lanes *l)
{
	const struct permute o = p->order;
	const struct divisor d = take_divisor(p->map, o.bits);
	const uint64_t step = SWATH * span->stride;
	const uint32_t step_high = (uint32_t)(step >> o.bits), step_low = (uint32_t)step & o.mask;
	struct permute_halves at[ABREAST];
	lane most = {0};

	begin_walk(&o, span, at);
	for (unsigned i = 0; i < span->n; i += SWATH) {
		struct permute_halves h[ABREAST];

		memcpy(h, at, sizeof(h));
		network(&o, h);
#pragma GCC unroll 4
		for (unsigned j = 0; j < ABREAST; j++) {
			lane number, port;

			split(&d, &h[j], &number, &port);
			store(l->number + i + j * LANES, number);
			store(l->port + i + j * LANES, port);
			most = LANE_OP(max_epu32, most, number);
			at[j].low += step_low;
			at[j].high += step_high + (at[j].low >> o.bits);
			at[j].low &= o.mask;
		}
	}
	if (__builtin_expect(greatest(most) >= p->map->addresses, 0))
		walk_on(p, span, l);
}

/* Remove the denied targets. Returns how many remain. */
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

static inline void find_ports(const struct space_map *m, unsigned n, struct lanes *l)
{
#ifdef LANE_PICK
	if (m->ports <= LANES) {
		const lane ports = load(m->few.port);

		for (unsigned i = 0; i < n; i += LANES)
			store(l->port + i, LANE_PICK(ports, load(l->port + i)));
		return;
	}
#endif
	for (unsigned i = 0; i < n; i++)
		l->port[i] = m->port[l->port[i]];
}

static inline void find_addresses(const struct space_map *map, unsigned n, struct lanes *l)
{
	const struct space_map m = {
		.bucket = map->bucket, .range = map->range, .shift = map->shift};

#ifdef LANE_PICK
	if (map->few.buckets <= LANES) {
		const lane split = load(map->few.split), delta = load(map->few.delta);
		const lane more = load(map->few.next_delta) - delta;

		for (unsigned i = 0; i < n; i += LANES) {
			lane number = load(l->number + i), bucket = number >> m.shift;
			lane in = number - (bucket << m.shift);
			lane beyond = (lane)(in >= LANE_PICK(split, bucket));

			store(l->addr + i, number + LANE_PICK(delta, bucket) +
			                           (beyond & LANE_PICK(more, bucket)));
		}
		return;
	}
#endif
	if (map->large)
		for (unsigned i = 0; i < n; i++)
			space_prefetch(&m, l->number[i]);
	for (unsigned i = 0; i < n; i++)
		l->addr[i] = space_v4(&m, l->number[i]);
}

/* Address numbers and port numbers -> targets, without those that are denied. Returns how many
 * remain. */
static inline unsigned map(const struct probe *p, const struct scope *deny, unsigned n,
                           struct lanes *l)
{
	find_addresses(p->map, n, l);
	find_ports(p->map, n, l);
	return deny != NULL ? sieve(deny, n, l) : n;
}

/* The words of each tag that are used, for a vector of targets. */
struct tags {
	lane seq, port_random, source_random;
};

#ifdef LANE_AES
static inline void encrypt(const struct cookie_key *k, lane block[4])
{
	for (int i = 0; i < 4; i++)
		block[i] ^= LANE_KEY(k->aes.round[0]);
#pragma GCC unroll 9
	for (int round = 1; round < AES_ROUNDS; round++) {
		lane key = LANE_KEY(k->aes.round[round]);

		for (int i = 0; i < 4; i++)
			block[i] = LANE_AES(aesenc, block[i], key);
	}
	for (int i = 0; i < 4; i++)
		block[i] = LANE_AES(aesenclast, block[i], LANE_KEY(k->aes.round[AES_ROUNDS]));
}
#else
static inline void encrypt(const struct cookie_key *k, lane block[4])
{
	uint8_t bytes[4 * LANE_BYTES];

	memcpy(bytes, block, sizeof(bytes));
	for (unsigned i = 0; i < sizeof(bytes); i += 16)
		k->encrypt(&k->aes, bytes + i, bytes + i);
	memcpy(block, bytes, sizeof(bytes));
}
#endif

/* Compute the tags of a vector of targets. The unpack operations work within each 16 bytes. They
 * turn words into blocks before the encryption and blocks into words after it, so that the second
 * rearrangement undoes the first. */
static inline void tag_lanes(const struct cookie_key *k, lane addr, lane word, struct tags *t)
{
	const lane zero = {0};
	const lane rest = LANE_OP(unpacklo_epi32, zero, zero + COOKIE_IPV4);
	lane low = LANE_OP(unpacklo_epi32, addr, word);
	lane high = LANE_OP(unpackhi_epi32, addr, word);
	lane block[4] = {
		LANE_OP(unpacklo_epi64, low, rest),
		LANE_OP(unpackhi_epi64, low, rest),
		LANE_OP(unpacklo_epi64, high, rest),
		LANE_OP(unpackhi_epi64, high, rest),
	};

	encrypt(k, block);
	low = LANE_OP(unpacklo_epi32, block[0], block[1]);
	high = LANE_OP(unpacklo_epi32, block[2], block[3]);
	t->seq = LANE_OP(unpacklo_epi64, low, high);
	t->port_random = LANE_OP(unpackhi_epi64, low, high);
	low = LANE_OP(unpackhi_epi32, block[0], block[1]);
	high = LANE_OP(unpackhi_epi32, block[2], block[3]);
	t->source_random = LANE_OP(unpacklo_epi64, low, high);
}

static inline void tag_batch(const struct cookie_key *k, struct cookie_batch *c)
{
	for (unsigned i = 0; i < c->n; i += LANES) {
		struct tags t;

		tag_lanes(k, load(c->addr + i), load(c->word + i), &t);
		store(c->seq + i, t.seq);
		store(c->port_random + i, t.port_random);
		store(c->source_random + i, t.source_random);
	}
}

/*
 * A frame is written as a whole number of vectors. All fields that differ between frames lie in its
 * first 64 bytes. They are 16 bytes long in all, and one shuffle moves them to their places (struct
 * probe_vector).
 */
enum {
	FRAME_PARTS = (PROBE_VECTOR_LEN + LANE_BYTES - 1) / LANE_BYTES,
	FIELD_PARTS = PROBE_FIELDS_END / LANE_BYTES,
};
_Static_assert((int)FRAME_PARTS *LANE_BYTES <= (int)PROBE_FRAME_MAX, "the vectors fit the room");

struct frame_parts {
	lane base[FRAME_PARTS]; /* the bytes that all frames share */
	lane field[FIELD_PARTS];
	uint32_t ip_sum, l4_sum; /* of the bytes that all frames share, in wire order */
	uint32_t port_first, port_count;
};

static inline lane halves(lane v)
{
	return (v & 0xffff) + (v >> 16);
}

/* The complement of sums below 2^31, folded to 16 bits. The upper 16 bits of each lane are
 * garbage. */
static inline lane complement(lane sum)
{
	return ~halves(halves(sum));
}

static inline uint32_t halves_of(uint32_t v)
{
	return (v & 0xffff) + (v >> 16);
}

/*
 * The 16 bytes in which each frame differs from the others. Those of a vector of frames lie
 * together: first those of its frames 0, 4, 8, ..., then those of 1, 5, 9, ...
 */
struct fields {
	_Alignas(64) uint32_t word[PROBE_BURST][4];
};

static inline void sign(const struct probe *p, const struct frame_parts *parts, lane addr,
                        lane port, uint32_t *out)
{
	lane dst = swap(addr), sums = halves(dst), seq, ports, low, high, more;
	struct tags t;

	tag_lanes(&p->cookie, addr, port | (DP_TRANSPORT_TCP << 16), &t);
	seq = swap(t.seq);
	ports = swap(((parts->port_first + lane_mulhi(t.port_random, parts->port_count)) << 16) |
	             port);
	sums = (complement(parts->ip_sum + sums) & 0xffff) |
	       complement(parts->l4_sum + sums + halves(ports) + halves(seq)) << 16;
	low = LANE_OP(unpacklo_epi32, sums, dst);
	high = LANE_OP(unpackhi_epi32, sums, dst);
	more = LANE_OP(unpacklo_epi32, ports, seq);
	store(out, LANE_OP(unpacklo_epi64, low, more));
	store(out + LANES, LANE_OP(unpackhi_epi64, low, more));
	more = LANE_OP(unpackhi_epi32, ports, seq);
	store(out + 2 * LANES, LANE_OP(unpacklo_epi64, high, more));
	store(out + 3 * LANES, LANE_OP(unpackhi_epi64, high, more));
}

static inline void write_frame(const struct frame_parts *parts, const uint32_t *fields,
                               uint8_t *frame)
{
	const lane given = LANE_KEY(fields);

	for (unsigned part = 0; part < FIELD_PARTS; part++)
		store((uint32_t *)(frame + part * LANE_BYTES),
		      parts->base[part] | LANE_OP(shuffle_epi8, given, parts->field[part]));
	for (unsigned part = FIELD_PARTS; part < FRAME_PARTS; part++)
		store((uint32_t *)(frame + part * LANE_BYTES), parts->base[part]);
}

/* Write the frames from @first to before @first + LANES, but none from @n on. */
static inline void write_frames(const struct frame_parts *parts, const struct fields *f,
                                unsigned first, unsigned n, struct probe_batch *b)
{
	for (unsigned i = 0; i < LANES && first + i < n; i += 4) {
		const uint32_t *at = f->word[first + i / 4];

		for (unsigned j = 0; j < 4 && first + i + j < n; j++)
			write_frame(parts, at + j * LANES, b->frame[first + i + j]);
	}
}

/* Frames are written two vectors after they are signed: signing is arithmetic, writing is stores,
 * and a CPU does both at once. */
enum { LATE = 2 * LANES };

static inline void emit(const struct probe *p, const struct frame_parts *given, unsigned n,
                        const struct lanes *l, struct probe_batch *b)
{
	const struct frame_parts parts = *given;
	struct fields f;

	for (unsigned i = 0; i < n + LATE; i += LANES) {
		if (i < n)
			sign(p, &parts, load(l->addr + i), load(l->port + i), f.word[i]);
		if (i >= LATE)
			write_frames(&parts, &f, i - LATE, n, b);
	}
}

/* Prepare the bytes that all frames of a burst share. */
static inline void take_parts(const struct probe *p, unsigned pass, uint64_t now_us,
                              struct frame_parts *f)
{
	const struct probe_vector *vector = &p->vector;
	uint32_t tsval = __builtin_bswap32((uint32_t)now_us + p->clock_offset);

	for (unsigned i = 0; i < FRAME_PARTS; i++)
		f->base[i] = load((const uint32_t *)(vector->frame + i * LANE_BYTES)) |
		             LANE_OP(shuffle_epi8, (lane){0} + tsval,
		                     load((const uint32_t *)(vector->clock + i * LANE_BYTES)));
	for (unsigned i = 0; i < FIELD_PARTS; i++)
		f->field[i] = load((const uint32_t *)(vector->field + i * LANE_BYTES));
	f->ip_sum = vector->ip_sum;
	f->l4_sum = vector->l4_sum + halves_of(tsval);
	f->port_first = probe_source_port(p, 0, pass);
	f->port_count = p->ports_per_pass;
}

static inline void report(const struct probe *p, unsigned n, const struct lanes *l,
                          struct probe_batch *b)
{
	/* a copy: the compiler must assume that the stores below change the original */
	const uint16_t len = p->t4.len;

	/* Fills the whole array, which is quicker than @n elements; nobody reads those beyond
	 * @n. */
	for (unsigned i = 0; i < PROBE_BURST; i++)
		b->len[i] = len;
	memcpy(b->next_hop, l->addr, sizeof(b->next_hop));
	b->onlink = n < PROBE_BURST ? p->direct4 & (((uint64_t)1 << n) - 1) : p->direct4;
}

static inline unsigned burst(const struct probe *p, const struct scope *deny,
                             const struct walk_span *span, uint64_t now_us, struct probe_batch *b)
{
	struct frame_parts parts;
	struct lanes l;
	unsigned n;

	order(p, span, &l);
	n = map(p, deny, span->n, &l);
	take_parts(p, span->pass, now_us, &parts);
	emit(p, &parts, n, &l, b);
	report(p, n, &l, b);
	b->denied = span->n - n;
	return n;
}
