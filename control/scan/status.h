/* SPDX-License-Identifier: Apache-2.0 */
/* status.h - the status of a scan: as a line for a person, as JSON for a program. */
#ifndef SONDE_STATUS_H
#define SONDE_STATUS_H

#include <stdio.h>

#include "coverage.h"
#include "dp.h"
#include "grab_admission.h"
#include "json.h"
#include "lanes.h"
#include "news.h"
#include "revisit.h"

/* What each stage did in the last second. */
struct status_rates {
	double open, asked, identified, judged, committed;
};

struct status {
	char scan[32];
	/* "resolving neighbours", "sending", "link down", "gateway silent", "paused", "stopping",
	 * "cooldown", "asking again", "grabbing", "done" */
	const char *state;
	struct dp_stats dp;     /* of this run and those that it resumes */
	struct dp_stats run;    /* of this run */
	struct dp_stats before; /* of the runs before, up to their last checkpoint */
	struct dp_counter nic[DP_NIC_COUNTERS]; /* as of the last second; of this run */
	unsigned nic_count;    /* counters that the NIC has; may be more than fit */
	struct dp_addr own[4]; /* targets that are this machine's own addresses */
	uint64_t own_count;    /* may be more than there is room for */
	/* positions done, of dp.targets (addresses x ports x passes of this shard). A position is
	 * probed or skipped; one that is done again counts once. */
	uint64_t done;
	struct lanes_stats lanes;
	struct grab_stats grab; /* of @lanes */
	struct status_rates rates;
	struct grab_admission_stats admission;
	struct coverage_counts coverage; /* passes 0: a single pass */
	bool complete;                   /* every pass is complete */
	bool pings;                      /* what is open is a host that answers a ping */
	bool silent;                     /* it is, and no answer of any kind came back */
	struct dp_trouble trouble;       /* what was found wrong then */
	uint64_t excluded_live;          /* ranges excluded while the scan runs */
	uint64_t lost_store;             /* records that the store did not take */
	/* replies were lost: services that were not seen were not marked as missing */
	bool unmarked;
	struct revisit_stats revisit; /* known services that were silent and asked again */
	double rate_wanted;   /* packets a second that the operator or --rate auto asks for */
	double rate_measured; /* packets a second since the last measurement */
	const char *rate_reason;
	bool rate_automatic; /* --rate auto gave the reason */
	/* --rate auto: the share of answers that is lost at any rate; < 0: not known */
	double usual_loss;
	/* --rate auto: times that probes were lost and not sent again, since too many had been */
	uint64_t disturbed;
	unsigned grab_percent, writer_percent;
	/* the fullest that the queues have been in this run, in percent */
	unsigned ring_most, grab_most, writer_most;
	uint64_t outside; /* results dropped: the scan probes no such address or port */
	uint64_t unasked; /* open ports of fragile devices, to which nothing was sent */
	uint64_t no_way;  /* open ports not asked, for grabs cannot go the way of the probes */
	/* why grabs of a family, or of both, cannot go that way; NULL or "": they can */
	const char *no_way_reason;
	uint64_t unjudged; /* services without a name or without verdicts, for want of memory */
	uint64_t written;  /* records committed */
	struct news_digest news; /* of this run */
	/* known when the scan has ended: the last complete scan of the same targets ("" = none), and
	 * the services with the worst findings */
	char since[32];
	struct news_line worst[NEWS_WORST];
	unsigned worst_count;
	bool resumed;         /* other runs came before this one */
	bool stopping;        /* it was told to end, and has not ended yet */
	int64_t elapsed_us;   /* of this run */
	int64_t sending_us;   /* from the launch of the workers to the last probe */
	uint64_t done_before; /* the part of done from earlier runs */
	double seconds_left;  /* < 0: not known */
};

/* Set dp to the sum of before and run. Counters are summed; the other members are those of this
 * run. */
void status_sum(struct status *s);

uint64_t status_open(const struct status *s);   /* open ports, each counted once */
uint64_t status_losses(const struct status *s); /* NIC misses, NIC errors, ring drops */

/* Write the members of @s into the object that is open in @j. */
void status_json(struct json *j, const struct status *s);

enum { STATUS_LINE = 256 };
/*
 * Write the progress of @s in one line of at most @width columns (at least 20) to @out: the parts
 * that matter most come first, and parts that do not fit are left out whole. Returns @out. Pure.
 */
char *status_line(const struct status *s, unsigned width, char out[STATUS_LINE]);

/* Print the closing report: coverage, answers, news, losses; only what there is to say. */
void status_summary(FILE *out, const struct status *s);
/* The same, but only what went wrong; nothing if nothing did. */
void status_trouble(FILE *out, const struct status *s);

#endif
