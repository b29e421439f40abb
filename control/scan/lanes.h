/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lanes.h - the threads that ask open ports and judge what they say, each on a lane of its own.
 *
 * 	control thread --open ports, by the address--> lane: grabber, enricher --records--> writer
 *
 * A lane owns its hosts: the hash of an address says which lane has it. So the order of a host's ports,
 * its limits, the care for it, its patience and what the scan has learnt of it need no lock, and no two
 * threads ask one host. What is learnt beyond a host (grab_lore.h) is learnt by each lane for itself.
 *
 * The control thread calls these functions. With no threads, lanes_step() does the work of the one lane.
 */
#ifndef SONDE_LANES_H
#define SONDE_LANES_H

#include "enrich.h"
#include "grab.h"
#include "writer.h"

struct lanes;

struct lanes_config {
	struct grab_config grab; /* its limits are those of all lanes together */
	unsigned threads;        /* at most LANES_MAX; 0: the caller's alone */
};

enum { LANES_MAX = 32, LANES_QUEUE = 65536 /* open ports that wait or are asked, of all lanes */ };

/* The pass of a result that no probe of this scan brought: its port gets a record only if somebody answers
 * there, with the time of that. */
enum { LANES_REFRESH = 255 };

/* What a lane hands on. Neither is owned. */
struct lanes_to {
	const struct vulndb *db; /* NULL: facts are stored without being judged */
	struct writer *writer;
};

/* How many threads there are unless the operator says otherwise: half of the processors, at least one. */
unsigned lanes_usual(void);

/* Make the lanes' grabbers; no thread runs yet. 0, -errno as grabber_new(). */
int lanes_new(const struct lanes_config *config, struct lanes **out);
void lanes_free(struct lanes *l); /* calls lanes_stop(); NULL is fine */
uint32_t lanes_most(const struct lanes *l);
/* As grabber_take_way(), for all lanes. Before lanes_start(). */
int lanes_take_way(struct lanes *l, const struct dp_grab_way *way, struct error *err);
/* As grabber_take_dp(): the connections belong to the control thread, so the one lane that is left has no
 * thread. Before lanes_start(). 0, -ENOMEM or -errno. */
int lanes_take_dp(struct lanes *l, struct dp *dp);
/* As grabber_care(). */
void lanes_care(struct lanes *l, const struct dp_addr *addr, enum grab_care care);

/* Start the threads. 0, -ENOMEM or -errno; after an error, call lanes_free(). */
int lanes_start(struct lanes *l, const struct lanes_to *to);
/* End the threads at once, and leave what is not finished unfinished: the ports stay recorded as open and
 * not asked. Waits for records that are on their way to the writer. NULL is fine. */
void lanes_stop(struct lanes *l);

/* Ask an open port of TCP. The caller has seen lanes_have_room(). 0, -ENOMEM: the port stays without a
 * name. */
int lanes_submit(struct lanes *l, const struct dp_result *r);
/* Whether each lane has room for @n further ports. */
bool lanes_have_room(const struct lanes *l, unsigned n);
/* Hand over what was submitted since the last call, and wait at most @wait_ms where nothing ends. Returns
 * how many ports were finished since, or the writer's error. */
int lanes_step(struct lanes *l, int wait_ms);

struct lanes_stats {
	struct grab_stats grab; /* sums of all lanes */
	uint64_t identified;    /* services that answered with what they are */
	uint64_t judged;        /* records that got a verdict or were found to have none */
	uint64_t unjudged;      /* services for which memory was short */
	uint32_t load;          /* ports that wait or are asked */
	unsigned percent;       /* how full the fullest lane is */
	unsigned threads;
};
void lanes_stats(const struct lanes *l, struct lanes_stats *out);

#endif
