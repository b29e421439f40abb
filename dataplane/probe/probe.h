/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe.h - the frames of a scan: from a position of the order to bytes on the wire.
 *
 * How a worker uses it:
 *
 * 	once a scan (control):  probe_init(&probe, &config)   one struct probe, read-only afterwards,
 * 	                                                      shared by all workers and by classify()
 * 	once a worker:          walk_init(&walk, ...); step = resume[w];
 * 	per burst:              n = pace_take(&pace, tsc, PROBE_BURST);
 * 	                        span = walk_span(&walk, step, n);
 * 	                        batch.frame[i] = mbuf data pointers, i < span.n
 * 	                        sent = probe_burst(&probe, deny, &span, now_us, &batch);
 * 	                        frames 0..sent-1 are complete; batch.len[i] bytes each; the remaining
 * 	                        span.n - sent targets were denied (they count as done)
 * 	                        where batch.onlink has bit i: write the neighbour's MAC over the
 * 	                        frame's first 6 bytes, or drop the frame and count it
 * 	                        transmit all, retrying; then step += span.n
 * 	per received burst:     classify(&probe, now_us, &batch)
 *
 * @now_us is microseconds since 1970 from one clock for both: its low 32 bits travel in the
 * timestamp option and come back in its echo.
 */
#ifndef SONDE_PROBE_H
#define SONDE_PROBE_H

#include "cookie.h"
#include "dp_types.h"
#include "packet.h"
#include "permute.h"
#include "walk.h"

struct extra_span;
struct scope;
struct probe;
struct probe_payloads;

enum {
	PROBE_BURST = 64,                              /* most probes in a call */
	PROBE_FRAME_MAX = 128,                         /* of a template */
	PROBE_ROOM = PROBE_FRAME_MAX + DP_PAYLOAD_MAX, /* what each frame pointer must offer */
};

/* One probe to one target: what a kind's patch() writes into a copy of the template. */
struct probe_target {
	struct dp_addr addr;
	struct cookie cookie;
	uint32_t now_us; /* with the scan's clock offset */
	uint16_t port;
	uint16_t source_port;
	uint8_t source; /* index into the family's sources */
	bool v6;
	const struct probe_payloads *payloads;
};

struct probe_template {
	_Alignas(64) uint8_t frame[PROBE_FRAME_MAX];
	uint16_t len;
	uint16_t l4_len;
	uint8_t l3;      /* offset of the IP header */
	uint8_t l4;      /* offset of the transport header */
	uint16_t ip_sum; /* folded sum of the IPv4 header words that all probes share */
	uint16_t l4_sum; /* the same of pseudo header and transport, without addresses */
};

/*
 * A kind of probe. Another one is another file with such a row, and its line in DP_PROBES
 * (dp_types.h). Every function is pure and fit for the hot path, except build().
 */
struct probe_kind {
	const char *name;
	uint8_t transport; /* enum dp_transport; ICMP stands for ICMPv6 too */
	bool carries;      /* what an answer carries is of interest */
	bool portless;     /* the only port is 0 */
	bool payloads;     /* carries one by port */
	/* Write header and payload with what is the same in all probes, zero elsewhere; its length,
	 * at most PROBE_FRAME_MAX - 62. */
	uint16_t (*build)(uint8_t *l4, bool v6);
	/* @frame is the template with addresses filled in: make it the probe to @target; its
	 * length, at most PROBE_ROOM. */
	uint16_t (*patch)(const struct probe_template *t, const struct probe_target *target,
	                  uint8_t *frame);
	/* Whether @p can answer this kind, and the target's port and ours in it. */
	bool (*ends)(enum packet_kind kind, const struct packet *p, uint16_t *port,
	             uint16_t *own_port);
	/* Judge a packet whose addresses and own port are what the cookie says; @target has the
	 * time of reception. Sets reply and what else it knows in @result. False: not an answer. */
	bool (*answers)(enum packet_kind kind, const struct packet *p,
	                const struct probe_target *target, struct dp_result *result);
};

extern const struct probe_kind *const probe_kinds[]; /* by enum dp_probe */
extern const unsigned probe_kind_count;
#define PROBE_DECLARE(number, kind) extern const struct probe_kind kind;
DP_PROBES(PROBE_DECLARE)
#undef PROBE_DECLARE

struct probe_config {
	const struct dp_space *space; /* sealed; must outlive the probe */
	uint8_t key[16];
	const struct probe_kind *kind;     /* NULL = probe_tcp_syn */
	const struct dp_payload *payloads; /* copied */
	unsigned payload_count;
	const struct dp_addr *sources; /* copied; IPv4 and IPv6 in any order */
	unsigned source_count;         /* at most DP_MAX_SOURCES */
	uint16_t source_port_first;
	uint16_t source_port_last; /* at least one port for each pass */
	uint32_t passes;
	uint8_t src_mac[6];
	uint8_t gateway_mac[6];  /* destination of every IPv4 frame that is not on-link */
	uint8_t gateway6_mac[6]; /* the same of IPv6 */
	uint16_t vlan;           /* 0 = untagged */
	/* Addresses of this network are on-link: reported in probe_batch.onlink. prefix_len counts
	 * of 128 (IPv4: 96 + its length); 0 = nothing is on-link. One each for IPv4 and IPv6. */
	struct dp_addr link[2];
	uint8_t link_len[2];
};

struct probe_batch {
	uint8_t *frame[PROBE_BURST];    /* in: PROBE_ROOM bytes each; SYN: PROBE_FRAME_MAX */
	uint16_t len[PROBE_BURST];      /* out */
	uint32_t next_hop[PROBE_BURST]; /* out: IPv4 target in host order; IPv6: read the frame */
	uint64_t onlink;                /* out: bit i: frame i goes to its target directly */
	unsigned denied;                /* out: targets the scope removed */
};

/*
 * A probe for workers: order, cookie, templates. NULL with errno EINVAL (no targets, no source port
 * for each pass, ...), EADDRNOTAVAIL (targets of a family without a source address of it) or
 * ENOMEM.
 */
struct probe *probe_new(const struct probe_config *c);
void probe_free(struct probe *p);

/* The kind that is sent. */
const struct probe_kind *probe_kind_of(const struct probe *p);

/* The sources in use and which variant runs: "scalar", "avx2", "vaes", "avx512". */
const char *probe_variant(const struct probe *p);
/* Force a variant by name, for tests and benchmarks: 0, -ENOENT, -ENOTSUP (not on this CPU). */
int probe_set_variant(struct probe *p, const char *name);

/* The length of every frame; 0 where it differs: two families, or a payload for each port. */
uint16_t probe_len(const struct probe *p);

/* Build the probes at @span (n <= PROBE_BURST). Returns the number of frames written. Hot. */
unsigned probe_burst(const struct probe *p, const struct scope *deny, const struct walk_span *span,
                     uint64_t now_us, struct probe_batch *b);

/* The same for extra targets. Hot. */
unsigned probe_extra(const struct probe *p, const struct scope *deny, const struct extra_span *span,
                     uint64_t now_us, struct probe_batch *b);

/* ARP (RFC 826): write a request for, or a reply to, @target; returns its length. IPv4 host
 * order. */
struct probe_arp {
	uint8_t src_mac[6];
	uint8_t dst_mac[6]; /* reply only; a request goes to everybody */
	uint32_t src;
	uint32_t target;
	uint16_t vlan;
	bool reply;
};
uint16_t probe_arp_frame(const struct probe_arp *a, uint8_t frame[PROBE_FRAME_MAX]);

#endif
