/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dp_types.h - the plain records that cross the dataplane's border.
 *
 * All numbers are in host byte order except struct dp_addr, which holds an address as it is on the
 * wire. No DPDK type appears here.
 */
#ifndef SONDE_DP_TYPES_H
#define SONDE_DP_TYPES_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* A 16-byte address in network order; IPv4 is mapped (::ffff:a.b.c.d, RFC 4291 2.5.5.2). */
struct dp_addr {
	uint8_t b[16];
};

/* Both ends inclusive, of one family. */
struct dp_addr_range {
	struct dp_addr first, last;
};

/* IANA protocol numbers. */
enum dp_transport {
	DP_TRANSPORT_ICMP = 1,
	DP_TRANSPORT_TCP = 6,
	DP_TRANSPORT_UDP = 17,
	DP_TRANSPORT_ICMP6 = 58,
};

/*
 * The kinds of probe: the number of each and the struct probe_kind that implements it. This table
 * is the only list of them; all other code asks dp_probe_describe().
 */
#define DP_PROBES(ROW)                                                                             \
	ROW(DP_PROBE_TCP_SYN, probe_tcp_syn)                                                       \
	ROW(DP_PROBE_UDP, probe_udp)                                                               \
	ROW(DP_PROBE_ICMP_ECHO, probe_icmp_echo)

#define DP_PROBE_NUMBER(number, kind) number,
enum dp_probe { DP_PROBES(DP_PROBE_NUMBER) };
#undef DP_PROBE_NUMBER

struct dp_probe_info {
	const char *name;  /* "syn", "udp", "icmp": what the command line calls it; static */
	uint8_t transport; /* enum dp_transport; ICMP stands for ICMPv6 too */
	uint16_t l4_len;   /* bytes of an IPv4 probe behind the IP header, without a dp_payload */
	bool portless;     /* the only port is 0 */
	bool payloads;     /* the payload depends on the port, see struct dp_payload */
};

/* Describe probe kind @index of enum dp_probe. Returns false beyond the last. Pure. */
bool dp_probe_describe(unsigned index, struct dp_probe_info *out);

enum { DP_PAYLOAD_MAX = 1200, DP_DATA_MAX = 1022 };

/*
 * The payload of the UDP probes to a port. Some protocols repeat a value of the request in the
 * response. For these, @tag_len bytes at @tag_at of each probe are replaced by a tag that only its
 * target learns, and a response without the tag at @echo_at is rejected.
 */
struct dp_payload {
	const uint8_t *data;
	uint16_t len;  /* at most DP_PAYLOAD_MAX */
	uint16_t port; /* 0 = every port without a payload of its own */
	uint16_t tag_at;
	uint16_t echo_at;
	uint8_t tag_len; /* 0 = none, 2 or 4 */
};

/* What a validated reply says about the target. */
enum dp_reply {
	DP_REPLY_OPEN = 1, /* SYN-ACK, a UDP datagram, an echo reply */
	DP_REPLY_CLOSED,   /* RST to our SYN; port unreachable from the target of a UDP probe */
	/* ICMP destination unreachable or time exceeded that quotes our probe */
	DP_REPLY_UNREACHABLE,
};

/* TCP options seen in a SYN-ACK, one nibble each in dp_result.tcp_options, first option lowest. */
enum dp_tcp_option {
	DP_TCP_OPT_END = 0,
	DP_TCP_OPT_NOP = 1,
	DP_TCP_OPT_MSS = 2,
	DP_TCP_OPT_WSCALE = 3,
	DP_TCP_OPT_SACK = 4,
	DP_TCP_OPT_TIMESTAMP = 5,
	DP_TCP_OPT_OTHER = 15,
};

/* One validated, deduplicated reply. */
struct dp_result {
	struct dp_addr addr;  /* the probed target, even if a router replied in its place */
	struct dp_addr from;  /* the sender of the reply */
	uint64_t time_us;     /* reception, microseconds since 1970 UTC */
	uint32_t rtt_us;      /* 0 = not known */
	uint32_t tcp_options; /* see enum dp_tcp_option */
	uint16_t port;
	uint16_t window;
	uint16_t mss;      /* 0 = option absent */
	uint8_t transport; /* enum dp_transport */
	uint8_t reply;     /* enum dp_reply */
	uint8_t ttl;       /* as received */
	uint8_t wscale;    /* 255 = option absent */
	uint8_t icmp_type; /* of the ICMP error, if the reply is one */
	uint8_t icmp_code;
	/* 0-based pass of the probe that it answers; higher numbers: see dp_extra() */
	uint8_t pass;
	uint8_t data_from; /* for dp_data() */
	uint16_t data;     /* for dp_data(); 0 = the reply carried nothing */
};
static_assert(sizeof(struct dp_result) == 64, "a cache line each");

