/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tcp.h - the client's side of many TCP connections (RFC 9293), without I/O and without a clock.
 *
 * A connection begins with a SYN-ACK whose cookie was checked: the SYN was stateless. Until its owner
 * says something or listens, nothing is sent, not even the ACK of the handshake: data on that ACK
 * reach servers that defer accept(), and a connection that nobody wants is reset without ever having
 * been established. Frames, time and orders go in. Frames and events come out through tcp_ops.
 *
 * One thread owns a struct tcp and calls everything but tcp_slab(). `now_us` is the time since 1970 in
 * microseconds; it never goes back. Nothing is allocated after tcp_new(). Hostile input: all segments
 * are checked by RFC 9293 3.10.7.4, RFC 5961 and RFC 7323.
 */
#ifndef SONDE_TCP_H
#define SONDE_TCP_H

#include "dp_types.h"
#include "packet.h"

enum {
	TCP_FRAME_MAX = 1518,  /* of an own frame, with a VLAN tag, without FCS */
	TCP_SLAB_BYTES = 2040, /* of data */
	TCP_QUEUE_MAX =
		32768, /* bytes that the owner may have said and the peer not acknowledged */
	TCP_WINDOW_MAX = 65280, /* bytes of a peer that are kept until the owner has read them */
	TCP_CONNS_MAX = 1 << 20,
};

/* A part of a byte stream. Slabs 1 to rx_slabs are the core's and lent by TCP_DATA; the others are the
 * owner's and lent by tcp_say(). */
struct tcp_slab {
	uint32_t next;  /* the core's */
	uint16_t start; /* the core's: bytes that are acknowledged */
	uint16_t len;
	uint8_t bytes[TCP_SLAB_BYTES];
};
static_assert(sizeof(struct tcp_slab) == 2048, "slabs fill their cache lines");

enum tcp_event_kind {
	TCP_OFFER = 1, /* a SYN-ACK came: say, listen or close; else it is reset after hold_ms */
	TCP_DATA,      /* the next bytes of the peer, in @slab: give it back by tcp_return() */
	TCP_SENT,      /* the peer has acknowledged @slab, or it is not needed any more */
	TCP_FIN,       /* the peer has ended; behind its last TCP_DATA */
	TCP_DEAD,      /* the connection is gone; its number is not valid any more */
};

/* Why a connection died. */
enum tcp_end {
	TCP_END_RESET = 1,  /* by the peer */
	TCP_END_UNANSWERED, /* what was said was never acknowledged */
	TCP_END_LATE,       /* nobody wanted it within hold_ms */
	TCP_END_OVERFLOW,   /* its owner said more than TCP_QUEUE_MAX */
};

struct tcp_event {
	uint32_t conn; /* never 0; a number is not used again soon */
	uint32_t slab; /* TCP_DATA, TCP_SENT */
	uint8_t kind;  /* enum tcp_event_kind */
	uint8_t end;   /* enum tcp_end; TCP_DEAD */
	/* TCP_OFFER; @port and @addr also of TCP_DEAD */
	uint8_t pass;   /* as given to tcp_accept() */
	uint8_t resent; /* TCP_DEAD: how often something was sent again, at most 255 */
	uint16_t port;  /* of the peer */
	uint16_t own_port;
	uint32_t rtt_us;     /* 0 = not known */
	struct dp_addr addr; /* of the peer */
};

/* What the core needs of its user; @arg is that of the configuration. */
struct tcp_ops {
	/* A buffer of TCP_FRAME_MAX bytes for a frame, or NULL: the frame counts as lost. */
	uint8_t *(*take)(void *arg);
	/* Send the frame of @len bytes in the buffer. Its link-layer destination, the first 6 bytes,
	 * is left to the callee. */
	void (*give)(void *arg, uint8_t *frame, uint16_t len);
	/* Must take every event. At most one TCP_OFFER, TCP_FIN and TCP_DEAD come for a connection, and
	 * one event for each slab that is lent. */
	void (*event)(void *arg, const struct tcp_event *e);
};

