/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tcp_impl.h - struct tcp and the functions that its files share.
 *
 * Numbers of connections and slabs begin at 1; 0 is none. Times of a connection are milliseconds in
 * 32 bits. What is to be sent is counted from snd_una: snd_nxt <= snd_max <= snd_end.
 */
#ifndef SONDE_TCP_IMPL_H
#define SONDE_TCP_IMPL_H

#include <string.h>

#include "tcp.h"

enum tcb_state {
	TCB_FREE,
	TCB_WAIT, /* a SYN-ACK came; nothing was sent since */
	TCB_OPEN,
	TCB_LAST, /* the owner has closed by a FIN */
};

enum tcb_timer {
	TIMER_NONE,
	TIMER_HOLD,    /* of an offer */
	TIMER_LISTEN,  /* the bare ACK of the handshake may be lost */
	TIMER_TAIL,    /* tail loss probe (RFC 8985, 7) */
	TIMER_RESEND,  /* RFC 6298 */
	TIMER_PERSIST, /* the peer's window is shut (RFC 9293 3.8.6.1) */
	TIMER_LAST,    /* the end of TCB_LAST */
};

enum {
	TCB_STAMPS = 1,       /* both sides send timestamps */
	TCB_SACKS = 2,        /* the peer understands SACK */
	TCB_SCALES = 4,       /* windows are scaled */
	TCB_TOUCHED = 8,      /* in the list of tcp_flush() */
	TCB_ACK = 16,         /* an ACK is due at the next tcp_flush() */
	TCB_PEER_FIN = 32,    /* the peer's FIN is acknowledged */
	TCB_TOLD_FIN = 64,    /* ... and its owner knows */
	TCB_FIN = 128,        /* an own FIN stands behind the queue */
	TCB_HEARD = 256,      /* data came */
	TCB_TAIL_SENT = 512,  /* a tail loss probe since the last new ACK */
	TCB_EARLY_FIN = 1024, /* the out-of-order interval ends with a FIN */
	TCB_LINKED = 2048,    /* in the wheel */
	TCB_SHRUNK = 4096,    /* an ICMP error has made segments smaller */
};

struct tcb {
	uint8_t addr[16]; /* of the peer, mapped */
	uint16_t port, own_port;
	uint32_t snd_una;
	uint16_t snd_nxt, snd_max, snd_end;
	uint16_t snd_wnd; /* the peer's window, cut to 65535 */
	uint32_t snd_wl1, snd_wl2;
	uint32_t rcv_nxt;
	uint32_t rcv_adv; /* the right edge of the window that was offered */
	uint32_t rcv_ack; /* the last acknowledgment sent */
	uint32_t ts_recent;
	uint32_t early_seq; /* the out-of-order interval, if early_len > 0 */
	uint16_t early_len;
	uint16_t held;               /* bytes received that the owner has not given back */
	uint32_t early, ready, said; /* chains of slabs: out of order, to be handed over, queued */
	uint32_t next, prev;         /* in a slot of the wheel; @next: in the list of free ones */
	uint32_t wake;               /* the time of the slot; never behind @due */
	uint32_t due;                /* of @timer */
	uint16_t srtt8, rttvar4;     /* in 1/8 and 1/4 ms; srtt8 = 0: not measured */
	uint16_t rto;                /* ms */
	uint16_t mss;                /* of data and options */
	uint16_t snd_most;           /* the largest window of the peer */
	uint16_t lent;               /* slabs that the owner has */
	uint16_t flags;
	uint8_t state, timer;
	uint8_t own, pass;
	uint8_t retries; /* of the same segment */
	uint8_t resent;
	uint8_t wscale; /* of the peer */
	uint8_t cwnd;   /* segments */
	uint16_t generation;
	uint32_t touched; /* the next in the list of tcp_flush() */
	uint32_t
		timed_at; /* when the segment that ends at @timed_seq was sent, 0 = none; TCB_LAST: its end */
	uint32_t timed_seq;
};
static_assert(sizeof(struct tcb) <= 128, "two cache lines a connection");

struct tcp_slot {
	uint32_t tag;
	uint32_t index; /* 0 = empty */
};

enum { TCP_CWND_FIRST = 10 }; /* segments (RFC 6928) */

enum { WHEEL_SLOTS = 256, WHEEL_MS = 4, WHEEL_FAR_MS = WHEEL_SLOTS * WHEEL_MS };

/* Two levels: slots of 4 ms for a second, and slots of a second for four minutes. */
struct tcp_wheel {
	uint32_t near[WHEEL_SLOTS], far[WHEEL_SLOTS];
	uint32_t at; /* ms; every slot before it is empty */
	bool turns;
};

/* The headers that all frames of a family share. */
struct tcp_head {
	uint8_t bytes[18 + 40];
	uint8_t l3, len;
	uint32_t sum; /* of the IPv4 header */
};

struct tcp {
	/* set by tcp_new() */
	struct tcb *tcb; /* [conns + 1] */
	struct tcp_slot *slot;
	uint32_t mask; /* slots - 1 */
	uint32_t conns;
	uint64_t salt[2];
	struct tcp_slab *slab; /* [1 + rx_slabs + tx_slabs] */
	uint32_t rx_slabs, slabs;
	uint32_t hold_ms, ts_offset;
	uint32_t syn_window;
	uint8_t shift; /* of own windows */
	struct dp_addr own[DP_MAX_SOURCES];
	unsigned own_count;
	struct tcp_head head4, head6;
	const struct tcp_ops *ops;
	void *arg;
	/* the state */
	uint64_t now_us;
	uint32_t now_ms;
	uint32_t *spare; /* numbers of free slabs for reception */
	uint32_t spare_count;
	uint32_t free_first, free_last; /* connections, the longest free one first */
	uint32_t touched;
	uint32_t challenge_second, challenge_count;
	struct tcp_wheel wheel;
	struct tcp_stats stats;
};