/*
 * The counters of a scan. A new counter needs only a row here: its members in the worker's counters
 * and in dp_stats, its sum over the workers and over the runs of a scan, its place in the JSON
 * status and in the checkpoint are generated from the rows.
 *
 * X(name, object): the object of the JSON status that contains it, PROBES, REPLIES or LOSSES.
 */
#define DP_WORKER_COUNTERS(X)                                                                      \
	X(sent, PROBES)          /* probes handed to the NIC */                                    \
	X(extra, PROBES)         /* the extra probes among them, see dp_extra() */                 \
	X(again, PROBES)         /* positions done again, see dp_send_again() */                   \
	X(capped, PROBES)        /* times that a worker waited for the cap of a prefix */          \
	X(tx_retries, PROBES)    /* times the NIC did not take a whole burst; no probe is lost */  \
	X(skipped_scope, LOSSES) /* targets excluded during the scan */                            \
	X(skipped_noroute, LOSSES) /* targets without a link-layer next hop (ARP unanswered) */    \
	X(received, REPLIES)       /* frames that the workers received */                          \
	X(foreign, REPLIES)        /* frames that answer no probe of this scan */                  \
	X(malformed, REPLIES)      /* refused by the parser, or the NIC found a wrong checksum */  \
	X(duplicates, REPLIES)     /* valid answers that were seen before */                       \
	X(open, REPLIES)           /* unique answers */                                            \
	X(closed, REPLIES)                                                                         \
	X(unreachable, REPLIES)                                                                    \
	X(data_drops, LOSSES) /* results without data: control freed slots too slowly */           \
	X(ring_drops, LOSSES) /* results dropped: the ring was full, for the same reason */

/* Counters of the port, not of a worker. */
#define DP_PORT_COUNTERS(X)                                                                        \
	X(nic_missed, LOSSES)    /* the NIC's own loss counters: imissed + rx_nombuf */            \
	X(nic_no_buffer, LOSSES) /* rx_nombuf alone */                                             \
	X(nic_rx_errors, LOSSES) /* ierrors: frames received damaged, whoever they were for */     \
	X(nic_errors, LOSSES)    /* oerrors: frames that the NIC took and did not send */

#define DP_COUNTERS(X) DP_WORKER_COUNTERS(X) DP_PORT_COUNTERS(X)

/* Counters since dp_begin(), summed over all workers. They may be read at any time and may lag
 * behind by a burst. */
struct dp_stats {
	uint64_t targets; /* probes this shard has to send in all passes */
#define DP_COUNTER_MEMBER(name, object) uint64_t name;
	DP_COUNTERS(DP_COUNTER_MEMBER)
	double rate_pps; /* the current rate */
	bool sending;    /* false once the last probe is out or sending was stopped */
	bool paused;
	bool link_up;
	bool resolving;            /* dp_begin() was called, dp_launch() has not succeeded yet */
	uint32_t neighbours;       /* on-link targets whose link-layer address is resolved */
	uint32_t neighbours_asked; /* requests sent for them in this round so far */
	uint32_t neighbours_known; /* link-layer addresses found so far */
	/* true: the link is down or a gateway is silent; workers send nothing until it is back */
	bool held;
	bool gateway_silent;
	uint64_t gateway_moves; /* times that a gateway took another link-layer address */
	uint32_t link_mbps;     /* 0 = not known */
	/* all workers have ended: sending is finished and the cooldown is over */
	bool done;
	uint32_t ring_fill_percent;
};

/* A counter of the driver, under the driver's own name for it. */
struct dp_counter {
	char name[64];
	uint64_t value;
};

enum { DP_MAX_SOURCES = 16, DP_MAX_WORKERS = 64 };

/*
 * A limit for each prefix of the given length: on average @pps packets a second, and at most a
 * tenth of a second's packets (at least 4 from each worker) in advance. A worker that reaches the
 * limit of a prefix waits.
 */
struct dp_rate_cap {
	double pps;   /* 0 = no cap */
	uint8_t len4; /* 0..32: length of the IPv4 prefixes */
	uint8_t len6; /* 0..128: length of the IPv6 prefixes */
};

/* What an extra probe is for. */
enum dp_extra {
	/* to an open port, to measure loss: only open replies are reported, each time one comes */
	DP_EXTRA_LOSS,
	DP_EXTRA_CONTROL, /* to a port that cannot be open: every reply is reported, once */
	/* to a known service that was silent: its reply counts like one of the walk */
	DP_EXTRA_KNOWN,
	DP_EXTRAS,
};

#endif
