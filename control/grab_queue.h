/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_queue.h - waiting grab requests: whose turn it is under a limit for each host.
 *
 * Hosts with work take turns, so one host with many ports holds nobody up. Push, pop and done take
 * constant time. Bounded: more than the limit is refused.
 */
#ifndef SONDE_GRAB_QUEUE_H
#define SONDE_GRAB_QUEUE_H

#include "grab.h"

struct grab_queue;

/* At most @limit requests wait; at most @per_host of one host are out at once. NULL: no memory. */
struct grab_queue *grab_queue_new(uint32_t limit, uint32_t per_host);
void grab_queue_free(struct grab_queue *q);
/* 0, -EAGAIN (full), -ENOMEM. */
int grab_queue_push(struct grab_queue *q, const struct grab_request *request);
/* Hand out the next request whose host has room; every one is given back with grab_queue_done. */
bool grab_queue_pop(struct grab_queue *q, struct grab_request *out);
/* A request of @addr that was handed out has ended. */
void grab_queue_done(struct grab_queue *q, const struct dp_addr *addr);
uint32_t grab_queue_waiting(const struct grab_queue *q);

#endif