struct tcp_config {
	uint32_t conns;    /* a power of two, at most TCP_CONNS_MAX */
	uint32_t rx_slabs; /* for what peers say */
	uint32_t tx_slabs; /* for what is said to them */
	uint32_t
		hold_ms; /* how long a SYN-ACK waits for the owner; 0 = 900: before it is repeated */
	uint8_t secret[16];        /* makes the slots of the table unpredictable */
	const struct dp_addr *own; /* own addresses; copied */
	unsigned own_count;        /* at most DP_MAX_SOURCES */
	uint8_t mac[6];
	uint16_t vlan;       /* 0 = untagged */
	uint32_t ts_offset;  /* added to the time in timestamps, as in the SYN */
	uint16_t syn_window; /* what the SYN has offered; 0 = 64240 */
	uint8_t syn_wscale;  /* the same; at most 7 */
	const struct tcp_ops *ops;
	void *arg;
};

struct tcp_stats {
	uint64_t accepted;   /* connections begun */
	uint64_t segments;   /* that belonged to a connection */
	uint64_t refused;    /* of these: not acceptable, by sequence number, ACK or timestamp */
	uint64_t resent;     /* segments sent again */
	uint64_t challenges; /* ACKs by RFC 5961 */
	uint64_t unbuffered; /* segments cut because no slab was free */
	uint32_t live;       /* connections at this moment */
};

struct tcp;

/* NULL with errno EINVAL or ENOMEM. The caller frees it with tcp_free(), which sends nothing. */
struct tcp *tcp_new(const struct tcp_config *c);
void tcp_free(struct tcp *t); /* NULL is fine */
/* Bytes that tcp_new() allocates for @c. Pure. */
size_t tcp_memory(const struct tcp_config *c);

/* The slab with a number from 1 on. Any thread that owns the slab. */
struct tcp_slab *tcp_slab(const struct tcp *t, uint32_t number);

/* ---- what comes from the network ---------------------------------------------------------------- */

/*
 * Begin a connection by the SYN-ACK @p, which echoes the cookie of a SYN; @pass is any number for the
 * event. Returns false, without an event, if the peer's window is 0, the own address is unknown, the
 * connection exists, or no place is free.
 */
bool tcp_accept(struct tcp *t, const struct packet *p, uint8_t pass, uint64_t now_us);

/* Whether a TCP segment belongs to a connection. Pure. */
bool tcp_knows(const struct tcp *t, const struct packet *p);

/* Whether a segment goes to one of the own addresses. Pure. */
bool tcp_is_own(const struct tcp *t, const struct packet *p);

/* Take a TCP segment whose checksums are right. Returns false if it belongs to no connection. */
bool tcp_input(struct tcp *t, const struct packet *p, uint64_t now_us);

/* Take an ICMP error (PACKET_ICMP_ERROR) about a segment of ours. Returns false if it belongs to no
 * connection. RFC 5927: only one that quotes what is in flight has an effect, and none ends a
 * connection: "fragmentation needed" makes segments smaller. */
bool tcp_icmp(struct tcp *t, const struct packet *p, uint64_t now_us);

/* Send the ACKs and hand over the data of the segments since the last call. Call it behind each burst. */
void tcp_flush(struct tcp *t, uint64_t now_us);

/* Do what is due: repeat segments, probe windows, reset offers that nobody took. Call it every few
 * milliseconds. */
void tcp_tick(struct tcp *t, uint64_t now_us);

/* ---- orders of the owner; a number that is not valid any more does nothing ---------------------- */

/* Say the bytes of an own slab: bytes[0] to bytes[len - 1], len > 0. It comes back by TCP_SENT. */
void tcp_say(struct tcp *t, uint32_t conn, uint32_t slab, uint64_t now_us);
/* Take the offer without saying anything. */
void tcp_listen(struct tcp *t, uint32_t conn, uint64_t now_us);
/* Give back a slab of TCP_DATA. */
void tcp_return(struct tcp *t, uint32_t conn, uint32_t slab, uint64_t now_us);
/* End a connection: by a RST, or behind what was said by a FIN. Only TCP_SENT events follow. */
void tcp_close(struct tcp *t, uint32_t conn, bool fin, uint64_t now_us);
/* Reset up to @n connections, whatever they are. Returns how many there were. */
unsigned tcp_abort(struct tcp *t, unsigned n, uint64_t now_us);

void tcp_read_stats(const struct tcp *t, struct tcp_stats *out);

#endif
