/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tx_bed.h - runs the workers' real loop over a port whose every frame the test sees, takes or
 * refuses.
 *
 * net_null discards the frames that a transmit callback lets through. The callback counts the
 * frames to each target, takes only a part of a burst, stalls, or loses what it took. Time runs
 * BED_SPEED times faster than the clock.
 */
#ifndef SONDE_TX_BED_H
#define SONDE_TX_BED_H

#include <pthread.h>
#include <stdatomic.h>

#include "dp_private.h"
#include "space.h"
#include "suite.h"

enum { BED_WORKERS = 3, BED_SPEED = 25, BED_CHUNK = 16 };

/* What the callback does with a burst. Written by the test, read by workers. */
struct bed_nic {
	_Atomic bool stalled; /* takes nothing */
	_Atomic bool picky;   /* takes a part of each burst */
	_Atomic bool losing;  /* takes everything and loses it: no visit is counted */
	_Atomic uint64_t frames;
};

struct bed_config {
	uint32_t shard, shards, workers, passes;
	uint8_t key[16];
	double pps; /* of each worker, in the workers' time */
	struct dp_rate_cap cap;
	uint32_t cooldown_ms; /* in the workers' time */
};

struct bed {
	struct port port;
	struct bed_nic nic;
	const struct dp_space *space;
	struct bed_config config;
	struct probe *probe;
	struct worker_shared shared;
	struct worker *worker;
	struct caps *caps[BED_WORKERS];
	pthread_t thread[BED_WORKERS];
	/* Visits by position in the order of all shards. NULL: only note_visit() gets them. */
	_Atomic uint8_t *visits;
	void (*note_visit)(void *arg, unsigned worker, const struct dp_addr *addr, uint16_t port);
	/* called with the frames of each burst that the NIC took */
	void (*note_burst)(void *arg, struct rte_mbuf *const *m, unsigned n);
	void *note_arg;
	struct worker_place mark[BED_WORKERS]; /* of bed_mark() */
};

/* Start the EAL and the port; once a process. */
void bed_open(struct bed *b);

/* Launch the workers at @resume (NULL: at the start). */
void bed_start(struct bed *b, const struct bed_config *c, const uint64_t *resume);

/* Wait until the workers end by themselves; aborts the test after a minute. */
void bed_wait(struct bed *b);

/* End the workers at once. Writes their steps to @out. */
void bed_quit(struct bed *b, uint64_t *out);

void bed_rate(struct bed *b, double pps);

/* Read the target of a frame without a tag. */
void bed_read_target(const struct rte_mbuf *m, struct dp_addr *addr, uint16_t *port);

/* Note where the workers stand; tell them to go back there, once; whether they have. */
void bed_mark(struct bed *b);
void bed_back(struct bed *b);
bool bed_is_back(const struct bed *b);
/* Whether all workers are at the end of their walks. */
bool bed_is_through(const struct bed *b);

/* Replace the deny list by @deny, which the bed then owns. Waits until no worker reads the former
 * list, and frees it. */
void bed_deny(struct bed *b, struct scope *deny);

#endif
