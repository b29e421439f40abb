/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe.h - builds the frames of a scan: from a position of the order to bytes on the wire.
 *
 * How a worker uses it:
 *
 *	once a scan (control):  probe = probe_new(&config)   one struct probe, read-only afterwards,
 *	                                                     shared by workers and by classify()
 *	once a worker:          walk_init(&walk, ...); step = resume[w];
 *	for each burst:         n = pace_take(&pace, tsc, PROBE_BURST);
 *	                        span = walk_span(&walk, step, n);
 *	                        batch.frame[i] = mbuf data pointers, i < span.n
 *	                        sent = probe_burst(probe, deny, &span, now_us, &batch);
 *	                        frames 0..sent-1 are complete, of batch.len[i] bytes each; the
 *	                        remaining span.n - sent targets were denied (they count as done)
 *	                        where batch.onlink has bit i: write the next hop's MAC over the
 *	                        frame's first 6 bytes, or drop the frame and count it
 *	                        transmit all, retrying; then step += span.n
 *	for a received burst:   classify(probe, now_us, &batch)
 *
 * @now_us is microseconds since 1970 from one clock for both. Its low 32 bits are sent in the
 * timestamp option, and the target echoes them.
 */
#ifndef SONDE_PROBE_H
#define SONDE_PROBE_H

#include "cookie.h"
#include "dp_types.h"
#include "packet.h"
#include "permute.h"
#include "walk.h"

struct extra_span;
struct hops;
struct scope;
struct probe;
struct probe_payloads;

enum {
	PROBE_BURST = 64,                              /* most probes in one call */
	PROBE_FRAME_MAX = 128,                         /* largest template, in bytes */
	PROBE_ROOM = PROBE_FRAME_MAX + DP_PAYLOAD_MAX, /* bytes that each frame buffer must have */
};

/* One probe to one target: the values that a kind's patch() writes into a copy of the template. */
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
	uint16_t l4_sum; /* the same of pseudo header and transport part, without addresses */
};

/*
 * A kind of probe. A new kind is a new file that defines such a struct, and a row in DP_PROBES
 * (dp_types.h). All functions except build() are pure and fit for the hot path.
 */
struct probe_kind {
	const char *name;
	uint8_t transport; /* enum dp_transport; ICMP stands for ICMPv6 too */
	bool carries;      /* deliver the data that an answer carries */
	bool portless;     /* the only port is 0 */
	bool payloads;     /* the payload depends on the port */
	/* Write those bytes of the transport part that are the same in all probes, and zero for all
	 * others. Returns its length, at most PROBE_FRAME_MAX - 62. */
	uint16_t (*build)(uint8_t *l4, bool v6);
	/* @frame is a copy of the template with the addresses filled in: turn it into the probe to
	 * @target. Returns its length, at most PROBE_ROOM. */
	uint16_t (*patch)(const struct probe_template *t, const struct probe_target *target,
	                  uint8_t *frame);
	/* Whether @p can answer this kind of probe; if so, @port is the target's port in it and
	 * @own_port ours. */
	bool (*ends)(enum packet_kind kind, const struct packet *p, uint16_t *port,
	             uint16_t *own_port);
	/* Judge a packet whose addresses and own port are those that the cookie gives; @target has
	 * the time of reception. Sets the reply, and what else the packet tells, in @result.
	 * Returns false if it is no answer. */
	bool (*answers)(enum packet_kind kind, const struct packet *p,
	                const struct probe_target *target, struct dp_result *result);
};

extern const struct probe_kind *const probe_kinds[]; /* [enum dp_probe] */
extern const unsigned probe_kind_count;
#define PROBE_DECLARE(number, kind) extern const struct probe_kind kind;
DP_PROBES(PROBE_DECLARE)
#undef PROBE_DECLARE

struct probe_config {
	const struct dp_space *space;      /* sealed; must outlive the probe */
	uint8_t key[16];                   /* of the order */
	uint8_t secret[16];                /* of the cookies, the tags and the clock's offset */
	const struct probe_kind *kind;     /* NULL = probe_tcp_syn */
	const struct dp_payload *payloads; /* copied */
	unsigned payload_count;
	const struct dp_addr *sources; /* copied; IPv4 and IPv6 in any order */
	unsigned source_count;         /* at most DP_MAX_SOURCES */
	uint16_t source_port_first;
	uint16_t source_port_last; /* at least one port for each pass */
	uint32_t passes;
	uint8_t src_mac[6];
	uint8_t gateway_mac[6];  /* for every IPv4 frame */
	uint8_t gateway6_mac[6]; /* the same for IPv6 */
	uint16_t vlan;           /* 0 = untagged */
	/* The frames of the family get their next hop from the caller: their bits in
	 * probe_batch.onlink are set. */
	bool direct4, direct6;
	/* The table that has the source of each target; it must outlive the probe. NULL: the cookie
	 * picks one of the sources. */
	const struct hops *hops;
};

struct probe_batch {
	uint8_t *frame[PROBE_BURST];    /* in: PROBE_ROOM bytes each; SYN: PROBE_FRAME_MAX */
	uint16_t len[PROBE_BURST];      /* out */
	uint32_t next_hop[PROBE_BURST]; /* out: IPv4 target in host order; IPv6: read the frame */
	uint64_t onlink;                /* out: bit i: frame i needs a next hop */
	unsigned denied;                /* out: number of targets that the scope denied */
};

/*
 * Make the probe of a scan: order, secret and templates. The caller frees it with probe_free().
 * Returns NULL with errno EINVAL (no targets, no source port for each pass, ...), EADDRNOTAVAIL
 * (targets of a family in which no source address was given) or ENOMEM.
 */
struct probe *probe_new(const struct probe_config *c);
void probe_free(struct probe *p);

/* The kind of probe that is sent. */
const struct probe_kind *probe_kind_of(const struct probe *p);

/* The variant of the code that builds the probes: "plain", "scalar", "avx2", "vaes", "avx512";
 * static. */
const char *probe_variant(const struct probe *p);
/* Force a variant by name, for tests and benchmarks. Returns 0, -ENOENT (no such variant) or
 * -ENOTSUP (not on this CPU, or not for this scan). */
int probe_set_variant(struct probe *p, const char *name);

/* The length of every frame, if the scan sends only SYN probes to IPv4; else 0: the lengths may
 * differ. */
uint16_t probe_len(const struct probe *p);

/* Build the probes at @span (n <= PROBE_BURST). Returns the number of frames written. Hot. */
unsigned probe_burst(const struct probe *p, const struct scope *deny, const struct walk_span *span,
                     uint64_t now_us, struct probe_batch *b);

/* The same for extra targets, without removing them from the queue. Hot. */
unsigned probe_extra(const struct probe *p, const struct scope *deny, const struct extra_span *span,
                     uint64_t now_us, struct probe_batch *b);

/* An ARP packet (RFC 826): a request for @target, or a reply to it. IPv4 addresses are in host
 * order. probe_arp_frame() writes its frame and returns the length. */
struct probe_arp {
	uint8_t src_mac[6];
	uint8_t dst_mac[6]; /* reply only; a request is broadcast */
	uint32_t src;
	uint32_t target;
	uint16_t vlan;
	bool reply;
};
uint16_t probe_arp_frame(const struct probe_arp *a, uint8_t frame[PROBE_FRAME_MAX]);

#endif
