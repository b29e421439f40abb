/* SPDX-License-Identifier: Apache-2.0 */
/* scan_observe.c - collects the status of a scan from its parts. */
#include <string.h>

#include "clock.h"
#include "scan_observe.h"

static const char *state_name(const struct scan *s)
{
	const struct status *st = &s->status;
	const struct dp_stats *d = &st->dp;

	if (d->resolving)
		return "resolving neighbours";
	if (d->done || s->stops > 1)
		return pipeline_idle(s->pipeline) ? "done" : "grabbing";
	if (!d->sending && s->revisit != NULL && st->revisit.asked > 0 &&
	    !revisit_is_over(s->revisit, clock_monotonic_us()))
		return "asking again";
	if (*s->stop_requests > 0)
		return "stopping";
	if (!d->sending)
		return "cooldown";
	if (d->gateway_silent)
		return "gateway silent";
	return d->held ? "link down" : s->paused ? "paused" : "sending";
}

/* The number of positions done. Before the workers run, it is the position at which they will
 * begin. */
static uint64_t done(const struct scan *s)
{
	uint64_t progress[DP_MAX_WORKERS], sum = 0;
	unsigned workers = dp_progress(s->dp, progress);

	for (unsigned i = 0; i < workers; i++)
		sum += progress[i];
	return workers > 0 ? sum : s->status.done_before;
}

/* The number of probes of this shard in all passes, rounded up. It is used until the dataplane has
 * its own figure. */
static uint64_t planned(const struct scan *s)
{
	uint64_t shards = s->record.shards;

	return (s->plan->info.size + shards - 1) / shards * s->record.passes;
}

static unsigned most(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

void scan_observe(struct scan *s)
{
	const struct pipeline_counts counts = pipeline_counts(s->pipeline);
	struct status *st = &s->status;

	dp_stats(s->dp, &st->run);
	if (st->run.targets == 0)
		st->run.targets = planned(s);
	status_sum(st);
	st->own_count = dp_own_targets(s->dp, st->own, sizeof(st->own) / sizeof(st->own[0]));
	st->done = done(s);
	grab_admission_stats(s->admission, &st->admission);
	if (s->lanes != NULL)
		lanes_stats(s->lanes, &st->lanes);
	st->grab = st->lanes.grab;
	memcpy(st->scan, s->record.id, sizeof(st->scan));
	st->state = state_name(s);
	st->rate_wanted = s->wanted_pps;
	st->rate_automatic = s->automatic && !s->throttle.hindered;
	st->rate_reason = st->rate_automatic ? s->auto_rate.reason : s->throttle.reason;
	st->usual_loss = s->automatic ? auto_rate_usual(&s->auto_rate) : -1;
	st->grab_percent = pipeline_grab_percent(s->pipeline);
	st->writer_percent = writer_fill_percent(s->writer);
	st->ring_most = most(st->ring_most, st->dp.ring_fill_percent);
	st->grab_most = most(st->grab_most, st->grab_percent);
	st->writer_most = most(st->writer_most, st->writer_percent);
	st->outside = counts.outside;
	st->unasked = counts.unasked;
	st->no_way = counts.no_way;
	st->no_way_reason = s->way.why;
	st->unjudged = counts.unjudged;
	st->pings = s->plan->probe.portless;
	st->resumed = s->resumed;
	st->stopping = s->stops > 0;
	news_read(s->news, &st->news);
	st->written = writer_written(s->writer);
	st->excluded_live = s->exclude.ranges;
	st->lost_store = writer_lost(s->writer);
	if (s->revisit != NULL)
		revisit_stats(s->revisit, &st->revisit);
	if (s->coverage != NULL)
		coverage_counts(s->coverage, &st->coverage);
	st->complete = st->dp.done && s->stops == 0;
	st->elapsed_us = clock_monotonic_us() - s->start_us;
	if (s->launch_us != 0 && (st->dp.sending || st->sending_us == 0))
		st->sending_us = clock_monotonic_us() - s->launch_us;
}