/* A parsed segment. */
struct tcp_segment {
	uint32_t seq, ack;
	uint32_t window; /* as in the header */
	uint8_t flags;
	bool has_stamp;
	uint32_t ts_val, ts_ecr;
	const uint8_t *data;
	uint32_t len;
};

/* The connection between two pairs of address and port. */
struct tcp_tuple {
	uint8_t addr[16];
	uint16_t port, own_port;
	uint8_t own; /* index of the own address */
};

static inline int32_t seq_diff(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

static inline uint32_t tcb_number(const struct tcp *t, const struct tcb *c)
{
	return (uint32_t)(c - t->tcb);
}

/* The number by which others know a connection: place and generation. */
static inline uint32_t tcb_conn(const struct tcp *t, const struct tcb *c)
{
	return (uint32_t)(c->generation & 0x7ff) << 21 | tcb_number(t, c);
}

static inline void tcp_at(struct tcp *t, uint64_t now_us)
{
	t->now_us = now_us;
	t->now_ms = (uint32_t)(now_us / 1000);
}

/* The bytes of the queue, without the FIN. */
static inline uint32_t tcb_data_end(const struct tcb *c)
{
	return c->snd_end - (c->flags & TCB_FIN ? 1u : 0u);
}

/* Whether segments carry a SACK block. */
static inline bool tcb_blocks(const struct tcb *c)
{
	return (c->flags & TCB_SACKS) && c->early_len > 0;
}

/* The bytes of data that fit into a segment now. */
static inline uint32_t tcb_room(const struct tcb *c)
{
	return c->mss - (c->flags & TCB_STAMPS ? 12u : 0u) - (tcb_blocks(c) ? 12u : 0u);
}

/* Whether a mapped address is one of IPv4. */
static inline bool tcp_is_v4(const uint8_t addr[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(addr, mapped, sizeof(mapped)) == 0;
}

/* tcp_table.c */
bool tcp_tuple_of(const struct tcp *t, const struct packet_ip *ip, bool quoted,
                  struct tcp_tuple *out);
struct tcb *tcp_table_find(const struct tcp *t, const struct tcp_tuple *k);
/* Take a free connection and enter it. NULL: none is free. */
struct tcb *tcp_table_add(struct tcp *t, const struct tcp_tuple *k);
/* Take it out of the table and free it. */
void tcp_table_drop(struct tcp *t, struct tcb *c);

/* tcp_wheel.c */
void tcp_wheel_set(struct tcp *t, struct tcb *c, enum tcb_timer timer, uint32_t ms);
void tcp_wheel_drop(struct tcp *t, struct tcb *c);
/* The next connection whose timer is due, taken out of the wheel; NULL: none. */
struct tcb *tcp_wheel_due(struct tcp *t);

/* tcp_slab.c */
/* Append @len bytes to a chain. Returns how many found room. */
uint32_t tcp_chain_add(struct tcp *t, uint32_t *chain, const uint8_t *data, uint32_t len);
/* Append the second chain to the first, which takes its first bytes if it has room for them. */
void tcp_chain_join(struct tcp *t, uint32_t *chain, uint32_t more);
void tcp_chain_free(struct tcp *t, uint32_t *chain);
void tcp_slab_free(struct tcp *t, uint32_t number);

/* tcp_emit.c */
/* Send @len bytes of the queue from offset @at on; or a bare ACK. */
void tcp_emit(struct tcp *t, struct tcb *c, uint32_t at, uint32_t len, uint8_t flags);
void tcp_emit_reset(struct tcp *t, struct tcb *c);

/* tcp_send.c */
void tcp_send(struct tcp *t, struct tcb *c);
/* Take the acknowledgment and the window of a segment. False: it is not acceptable. */
bool tcp_send_acked(struct tcp *t, struct tcb *c, const struct tcp_segment *s);
void tcp_send_first_rtt(struct tcb *c, uint32_t rtt_ms);
/* Send the first segment in flight again. */
void tcp_send_again(struct tcp *t, struct tcb *c);
/* The timer of @c, one of TIMER_TAIL to TIMER_PERSIST, is due. False: give up. */
bool tcp_send_due(struct tcp *t, struct tcb *c, enum tcb_timer timer);
/* Drop what is queued, telling the owner. */
void tcp_send_drop(struct tcp *t, struct tcb *c);

/* tcp_receive.c */
void tcp_receive(struct tcp *t, struct tcb *c, const struct tcp_segment *s);
/* Hand over what is ready; @all: also while the owner has some. */
void tcp_receive_hand_over(struct tcp *t, struct tcb *c, bool all);
/* The right edge of the window that may be offered now. */
uint32_t tcp_receive_edge(const struct tcb *c);

/* tcp.c */
void tcp_touch(struct tcp *t, struct tcb *c);
void tcp_tell(struct tcp *t, const struct tcb *c, enum tcp_event_kind kind, uint32_t slab);
/* The connection is over: tell why, unless its owner has closed it, and free it. */
void tcp_die(struct tcp *t, struct tcb *c, enum tcp_end why);

#endif
