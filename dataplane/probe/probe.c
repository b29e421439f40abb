/* SPDX-License-Identifier: Apache-2.0 */
/* probe.c - prepares a scan's probe: templates, keys, the variant for this CPU. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cksum.h"
#include "dp_addr.h"
#include "dp_space.h"
#include "probe_batch.h"
#include "probe_impl.h"
#include "probe_payload.h"
#include "probe_tcp.h"

enum {
	ETHER_LEN = 14,
	VLAN_LEN = 4,
	IPV4_LEN = 20,
	IPV6_LEN = 40,
	HOPS = 64,
	DONT_FRAGMENT = 0x40,
};

#define KIND(number, kind) [number] = &(kind),
const struct probe_kind *const probe_kinds[] = {DP_PROBES(KIND)};
#undef KIND
const unsigned probe_kind_count = sizeof(probe_kinds) / sizeof(*probe_kinds);

bool dp_probe_describe(unsigned index, struct dp_probe_info *out)
{
	uint8_t l4[PROBE_FRAME_MAX];
	const struct probe_kind *k;

	if (index >= probe_kind_count)
		return false;
	k = probe_kinds[index];
	*out = (struct dp_probe_info){k->name, k->transport, k->build(l4, false), k->portless,
	                              k->payloads};
	return true;
}

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
	       __builtin_cpu_supports("aes");
}

static bool has_vaes(void)
{
	return has_avx2() && aes_is_wide();
}

static bool has_avx512(void)
{
	return has_vaes() && __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vl");
}

static bool always(void)
{
	return true;
}

/* The best comes first; "plain" is the reference against which the others are tested. */
static const struct {
	const char *name;
	bool (*supported)(void);
	probe_burst_fn burst;
	cookie_batch_fn cookies;
} variants[] = {
	{"avx512", has_avx512, probe_burst_avx512, cookie_batch_avx512},
	{"vaes", has_vaes, probe_burst_vaes, cookie_batch_vaes},
	{"avx2", has_avx2, probe_burst_avx2, cookie_batch_avx2},
	{"scalar", always, probe_burst_scalar, cookie_batch_scalar},
	{"plain", always, probe_burst_plain, cookie_batch_plain},
};

/* The vector code builds only SYN probes to IPv4 from one source. */
static bool fits_lanes(const struct probe *p)
{
	return p->map->all_v4 && p->sources4 == 1 && p->kind == &probe_tcp_syn;
}

int probe_set_variant(struct probe *p, const char *name)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(*variants); i++) {
		if (strcmp(variants[i].name, name) != 0)
			continue;
		if (!variants[i].supported() ||
		    (variants[i].burst != probe_burst_plain && !fits_lanes(p)))
			return -ENOTSUP;
		p->burst = variants[i].burst;
		p->cookies = variants[i].cookies;
		p->variant = variants[i].name;
		return 0;
	}
	return -ENOENT;
}

/* Choose the best variant that suits the scan. The cookies that answers are checked against are
 * computed with the widest vectors of this CPU, whichever variant builds the probes. */
static void choose_variant(struct probe *p)
{
	size_t best = 0, i;

	while (!variants[best].supported())
		best++;
	for (i = best; probe_set_variant(p, variants[i].name) != 0;)
		i++;
	p->cookies = variants[best].cookies;
}

const char *probe_variant(const struct probe *p)
{
	return p->variant;
}

uint16_t probe_len(const struct probe *p)
{
	return p->map->all_v4 && p->kind == &probe_tcp_syn ? p->t4.len : 0;
}

static uint8_t put_ether(uint8_t *f, const struct probe_config *c, bool v6)
{
	uint8_t at = 12;

	memcpy(f, v6 ? c->gateway6_mac : c->gateway_mac, 6);
	memcpy(f + 6, c->src_mac, 6);
	if (c->vlan != 0) {
		put_be16(f + at, 0x8100);
		put_be16(f + at + 2, c->vlan & 0xfff);
		at += VLAN_LEN;
	}
	put_be16(f + at, v6 ? 0x86dd : 0x0800);
	return (uint8_t)(at + 2);
}

