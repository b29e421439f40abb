/* SPDX-License-Identifier: Apache-2.0 */
/* space.c - builds the index space of targets. */
#include "space.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cookie.h"
#include "permute.h"
#include "space_pairs.h"

enum {
	SPACE_BUCKETS_MAX = 1 << 23,
	SPACE_RANGES_MAX = 1 << 30,
	CONTROL_DRAWS = 64,
	CONTROL_DOMAIN = 0x40470000, /* keeps these tags apart from all cookies */
	SPACE_NEAR = 1 << 12,        /* buckets that fit into a near cache: 64 KiB */
};

struct dp_space {
	struct range_set include;
	struct range_set exclude;
	struct range_set left; /* the result of sealing */
	struct space_pairs
		pairs; /* targets with ports of their own; sealed: all, if there are any */
	struct space_map map;
	struct space_bucket *buckets; /* owned; @map points to it */
	struct space_range *ranges;
	uint16_t *ports; /* [65536] */
	uint32_t port_count;
	bool sealed;
	uint64_t have_port[65536 / 64];
	uint64_t avoid_port[65536 / 64];
};

struct dp_space *dp_space_new(void)
{
	struct dp_space *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->ports = malloc(65536 * sizeof(*s->ports));
	if (s->ports == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void dp_space_free(struct dp_space *s)
{
	if (s == NULL)
		return;
	range_fini(&s->include);
	range_fini(&s->exclude);
	range_fini(&s->left);
	space_pairs_fini(&s->pairs);
	free(s->buckets);
	free(s->ranges);
	free(s->ports);
	free(s);
}

int dp_space_include(struct dp_space *s, const struct dp_addr *first, const struct dp_addr *last)
{
	return s->sealed ? -EBUSY : range_add(&s->include, first, last);
}

int dp_space_include_at(struct dp_space *s, const struct dp_addr *first, const struct dp_addr *last,
                        uint16_t port)
{
	struct range_set one = {0}; /* checks and cuts the range as for the other targets */
	int ret = s->sealed ? -EBUSY : range_add(&one, first, last);

	for (size_t i = 0; i < one.count && ret == 0; i++)
		ret = space_pairs_add(&s->pairs, &one.v[i], port);
	range_fini(&one);
	return ret;
}

int dp_space_exclude(struct dp_space *s, const struct dp_addr *first, const struct dp_addr *last)
{
	return s->sealed ? -EBUSY : range_add(&s->exclude, first, last);
}

static bool has_bit(const uint64_t *set, uint16_t port)
{
	return (set[port / 64] >> port % 64 & 1) != 0;
}

void dp_space_avoid_ports(struct dp_space *s, uint16_t first, uint16_t last)
{
	for (uint32_t port = first; port <= last; port++)
		s->avoid_port[port / 64] |= (uint64_t)1 << (port % 64);
}

int dp_space_add_ports(struct dp_space *s, uint16_t first, uint16_t last)
{
	if (s->sealed)
		return -EBUSY;
	if (first > last)
		return -EINVAL;
	for (uint32_t port = first; port <= last; port++) {
		if (has_bit(s->have_port, (uint16_t)port))
			continue;
		s->have_port[port / 64] |= (uint64_t)1 << (port % 64);
		s->ports[s->port_count++] = (uint16_t)port;
	}
	return 0;
}

/* Where targets have ports of their own: make pairs of the others, too, and name their addresses and
 * ports. */
static int expand(struct dp_space *s)
{
	size_t given = s->pairs.count;
	int ret = 0;

	range_normalise(&s->include);
	for (uint32_t p = 0; p < s->port_count; p++)
		for (size_t i = 0; i < s->include.count && ret == 0; i++)
			ret = space_pairs_add(&s->pairs, &s->include.v[i], s->ports[p]);
	if (s->include.count == 0) { /* the ports are nobody's */
		memset(s->have_port, 0, sizeof(s->have_port));
		s->port_count = 0;
	}
	for (size_t i = 0; i < given && ret == 0; i++) {
		const struct space_pair *v = &s->pairs.v[i];
		struct dp_addr first = range_to_addr(v->range.first);
		struct dp_addr last = range_to_addr(v->range.last);

		ret = range_add(&s->include, &first, &last);
		if (ret == 0)
			ret = dp_space_add_ports(s, v->port, v->port);
	}
	return ret;
}

/* The intermediate sets of sealing. */
struct seal {
	struct range_set allowed; /* included and not excluded; may be forbidden */
	struct range_set never;
	struct range_set left;
};

static int subtract(struct dp_space *s, struct seal *w)
{
	int ret = range_add_forbidden(&w->never);

	s->map.pairs = s->pairs.count > 0;
	if (ret == 0 && s->map.pairs)
		ret = expand(s);
	if (ret != 0)
		return ret;
	range_normalise(&w->never);
	range_normalise(&s->include);
	range_normalise(&s->exclude);
	ret = range_subtract(&s->include, &s->exclude, &w->allowed);
	if (ret == 0)
		ret = range_subtract(&w->allowed, &w->never, &w->left);
	return ret == 0 && s->map.pairs ? space_pairs_seal(&s->pairs, &w->left) : ret;
}

/* The addresses that stand for IPv4. */
#define V4_FIRST ((u128)0xffff << 32)
#define V4_LAST (V4_FIRST + UINT32_MAX)

static uint64_t clamp64(u128 v)
{
	return v > UINT64_MAX ? UINT64_MAX : (uint64_t)v;
}

static void count(const struct dp_space *s, const struct seal *w, struct dp_space_info *info)
{
	u128 allowed = range_total(&w->allowed);
	u128 left = range_total(&w->left);

	*info = (struct dp_space_info){
		.addresses = clamp64(left),
		.excluded = clamp64(range_total(&s->include) - allowed),
		.forbidden = clamp64(allowed - left),
		.ports = s->port_count,
		.pairs = s->map.pairs,
	};
	for (size_t i = 0; i < w->left.count; i++) {
		const struct range *r = &w->left.v[i];

		info->v4 |= r->first <= V4_LAST && r->last >= V4_FIRST;
		info->v6 |= r->first < V4_FIRST || r->last > V4_LAST;
	}
}

static uint64_t digest(const struct range_set *left, const uint16_t *ports, uint32_t port_count)
{
	uint64_t h = space_mix(0x736f6e6465, left->count);

	for (size_t i = 0; i < left->count; i++) {
		h = space_mix(space_mix(h, (uint64_t)(left->v[i].first >> 64)),
		              (uint64_t)left->v[i].first);
		h = space_mix(space_mix(h, (uint64_t)(left->v[i].last >> 64)),
		              (uint64_t)left->v[i].last);
	}
	for (uint32_t i = 0; i < port_count; i++)
		h = space_mix(h, ports[i]);
	return space_mix(h, port_count);
}

static bool is_v4(u128 a)
{
	return a >> 32 == 0xffff;
}

/* Number the addresses of a range. Returns the number of the next one. */
static uint64_t number_range(struct space_range *to, const struct range *r, uint64_t next)
{
	to->start = next;
	to->delta = r->first - next;
	return next + (uint64_t)(r->last - r->first) + 1;
}

/* Number the addresses of @left, or those of the pairs. */
static void number(struct dp_space *s, const struct range_set *left)
{
	uint64_t next = 0;

	s->map.all_v4 = !s->map.pairs;
	for (size_t i = 0; i < left->count && !s->map.pairs; i++) {
		next = number_range(&s->ranges[i], &left->v[i], next);
		s->map.all_v4 = s->map.all_v4 && is_v4(left->v[i].first);
	}
	for (size_t i = 0; i < s->pairs.count; i++) {
		next = number_range(&s->ranges[i], &s->pairs.v[i].range, next);
		s->ranges[i].port = s->pairs.v[i].port;
	}
}

/* Make the bucket that begins with address number @first, in range @r. */
static struct space_bucket describe(const struct dp_space *s, uint32_t ranges, uint32_t r,
                                    uint64_t first)
{
	const struct space_range *at = &s->ranges[r];
	uint64_t next = first + ((uint64_t)1 << s->map.shift);
	struct space_bucket b = {r, UINT32_MAX, (uint32_t)at->delta, (uint32_t)at->delta};

	if (r + 1 < ranges && at[1].start < next) {
		b.split = (uint32_t)(at[1].start - first);
		b.next_delta = (uint32_t)at[1].delta;
	}
	if (r + 2 < ranges && at[2].start < next)
		b.range |= (uint32_t)SPACE_CROWDED;
	return b;
}

static void fill_buckets(struct dp_space *s, uint32_t ranges, uint64_t buckets)
{
	uint32_t r = 0;

	for (uint64_t b = 0; b < buckets; b++) {
		uint64_t first = b << s->map.shift;

		while (r + 1 < ranges && s->ranges[r + 1].start <= first)
			r++;
		s->buckets[b] = describe(s, ranges, r, first);
	}
	s->buckets[buckets].range = ranges - 1;
	s->map.large = buckets > SPACE_NEAR;
}

/* The least shift that leaves at most four buckets for each range, and at most
 * SPACE_BUCKETS_MAX. */
static uint32_t choose_shift(uint64_t addresses, size_t ranges)
{
	uint64_t most = 4 * (uint64_t)ranges;
	uint32_t shift = 0;

	if (most > SPACE_BUCKETS_MAX)
		most = SPACE_BUCKETS_MAX;
	while ((addresses - 1) >> shift >= most)
		shift++;
	return shift;
}

/* @addresses counts the addresses of pairs as often as they have ports. */
static int build_index(struct dp_space *s, const struct range_set *left, uint64_t addresses)
{
	size_t ranges = s->map.pairs ? s->pairs.count : left->count;
	uint64_t buckets;

	if (ranges > SPACE_RANGES_MAX)
		return -ENOMEM;
	s->map.shift = choose_shift(addresses, ranges);
	buckets = ((addresses - 1) >> s->map.shift) + 1;
	s->ranges = aligned_alloc(_Alignof(struct space_range), ranges * sizeof(*s->ranges));
	s->buckets = calloc(buckets + 1, sizeof(*s->buckets));
	if (s->ranges == NULL || s->buckets == NULL) {
		free(s->ranges);
		free(s->buckets);
		s->ranges = NULL;
		s->buckets = NULL;
		return -ENOMEM;
	}
	number(s, left);
	fill_buckets(s, (uint32_t)ranges, buckets);
	return 0;
}

static void set_ports(struct space_map *m, const uint16_t *ports, uint32_t count)
{
	uint64_t high;

	m->port = ports;
	m->ports = count;
	if (count == 0)
		return;
	m->ports_bits = 31 - (uint32_t)__builtin_clz(count);
	m->reciprocal = UINT64_MAX / count;
	m->reciprocal32 = UINT32_MAX / count;
	high = ((uint64_t)1 << (32 + m->ports_bits)) / count;
	m->reciprocal_high = high > UINT32_MAX ? UINT32_MAX : (uint32_t)high;
}

static void list_few(struct space_few *f, const struct space_map *m, uint64_t buckets)
{
	f->buckets = buckets < UINT32_MAX ? (uint32_t)buckets : UINT32_MAX;
	for (uint64_t i = 0; i < buckets && i < SPACE_FEW; i++) {
		f->split[i] = m->bucket[i].split;
		f->delta[i] = m->bucket[i].delta;
		f->next_delta[i] = m->bucket[i].next_delta;
		if ((m->bucket[i].range & (uint32_t)SPACE_CROWDED) != 0)
			f->buckets = UINT32_MAX;
	}
	for (uint64_t i = 0; i < m->ports && i < SPACE_FEW; i++)
		f->port[i] = m->port[i];
}

static void publish(struct dp_space *s, struct seal *w, const struct dp_space_info *info)
{
	s->map.bucket = s->buckets;
	s->map.range = s->ranges;
	set_ports(&s->map, s->ports, info->pairs ? 1 : s->port_count);
	s->map.size = info->size;
	s->map.addresses = info->pairs ? info->size : info->addresses;
	if (s->map.addresses != 0)
		list_few(&s->map.few, &s->map, ((s->map.addresses - 1) >> s->map.shift) + 1);
	s->left = w->left;
	w->left = (struct range_set){0};
	range_fini(&s->include);
	range_fini(&s->exclude);
	s->sealed = true;
}

int dp_space_seal(struct dp_space *s, struct dp_space_info *info)
{
	const u128 most = (u128)1 << 62;
	struct dp_space_info found;
	struct seal w = {0};
	int ret = s->sealed ? -EBUSY : subtract(s, &w);

	if (ret != 0)
		goto out;
	count(s, &w, &found);
	found.size = clamp64(found.pairs ? space_pairs_total(&s->pairs)
	                                 : (u128)found.addresses * found.ports);
	if (range_total(&w.left) > most || found.size > most) {
		ret = -ERANGE;
		goto out;
	}
	found.digest = found.pairs ? space_pairs_digest(&s->pairs)
	                           : digest(&w.left, s->ports, s->port_count);
	if (found.addresses != 0)
		ret = build_index(s, &w.left, found.pairs ? found.size : found.addresses);
	if (ret != 0)
		goto out;
	publish(s, &w, &found);
	*info = found;
out:
	range_fini(&w.allowed);
	range_fini(&w.never);
	range_fini(&w.left);
	return ret;
}

void dp_space_target(const struct dp_space *s, uint64_t index, struct dp_addr *addr, uint16_t *port)
{
	*addr = range_to_addr(space_at(&s->map, index, port));
}

bool dp_space_contains(const struct dp_space *s, const struct dp_addr *addr)
{
	return range_contains(&s->left, range_from_addr(addr));
}

bool dp_space_covers(const struct dp_space *s, const struct dp_addr *addr, uint16_t port)
{
	u128 a = range_from_addr(addr);

	if (s->map.pairs)
		return space_pairs_find(&s->pairs, a, port) >= 0;
	return has_bit(s->have_port, port) && range_contains(&s->left, a);
}

void dp_space_ordered(const struct dp_space *s, const uint8_t key[16], uint64_t position,
                      struct dp_addr *addr, uint16_t *port)
{
	struct permute p;

	if (permute_init(&p, s->map.size, key) == 0)
		dp_space_target(s, permute_at(&p, position), addr, port);
}

uint16_t dp_space_control_port(const struct dp_space *s, const uint8_t secret[16],
                               const struct dp_addr *addr, unsigned number)
{
	uint32_t msg[8] = {0}, tag[4];
	struct cookie_key k;
	uint16_t port = 0;

	cookie_key_init(&k, secret);
	memcpy(msg, addr->b, sizeof(addr->b));
	msg[4] = number;
	msg[7] = CONTROL_DOMAIN;
	for (msg[5] = 0; msg[5] < CONTROL_DRAWS; msg[5]++) {
		cookie_tag(&k, msg, 8, tag);
		port = (uint16_t)(DP_CONTROL_FIRST +
		                  (((uint64_t)tag[0] * (65536 - DP_CONTROL_FIRST)) >> 32));
		if (!has_bit(s->have_port, port) && !has_bit(s->avoid_port, port))
			break;
	}
	for (unsigned i = 0; i <= UINT16_MAX && has_bit(s->avoid_port, port); i++)
		port = port == UINT16_MAX ? DP_CONTROL_FIRST : port + 1;
	return port;
}

/* Find the index of a target: the inverse of dp_space_target(). Returns false if it is not in the
 * space. */
static bool number_of(const struct dp_space *s, const struct dp_addr *addr, uint16_t port,
                      uint64_t *index)
{
	u128 a = range_from_addr(addr);
	uint32_t low = 0, high = (uint32_t)s->left.count, p = 0;
	long pair = s->map.pairs ? space_pairs_find(&s->pairs, a, port) : -1;

	if (s->map.pairs && pair >= 0)
		*index = (uint64_t)(a - s->ranges[pair].delta);
	if (s->map.pairs)
		return pair >= 0;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (s->left.v[mid].last < a)
			low = mid + 1;
		else
			high = mid;
	}
	while (p < s->port_count && s->ports[p] != port)
		p++;
	if (low == s->left.count || s->left.v[low].first > a || p == s->port_count)
		return false;
	*index = (uint64_t)(a - s->ranges[low].delta) * s->port_count + p;
	return true;
}

int dp_space_visit(const struct dp_space_order *order, const struct dp_addr *addr, uint16_t port,
                   struct dp_visit *out)
{
	const struct dp_space *s = order->space;
	uint64_t stride = (uint64_t)order->shards * order->workers, at;
	struct permute p;

	if (stride == 0)
		return -EINVAL;
	if (!number_of(s, addr, port, &at) || permute_init(&p, s->map.size, order->key) != 0)
		return -ENOENT;
	at = permute_find(&p, at);
	out->shard = (uint32_t)(at % stride / order->workers);
	out->worker = (uint32_t)(at % stride % order->workers);
	out->step = at / stride;
	out->position = at;
	out->pass_steps = (s->map.size - at % stride - 1) / stride + 1;
	return 0;
}

const struct space_map *space_map(const struct dp_space *s)
{
	return &s->map;
}

const struct range_set *space_ranges(const struct dp_space *s)
{
	return &s->left;
}
