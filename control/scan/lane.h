/* SPDX-License-Identifier: Apache-2.0 */
/* lane.h - one lane of lanes.h: a thread that asks its hosts and judges what they say. */
#ifndef SONDE_LANE_H
#define SONDE_LANE_H

#include <pthread.h>

#include "enrich.h"
#include "grab.h"
#include "writer.h"

/* What comes down to a lane: an open port to ask, or the care for a host. */
struct lane_item {
	struct dp_result result;
	uint8_t care; /* enum grab_care; 0: the port is to be asked */
};

struct lane {
	/* set before the thread starts */
	struct grabber *grabber;   /* owned */
	struct enricher *enricher; /* owned; NULL: facts are stored without being judged */
	struct writer *writer;
	uint32_t limit; /* ports that may wait or be asked */
	pthread_t thread;
	bool runs; /* written by the control thread */
	/* of the lane's thread: the memory of tags, and those that are unused */
	struct lane_tags *tags;
	struct lane_tag *unused;
	/* a ring: @head is written by the control thread, @tail by the lane */
	struct lane_item *items;
	uint32_t size; /* a power of two */
	_Atomic uint32_t head, tail;
	_Atomic bool asleep, stopping;
	/* by the control thread */
	uint64_t submitted;
	/* by the lane; the control thread reads them */
	_Atomic uint64_t done; /* ports finished; their records are with the writer */
	_Atomic uint64_t identified, judged, unjudged;
	_Atomic int error;    /* the writer's */
	pthread_mutex_t lock; /* of @stats */
	struct grab_stats stats;
};

/* @limit: ports that may wait or be asked. 0 or -errno; lane_fini() is called in either case. */
int lane_init(struct lane *l, const struct grab_config *config, uint32_t limit);
void lane_fini(struct lane *l); /* a zeroed lane is fine */
/* Change how many ports may wait or be asked, before anything comes down. 0 or -ENOMEM. */
int lane_set_limit(struct lane *l, uint32_t limit);

/* Make the enricher, and start the thread if @threaded. 0, -ENOMEM or -errno. */
int lane_start(struct lane *l, const struct vulndb *db, struct writer *writer, bool threaded);
void lane_stop(struct lane *l); /* waits for the thread */

/* Control thread: hand down an item (copied). 0, or -ENOMEM: there is no place. */
int lane_push(struct lane *l, const struct lane_item *item);
/* Control thread: wake the lane if it sleeps and has something to do. */
void lane_call(struct lane *l);
/* Control thread: how many ports wait or are asked. */
uint32_t lane_load(const struct lane *l);
void lane_stats(const struct lane *l, struct grab_stats *out);

/* The lane's thread: one turn, which blocks at most @wait_ms. */
void lane_step(struct lane *l, int wait_ms);

#endif
