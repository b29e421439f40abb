/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_queue.h - waiting grab requests: whose turn it is under a limit for each host.
 *
 * Hosts with work take turns, so one host with many ports holds nobody up. Push, pop and done take
 * constant time. Bounded: more than the limit is refused.
 *
 * Within a host, ports come in the order in which they may do harm: first the fragile ones, which
 * get their own request only; then those whose protocol is known; last the unknown ones, and these
 * not before the host has been in the queue for GRAB_QUEUE_GRACE_US, or has shown that it is plain
 * (grab_queue_plain()). So the answers of the first ports show what the device is before any unusual
 * question is asked. A host that is asked with
 * care gets one connection at a time; a further attempt at a port of it counts as an unknown port.
 *
 * Pure: time is an argument, monotonic, in microseconds.
 */
#ifndef SONDE_GRAB_QUEUE_H
#define SONDE_GRAB_QUEUE_H

#include "grab.h"

struct grab_queue;

/* A waiting request, or a grab that has begun and waits for its next attempt. */
struct grab_ticket {
	struct grab_request request;
	void *begun; /* the begun grab, owned by the caller; NULL: a new request */
	/* written by grab_queue_pop(): it is one of the ports that a plain host must have been asked
	 * first */
	bool known;
};

/* At most @limit requests wait; at most @per_host of one host are out at once. NULL: no memory. */
struct grab_queue *grab_queue_new(uint32_t limit, uint32_t per_host);
void grab_queue_free(struct grab_queue *q);
enum { GRAB_QUEUE_GRACE_US = 1000000 };
/* Append a ticket (copied). Returns 0, -EAGAIN (full) or -ENOMEM. */
int grab_queue_push(struct grab_queue *q, const struct grab_ticket *ticket, uint64_t now_us);
/* Hand out the next ticket whose host has room; false: there is none. The caller calls
 * grab_queue_done() when the ticket's request has ended. */
bool grab_queue_pop(struct grab_queue *q, struct grab_ticket *out, uint64_t now_us);
/* A request of @addr that was handed out has ended. @known: as grab_queue_pop() wrote it. */
void grab_queue_done(struct grab_queue *q, const struct dp_addr *addr, bool known);
/* An answer of @addr names an ordinary service. At most 2^20 hosts are remembered. */
void grab_queue_plain(struct grab_queue *q, const struct dp_addr *addr);
/*
 * Whether @addr is plain: an answer of it names an ordinary service, no fragile device's port of it is
 * open, nothing shows that it is such a device, and none of its ports whose protocol is known waits or
 * is being asked, so that no answer can still show it.
 */
bool grab_queue_is_plain(const struct grab_queue *q, const struct dp_addr *addr);
/* Ask @addr with @care from this call on (enum grab_care; it only grows). The care of a host
 * outlives its requests. If there is no place for another host, all hosts get @care and one
 * connection at a time. */
void grab_queue_care(struct grab_queue *q, const struct dp_addr *addr, uint8_t care);
/* The care for a host: enum grab_care, 0 = none. */
uint8_t grab_queue_care_of(const struct grab_queue *q, const struct dp_addr *addr);
uint32_t grab_queue_waiting(const struct grab_queue *q);

#endif
