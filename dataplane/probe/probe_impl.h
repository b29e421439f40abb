/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_impl.h - struct probe and the helpers that the probe's own files share.
 */
#ifndef SONDE_PROBE_IMPL_H
#define SONDE_PROBE_IMPL_H

#include "hops.h"
#include "probe.h"
#include "space.h"

/* Builds the probes of one burst, with the contract of probe_burst(). Each instruction set has its
 * own function for the fast path: SYN probes to IPv4 targets from one source. */
typedef unsigned (*probe_burst_fn)(const struct probe *p, const struct scope *deny,
                                   const struct walk_span *span, uint64_t now_us,
                                   struct probe_batch *b);

/* The CPU must have the instruction set in the name. */
unsigned probe_burst_scalar(const struct probe *p, const struct scope *deny,
                            const struct walk_span *span, uint64_t now_us, struct probe_batch *b);
unsigned probe_burst_avx2(const struct probe *p, const struct scope *deny,
                          const struct walk_span *span, uint64_t now_us, struct probe_batch *b);
unsigned probe_burst_vaes(const struct probe *p, const struct scope *deny,
                          const struct walk_span *span, uint64_t now_us, struct probe_batch *b);
unsigned probe_burst_avx512(const struct probe *p, const struct scope *deny,
                            const struct walk_span *span, uint64_t now_us, struct probe_batch *b);
/* Builds one probe at a time, for any family, any kind and any number of sources. */
unsigned probe_burst_plain(const struct probe *p, const struct scope *deny,
                           const struct walk_span *span, uint64_t now_us, struct probe_batch *b);

enum {
	/* the fields that differ between SYN probes to IPv4 lie before this offset, also with a
	 * VLAN tag */
	PROBE_FIELDS_END = 64,
	PROBE_VECTOR_LEN = 80, /* at least the length of such a probe */
};

/*
 * The template of the vector code: a SYN probe to IPv4 from the first source. Two such probes
 * differ in 16 bytes: both checksums (IPv4's first), destination, ports and sequence number, in
 * wire order. For each byte of the frame, @field is its index in these 16 bytes, and @clock its
 * index in the 4 bytes of the timestamp; 0x80 stands for none.
 */
struct probe_vector {
	_Alignas(64) uint8_t frame[PROBE_FRAME_MAX]; /* bytes that do not differ; else zero */
	_Alignas(64) uint8_t field[PROBE_FRAME_MAX];
	_Alignas(64) uint8_t clock[PROBE_FRAME_MAX];
	uint32_t ip_sum, l4_sum; /* of @frame, in wire order */
};

/* Everything that workers need to build probes and to check answers. Set before launch, read-only
 * afterwards; shared by all workers. */
struct probe {
	struct probe_vector vector;
	struct probe_template t4;
	struct probe_template t6;
	struct permute order;
	struct cookie_key cookie;
	const struct space_map *map;
	const struct probe_kind *kind;
	struct probe_payloads *payloads; /* owned */
	probe_burst_fn burst;
	cookie_batch_fn cookies; /* computes the cookies that answers are checked against */
	const char *variant;
	uint16_t port_first;
	uint16_t ports;          /* all that the probe uses */
	uint16_t ports_per_pass; /* pass q uses port_first + q x ports_per_pass, ... */
	uint16_t passes;
	uint32_t clock_offset; /* added to timestamps, so that they do not reveal our clock */
	uint64_t direct4;      /* all bits set: each IPv4 frame needs a next hop; else 0 */
	bool direct6;
	const struct hops *hops; /* has the source of each target; NULL: the cookie picks it */
	uint8_t sources4;
	uint8_t sources6;
	struct dp_addr source4[DP_MAX_SOURCES];
	struct dp_addr source6[DP_MAX_SOURCES];
};

static inline uint32_t probe_scale(uint32_t random, uint32_t n)
{
	return (uint32_t)(((uint64_t)random * n) >> 32);
}

/* The index of the source from which @addr is probed, among those of its family. */
static inline uint8_t probe_source(const struct probe *p, const struct dp_addr *addr,
                                   uint32_t random, bool v6)
{
	const struct hop *hop;

	if (p->hops == NULL)
		return (uint8_t)probe_scale(random, v6 ? p->sources6 : p->sources4);
	hop = hops_find(p->hops, hops_key(addr->b));
	return hop != NULL ? hop->source : 0;
}

static inline uint16_t probe_source_port(const struct probe *p, uint32_t random, unsigned pass)
{
	return (uint16_t)(p->port_first + pass * p->ports_per_pass +
	                  probe_scale(random, p->ports_per_pass));
}

#endif