static uint8_t wire_proto(const struct probe_kind *kind, bool v6)
{
	return v6 && kind->transport == DP_TRANSPORT_ICMP ? DP_TRANSPORT_ICMP6 : kind->transport;
}

/* Write the IP header (RFC 791, RFC 8200). Addresses are filled in for each probe. */
static void put_network(struct probe_template *t, uint8_t proto, bool v6)
{
	uint8_t *h = t->frame + t->l3;

	if (v6) {
		h[0] = 0x60;
		put_be16(h + 4, t->l4_len);
		h[6] = proto;
		h[7] = HOPS;
		return;
	}
	h[0] = 0x45;
	put_be16(h + 2, (uint16_t)(IPV4_LEN + t->l4_len));
	h[6] = DONT_FRAGMENT; /* an atomic datagram: its ID may be 0 (RFC 6864) */
	h[8] = HOPS;
	h[9] = proto;
	t->ip_sum = cksum_fold(cksum_add(0, h, IPV4_LEN));
}

static void build_template(struct probe_template *t, const struct probe_config *c,
                           const struct probe_kind *kind, bool v6)
{
	uint8_t proto = wire_proto(kind, v6);

	*t = (struct probe_template){0};
	t->l3 = put_ether(t->frame, c, v6);
	t->l4 = (uint8_t)(t->l3 + (v6 ? IPV6_LEN : IPV4_LEN));
	t->l4_len = kind->build(t->frame + t->l4, v6);
	t->len = (uint16_t)(t->l4 + t->l4_len);
	put_network(t, proto, v6);
	/* ICMP over IPv4 has no pseudo header. */
	t->l4_sum = cksum_fold(cksum_add(proto == DP_TRANSPORT_ICMP ? 0 : proto + t->l4_len,
	                                 t->frame + t->l4, t->l4_len));
}

static void map_bytes(uint8_t *map, unsigned at, unsigned first, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		map[at + i] = (uint8_t)(first + i);
}

static void build_vector(struct probe_vector *m, const struct probe_template *t,
                         const struct dp_addr *source)
{
	uint32_t sum = cksum_fold(cksum_add(0, source->b + 12, 4));

	memcpy(m->frame, t->frame, sizeof(m->frame));
	memcpy(m->frame + t->l3 + 12, source->b + 12, 4);
	m->ip_sum = __builtin_bswap16(cksum_fold(sum + t->ip_sum));
	m->l4_sum = __builtin_bswap16(cksum_fold(sum + t->l4_sum));
	memset(m->field, 0x80, sizeof(m->field));
	map_bytes(m->field, t->l3 + 10u, 0, 2);
	map_bytes(m->field, t->l4 + PROBE_TCP_CKSUM, 2, 2);
	map_bytes(m->field, t->l3 + 16u, 4, 4);
	map_bytes(m->field, t->l4, 8, 4);
	map_bytes(m->field, t->l4 + PROBE_TCP_SEQ, 12, 4);
	memset(m->clock, 0x80, sizeof(m->clock));
	map_bytes(m->clock, t->l4 + PROBE_TCP_TSVAL, 0, 4);
}

static void take_sources(struct probe *p, const struct probe_config *c)
{
	for (unsigned i = 0; i < c->source_count; i++) {
		if (dp_addr_is_v4(&c->sources[i], NULL))
			p->source4[p->sources4++] = c->sources[i];
		else
			p->source6[p->sources6++] = c->sources[i];
	}
}

static int take_ports(struct probe *p, const struct probe_config *c)
{
	uint32_t n = (uint32_t)c->source_port_last - c->source_port_first + 1;

	if (c->source_port_last < c->source_port_first || c->source_port_first == 0 ||
	    c->passes == 0 || c->passes > n || n > UINT16_MAX)
		return -EINVAL;
	p->port_first = c->source_port_first;
	p->ports_per_pass = (uint16_t)(n / c->passes);
	p->passes = (uint16_t)c->passes;
	p->ports = (uint16_t)(p->ports_per_pass * p->passes);
	return 0;
}

