/* SPDX-License-Identifier: Apache-2.0 */
/* grab_dp_impl.h - the state of the transport over the dataplane's own TCP, which its files share. */
#ifndef SONDE_GRAB_DP_IMPL_H
#define SONDE_GRAB_DP_IMPL_H

#include <string.h>
#include <sys/queue.h>

#include "grab_wire.h"

enum {
	BUCKETS = 1 << 14,
	ATTEMPTS = 1 << 16, /* places of the table of next attempts */
	HELD_US = 700000,   /* an offer is good so long; the worker resets it at 900 ms */
	QUEUED = 128,       /* slabs that a connection may have; the window allows fewer */
};

/* The answer to a probe, which nobody wanted yet. */
struct held {
	LIST_ENTRY(held) chain;
	TAILQ_ENTRY(held) age;
	struct dp_addr addr;
	uint16_t port;
	struct dp_conn_id id;
	uint64_t since_us;
};

enum conn_state { DIALLING, UP, FAILED };

struct grab_conn {
	struct dp_wire *w;
	LIST_ENTRY(grab_conn) chain; /* DIALLING: by target; UP: by number */
	TAILQ_ENTRY(grab_conn) dials;
	TAILQ_ENTRY(grab_conn) ready;
	TAILQ_ENTRY(grab_conn) fresh;
	void *owner;
	struct dp_addr addr;
	uint16_t port;
	uint8_t state; /* enum conn_state */
	uint8_t attempt, dialled;
	bool is_ready, is_fresh; /* in these lists */
	bool silent;             /* it is up, and nothing was sent on it */
	bool wants_write, ended, told_end;
	unsigned what; /* events to report */
	int error;     /* why it is gone; 0 = it is not */
	uint64_t due_us;
	struct dp_conn_id id;
	size_t said;   /* bytes on the way */
	size_t offset; /* in the first slab */
	unsigned first, count;
	struct dp_conn_event data[QUEUED];
};

LIST_HEAD(held_chain, held);
LIST_HEAD(conn_chain, grab_conn);
TAILQ_HEAD(held_list, held);
TAILQ_HEAD(conn_list, grab_conn);

struct dp_wire {
	struct grab_wire wire;
	struct dp *dp;
	int timer;
	bool ticks;
	unsigned conns;
	struct held_chain held[BUCKETS];
	struct conn_chain dialling[BUCKETS], up[BUCKETS];
	struct held_list by_age;
	struct conn_list dials; /* in the order in which they are due, nearly */
	struct conn_list ready, fresh;
	uint8_t next_attempt[ATTEMPTS];
};

static inline uint32_t grab_dp_hash(const struct dp_addr *addr, uint16_t port)
{
	uint64_t a, b;

	memcpy(&a, addr->b, 8);
	memcpy(&b, addr->b + 8, 8);
	a = (a ^ (b + port)) * 0x9e3779b97f4a7c15u;
	a ^= b >> 7;
	return (uint32_t)((a ^ a >> 29) * 0xd6e8feb86659fd93u >> 32);
}

/* The connection has something to report: GRAB_WIRE_... */
void grab_dp_report(struct grab_conn *c, unsigned what);
bool grab_dp_is_readable(const struct grab_conn *c);
void grab_dp_come_up(struct grab_conn *c, const struct dp_conn_id *id);
/* Take the connection out of the lists of its state. */
void grab_dp_leave(struct grab_conn *c);
void grab_dp_fail(struct grab_conn *c, int error);

/* Take the events of the workers. */
void grab_dp_pump(struct dp_wire *w, uint64_t now);
/* Take the offer for the target of @c, if it is good for a moment yet. */
bool grab_dp_take_held(struct dp_wire *w, const struct grab_conn *c, uint64_t now,
                       struct dp_conn_id *id);
/* Forget the offers that are too old: the worker resets them by itself. */
void grab_dp_drop_old(struct dp_wire *w, uint64_t now);
void grab_dp_drop_all(struct dp_wire *w);

#endif
