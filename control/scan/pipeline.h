/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipeline.h - the path of one result: reply -> admission -> lane (grab, identify, judge) -> writer.
 *
 * An open port is recorded as soon as its answer is in, so that a crash loses no port that a
 * checkpoint covers; the grabbed identity follows as a second record, from the thread of its lane. All
 * else runs in one thread.
 */
#ifndef SONDE_PIPELINE_H
#define SONDE_PIPELINE_H

#include "coverage.h"
#include "dp.h"
#include "enrich.h"
#include "grab_admission.h"
#include "lanes.h"
#include "loss_probe.h"
#include "plan.h"
#include "revisit.h"
#include "writer.h"

/* The pipeline owns none of these objects. */
struct pipeline_config {
	struct dp *dp;
	struct grab_admission *admission;
	struct lanes *lanes; /* started; NULL: port states only */
	struct enricher
		*enricher; /* for answers to UDP; NULL: they are stored without being judged */
	struct writer *writer;
	struct coverage *coverage;       /* NULL with a single pass */
	struct loss_probes *loss_probes; /* NULL: nothing is probed again */
	const struct plan *plan;         /* NULL: results are not compared with it */
	struct revisit *revisit;         /* NULL: silent services are not asked again */
	uint32_t passes;
	bool ask_fragile; /* as grab_config.ask_fragile */
	/* grabs of IPv4, of IPv6 hosts cannot go the way of the probes: none is submitted */
	bool no_way_v4, no_way_v6;
};

struct pipeline;

struct pipeline *pipeline_new(const struct pipeline_config *config); /* NULL: no memory */
/* Free the pipeline and drop the results that wait in it. Lanes, writer and enricher stay with
 * their owners. NULL is fine. */
void pipeline_free(struct pipeline *p);

/*
 * Move results and grabs to their next stage. Blocks at most @wait_ms if there is nothing to do,
 * and while the writer's queue is full. Returns how many results and grabs were moved, or -errno
 * (the store's error, or -ENOMEM).
 */
int pipeline_step(struct pipeline *p, int wait_ms);

/*
 * Send the control probes that are due, and clear or ask again the hosts that stayed silent. Call
 * it a few times in each 100 ms. While @sending, control probes get a share of @pps, otherwise all
 * of it. Returns 0 or the store's error.
 */
int pipeline_check_hosts(struct pipeline *p, double pps, bool sending);

/* Restore the state of a port that this scan found open before it was interrupted. If no grab was
 * done, pipeline_step() queues one as soon as the grab queue has room. 0 or -ENOMEM. */
int pipeline_recall(struct pipeline *p, const struct record *r);

/* Ask a port that an earlier scan found open, unless it is one of a host that answers on every port or of
 * very many. It gets a record if somebody answers. 0 or -ENOMEM. */
int pipeline_refresh(struct pipeline *p, const struct record *r);

/* Whether no grab runs or waits and no result is pending; after pipeline_hurry() grabs do not
 * count. If dp_stats.done is set as well, the scan is over. */
bool pipeline_idle(const struct pipeline *p);

/* The moment (monotonic) up to which every answer has been handed to the writer: when the dataplane
 * last had no further result, or when the oldest pending result arrived, if that was earlier. */
int64_t pipeline_emptied_us(const struct pipeline *p);

/* The longest round trip among the results since the last call; 0: none is known. */
uint32_t pipeline_slowest_us(struct pipeline *p);

/* What did not take the usual path. */
struct pipeline_counts {
	uint64_t unasked;  /* ports of fragile devices that were not asked */
	uint64_t no_way;   /* ports that were not asked: grabs cannot go the way of the probes */
	uint64_t unjudged; /* services for which memory was short: RECORD_ASKED_UNJUDGED */
	uint64_t outside;  /* results dropped: the scan probes no such address or port */
};

struct pipeline_counts pipeline_counts(const struct pipeline *p); /* so far */

/* How full the fullest lane is. */
unsigned pipeline_grab_percent(const struct pipeline *p);

/* Begin no further grab and do not wait for those that run; the ports stay recorded. */
void pipeline_hurry(struct pipeline *p);

#endif
