/* SPDX-License-Identifier: Apache-2.0 */
/* status.h - how a scan stands: as a line for a person, as JSON for a program. */
#ifndef SONDE_STATUS_H
#define SONDE_STATUS_H

#include <stdio.h>

#include "coverage.h"
#include "dp.h"
#include "grab.h"
#include "grab_admission.h"
#include "json.h"

struct status {
	char scan[32];
	/* "resolving neighbours", "sending", "link down", "paused", "cooldown", "grabbing",
	 * "done" */
	const char *state;
	struct dp_stats dp;     /* of this run and those that it resumes */
	struct dp_stats run;    /* of this run */
	struct dp_stats before; /* of the runs before, up to their last checkpoint */
	struct dp_counter nic[DP_NIC_COUNTERS]; /* as of the last second; of this run */
	unsigned nic_count;                     /* there may be more than have room */
	uint64_t done; /* targets x passes that are behind us, skipped ones too */
	struct grab_stats grab;
	struct grab_admission_stats admission;
	struct coverage_counts coverage; /* passes 0: a single pass */
	bool complete;                   /* every pass is through */
	uint64_t excluded_live;          /* ranges excluded while it runs */
	uint64_t lost_store;             /* records that the store did not take */
	bool unmarked;        /* replies were lost: what was not seen stays as it was known */
	double rate_wanted;   /* what the operator asked for */
	double rate_measured; /* packets a second since the last tick */
	const char *rate_reason;
	bool rate_automatic; /* --rate auto gave the reason */
	unsigned grab_percent, writer_percent;
	uint64_t unasked;  /* open ports of fragile devices, to which nothing was sent */
	uint64_t unjudged; /* services without a name or without verdicts, for want of memory */
	uint64_t written;  /* records committed */
	int64_t elapsed_us;
	int64_t sending_us;   /* of it, until the last probe was out */
	uint64_t done_before; /* of done: before this run */
	double seconds_left;  /* < 0: not known */
};

/* dp = before + run: counters are summed, what is a state is this run's. */
void status_sum(struct status *s);

uint64_t status_open(const struct status *s);   /* open ports, each counted once */
uint64_t status_losses(const struct status *s); /* NIC, its errors, ring */

/* The members of a status, into the object that is open. */
void status_json(struct json *j, const struct status *s);

/* The progress line, without a line feed, cut to @width columns. */
void status_line(FILE *out, const struct status *s, unsigned width);

/* The closing report: coverage, answers, losses. */
void status_summary(FILE *out, const struct status *s);

#endif
