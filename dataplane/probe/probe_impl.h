/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_impl.h - struct probe and the helpers that the probe's own files share.
 */
#ifndef SONDE_PROBE_IMPL_H
#define SONDE_PROBE_IMPL_H

#include "probe.h"
#include "space.h"

/* All of one burst's probes to IPv4 targets by one source: the fast path, once for each instruction
 * set. Same contract as probe_burst(). */
typedef unsigned (*probe_burst_fn)(const struct probe *p, const struct scope *deny,
                                   const struct walk_span *span, uint64_t now_us,
                                   struct probe_batch *b);

/* The CPU must have what the name says. */
unsigned probe_burst_scalar(const struct probe *p, const struct scope *deny,
                            const struct walk_span *span, uint64_t now_us, struct probe_batch *b);
unsigned probe_burst_avx2(const struct probe *p, const struct scope *deny,
                          const struct walk_span *span, uint64_t now_us, struct probe_batch *b);
unsigned probe_burst_vaes(const struct probe *p, const struct scope *deny,
                          const struct walk_span *span, uint64_t now_us, struct probe_batch *b);
unsigned probe_burst_avx512(const struct probe *p, const struct scope *deny,
                            const struct walk_span *span, uint64_t now_us, struct probe_batch *b);
/* One target at a time, any family, any kind, any number of sources. */
unsigned probe_burst_plain(const struct probe *p, const struct scope *deny,
                           const struct walk_span *span, uint64_t now_us, struct probe_batch *b);

enum {
	/* all that differs between SYN probes to IPv4 lies before, with a VLAN tag too */
	PROBE_FIELDS_END = 64,
	PROBE_VECTOR_LEN = 80, /* no less than such a probe has */
};

/*
 * A SYN probe to IPv4 from the first source, for the vectors. What differs between two is 16 bytes:
 * both checksums, IPv4's first, destination, ports, sequence number, in wire order; @field says
 * which of them stands at a byte of the frame, @clock which of the timestamp's 4, and 0x80 none.
 */
struct probe_vector {
	_Alignas(64) uint8_t frame[PROBE_FRAME_MAX]; /* what does not differ, zero elsewhere */
	_Alignas(64) uint8_t field[PROBE_FRAME_MAX];
	_Alignas(64) uint8_t clock[PROBE_FRAME_MAX];
	uint32_t ip_sum, l4_sum; /* of the frame, in wire order */
};

/* Set before launch, read-only afterwards; shared by all workers. */
struct probe {
	struct probe_vector vector;
	struct probe_template t4;
	struct probe_template t6;
	struct permute order;
	struct cookie_key cookie;
	const struct space_map *map;
	const struct probe_kind *kind;
	struct probe_payloads *payloads; /* owned; NULL where the kind has none */
	probe_burst_fn burst;
	cookie_batch_fn cookies; /* to check answers by */
	const char *variant;
	uint16_t port_first;
	uint16_t ports;          /* in all */
	uint16_t ports_per_pass; /* pass q uses port_first + q x ports_per_pass, ... */
	uint16_t passes;
	uint32_t clock_offset; /* added to the timestamp: it shows nobody our clock */
	uint32_t link4;        /* on-link network in host order ... */
	/* ... (a & mask) == link4; nothing on-link: link4 outside the mask */
	uint32_t link4_mask;
	bool has_link6;
	uint8_t link6_len;
	struct dp_addr link6;
	uint8_t sources4;
	uint8_t sources6;
	struct dp_addr source4[DP_MAX_SOURCES];
	struct dp_addr source6[DP_MAX_SOURCES];
};

static inline uint32_t probe_scale(uint32_t random, uint32_t n)
{
	return (uint32_t)(((uint64_t)random * n) >> 32);
}

static inline uint16_t probe_source_port(const struct probe *p, uint32_t random, unsigned pass)
{
	return (uint16_t)(p->port_first + pass * p->ports_per_pass +
	                  probe_scale(random, p->ports_per_pass));
}

#endif
