/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipeline.h - the way of one result: reply -> schedule -> grab -> identify and judge -> writer.
 *
 * An open port is recorded as soon as its answer is in, so that a crash loses no port that a
 * checkpoint covers; the grabbed identity follows as a second record. One thread.
 */
#ifndef SONDE_PIPELINE_H
#define SONDE_PIPELINE_H

#include "coverage.h"
#include "dp.h"
#include "enrich.h"
#include "grab.h"
#include "grab_admission.h"
#include "loss_probe.h"
#include "writer.h"

/* None of them owned. */
struct pipeline_config {
	struct dp *dp;
	struct grab_admission *admission;
	struct grabber *grabber;   /* NULL: port states only */
	struct enricher *enricher; /* NULL: facts are stored without being judged */
	struct writer *writer;
	struct coverage *coverage;       /* NULL with a single pass */
	struct loss_probes *loss_probes; /* NULL: nothing is probed again */
	uint32_t passes;
	bool ask_fragile; /* as grab_config's */
};

/* Requests that may wait for the grabber: its queue_limit must be as much. */
enum { PIPELINE_GRABS = 65536 };

struct pipeline;

struct pipeline *pipeline_new(const struct pipeline_config *config); /* NULL: no memory */
/* Drop what waits in it. Grabber, writer and enricher stay their owner's. NULL is fine. */
void pipeline_free(struct pipeline *p);

/*
 * Move what can be moved; waits at most @wait_ms where there is nothing to do. Returns how many
 * results and grabs went through, or the store's -errno.
 */
int pipeline_step(struct pipeline *p, int wait_ms);

/*
 * Send control probes that are due, with a share of @pps, and take note of who stays silent. A few
 * times in each hundred milliseconds. 0 or the store's error.
 */
int pipeline_check_hosts(struct pipeline *p, double pps, bool sending);

/* Restore the state of a port that this scan found open before it was interrupted; queue a grab if
 * none was done. 0 or -errno. */
int pipeline_recall(struct pipeline *p, const struct record *r);

/* No grab runs or waits, nothing is pending. Together with dp_stats.done: the scan is over. */
bool pipeline_idle(const struct pipeline *p);

/* The last moment (monotonic) at which the dataplane had no result for us, or the first of those
 * that wait for their host's check came: what was answered before it is with the writer. */
int64_t pipeline_emptied_us(const struct pipeline *p);

/* The longest round trip among the results since the last call; 0: none is known. */
uint32_t pipeline_slowest_us(struct pipeline *p);

/* Open ports that were not asked, since they are fragile devices'. */
uint64_t pipeline_unasked(const struct pipeline *p);

/* Services for which memory was short: they have no name, or no verdicts
 * (RECORD_ASKED_UNJUDGED). */
uint64_t pipeline_unjudged(const struct pipeline *p);

/* How full the queue in front of the grabber is. */
unsigned pipeline_grab_percent(const struct pipeline *p);

/* Begin no further grab and do not wait for those that run; the ports stay recorded. */
void pipeline_hurry(struct pipeline *p);

#endif