/* Whether every family among the targets has a source. */
static bool has_sources(const struct probe *p, const struct dp_space *s)
{
	const struct range_set *left = space_ranges(s);
	const u128 v4 = (u128)0xffff << 32;

	for (size_t i = 0; i < left->count; i++) {
		bool is_v4 = left->v[i].first >= v4 && left->v[i].last < v4 + ((u128)1 << 32);

		if ((is_v4 ? p->sources4 : p->sources6) == 0)
			return false;
	}
	return true;
}

static void take_secret(struct probe *p, const struct probe_config *c)
{
	const uint32_t msg[4] = {0, 0, 0, 0xc10c0000};
	uint32_t tag[4];

	cookie_key_init(&p->cookie, c->secret);
	cookie_tag(&p->cookie, msg, 4, tag);
	p->clock_offset = tag[0];
}

static int init(struct probe *p, const struct probe_config *c)
{
	int ret;

	if (c->source_count > DP_MAX_SOURCES)
		return -EINVAL;
	p->map = space_map(c->space);
	p->kind = c->kind != NULL ? c->kind : &probe_tcp_syn;
	ret = permute_init(&p->order, p->map->size, c->key);
	if (ret == 0)
		ret = take_ports(p, c);
	if (ret != 0)
		return ret;
	take_sources(p, c);
	p->direct4 = c->direct4 ? ~(uint64_t)0 : 0;
	p->direct6 = c->direct6;
	p->hops = c->hops;
	if (!has_sources(p, c->space))
		return -EADDRNOTAVAIL;
	p->payloads = probe_payloads_new(c->payloads, c->payload_count);
	if (p->payloads == NULL)
		return -errno;
	take_secret(p, c);
	build_template(&p->t4, c, p->kind, false);
	build_template(&p->t6, c, p->kind, true);
	build_vector(&p->vector, &p->t4, &p->source4[0]);
	choose_variant(p);
	return 0;
}

struct probe *probe_new(const struct probe_config *c)
{
	struct probe *p = aligned_alloc(_Alignof(struct probe), sizeof(*p));
	int ret;

	if (p == NULL)
		return NULL;
	memset(p, 0, sizeof(*p));
	ret = init(p, c);
	if (ret == 0)
		return p;
	probe_free(p);
	errno = -ret;
	return NULL;
}

void probe_free(struct probe *p)
{
	if (p == NULL)
		return;
	probe_payloads_free(p->payloads);
	free(p);
}

const struct probe_kind *probe_kind_of(const struct probe *p)
{
	return p->kind;
}

uint16_t probe_arp_frame(const struct probe_arp *a, uint8_t frame[PROBE_FRAME_MAX])
{
	static const uint8_t ethernet_ipv4[6] = {0, 1, 8, 0, 6, 4};
	uint8_t at = 12;

	memset(frame, 0, PROBE_FRAME_MAX);
	memset(frame, 0xff, 6);
	if (a->reply)
		memcpy(frame, a->dst_mac, 6);
	memcpy(frame + 6, a->src_mac, 6);
	if (a->vlan != 0) {
		put_be16(frame + at, 0x8100);
		put_be16(frame + at + 2, a->vlan & 0xfff);
		at += VLAN_LEN;
	}
	put_be16(frame + at, 0x0806);
	at += 2;
	memcpy(frame + at, ethernet_ipv4, 6);
	frame[at + 7] = a->reply ? 2 : 1;
	memcpy(frame + at + 8, a->src_mac, 6);
	put_be32(frame + at + 14, a->src);
	if (a->reply)
		memcpy(frame + at + 18, a->dst_mac, 6);
	put_be32(frame + at + 24, a->target);
	return (uint16_t)(at + 28 < 60 ? 60 : at + 28);
}
