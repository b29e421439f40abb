/* SPDX-License-Identifier: Apache-2.0 */
/* loop.c - runs a scan: moves results, keeps the time, obeys, checkpoints, ends. */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "scan.h"
#include "term.h"

enum {
	CTL_US = 20000,          /* control socket: an order is in force within 100 ms */
	TICK_US = 100000,        /* throttle */
	SECOND_US = 1000000,     /* status lines */
	CHECKPOINT_US = 250000,
	ANSWER_LAG_US = 400000,  /* a probe that old has its answer, or none soon */
	STEP_MS = 2,
};

static int start(struct scan *s, struct dp_error *err)
{
	struct dp_scan_config c = {
		.space = s->plan->space,
		.shard = s->record.shard,
		.shards = s->record.shards,
		.passes = s->record.passes,
		.rate_pps = s->wanted_pps,
		.cooldown_ms = (uint32_t)(s->config->cooldown_us / 1000),
		.workers = s->record.workers,
		.resume = s->resumed ? s->record.progress : NULL,
		.probe = s->config->probe,
		.payloads = s->plan->payloads.v,
		.payload_count = s->plan->payloads.count,
	};
	int ret;

	memcpy(c.key, s->record.key, sizeof(c.key));
	ret = dp_start(s->dp, &c, err);
	if (ret == 0)
		return CMD_OK;
	return ret == -EINVAL ? CMD_USAGE : ret == -ENOMEM ? CMD_FAILED : CMD_NETWORK;
}

static const char *state_name(const struct scan *s)
{
	const struct dp_stats *d = &s->status.dp;

	if (d->done || s->stops > 1)
		return pipeline_idle(s->pipeline) ? "done" : "grabbing";
	if (!d->sending)
		return "cooldown";
	return s->paused ? "paused" : "sending";
}

/* Positions behind us; before the workers run: where they will begin. */
static uint64_t done(const struct scan *s)
{
	uint64_t progress[DP_MAX_WORKERS], sum = 0;
	unsigned workers = dp_progress(s->dp, progress);

	for (unsigned i = 0; i < workers; i++)
		sum += progress[i];
	return workers > 0 ? sum : s->status.done_before;
}

void scan_observe(struct scan *s)
{
	struct status *st = &s->status;

	dp_stats(s->dp, &st->run);
	status_sum(st);
	st->done = done(s);
	scheduler_stats(s->sched, &st->sched);
	if (s->grabber != NULL)
		grabber_stats(s->grabber, &st->grab);
	memcpy(st->scan, s->record.id, sizeof(st->scan));
	st->state = state_name(s);
	st->rate_wanted = s->wanted_pps;
	st->rate_reason = s->throttle.reason;
	st->grab_percent = pipeline_grab_percent(s->pipeline);
	st->writer_percent = writer_fill_percent(s->writer);
	st->written = writer_written(s->writer);
	st->lost_store = writer_lost(s->writer);
	if (s->coverage != NULL)
		coverage_counts(s->coverage, &st->coverage);
	st->complete = st->dp.done && s->stops == 0;
	st->elapsed_us = clock_monotonic_us() - s->start_us;
	if (st->dp.sending || st->sending_us == 0)
		st->sending_us = st->elapsed_us;
}

/* Remember where the workers stand; the oldest mark is overwritten. */
static void mark(struct scan *s, int64_t now_us)
{
	struct scan_mark *m = &s->marks[s->mark_count++ % SCAN_MARKS];

	m->time_us = now_us;
	m->workers = dp_progress(s->dp, m->progress);
}

/* The newest mark whose probes' answers are with the writer, or NULL. */
static const struct scan_mark *settled(const struct scan *s)
{
	int64_t limit = pipeline_emptied_us(s->pipeline) - ANSWER_LAG_US;

	for (unsigned back = 1; back <= SCAN_MARKS && back <= s->mark_count; back++) {
		const struct scan_mark *m = &s->marks[(s->mark_count - back) % SCAN_MARKS];

		if (m->time_us <= limit)
			return m;
	}
	return NULL;
}

static int write_mark(struct scan *s, const struct scan_mark *m)
{
	memcpy(s->record.progress, m->progress, m->workers * sizeof(m->progress[0]));
	s->record.workers = m->workers;
	s->record.stats = s->status.dp;
	return writer_checkpoint(s->writer, &s->record);
}

static int checkpoint(struct scan *s)
{
	const struct scan_mark *m = settled(s);

	return m != NULL ? write_mark(s, m) : 0;
}

static void adjust_rate(struct scan *s)
{
	const struct dp_stats *d = &s->status.run;
	struct throttle_signal signal = {
		.ring_percent = d->ring_fill_percent,
		.grab_percent = s->status.grab_percent,
		.writer_percent = s->status.writer_percent,
		.received = d->received,
		.lost = d->nic_missed + d->ring_drops,
		.sent = d->sent,
		.now_us = clock_monotonic_us(),
	};

	dp_set_rate(s->dp, throttle_rate(&s->throttle, s->wanted_pps, &signal));
}

static void end_at_once(struct scan *s)
{
	s->stops = 2;
	dp_stop(s->dp);
	pipeline_hurry(s->pipeline);
}

/* An interface that is deleted takes its sockets along and tells nobody. */
static void watch_interface(struct scan *s)
{
	const char *name = s->config->iface != NULL ? s->config->iface : s->config->af_packet;

	if (s->gone || name == NULL || if_nametoindex(name) != 0)
		return;
	s->gone = true;
	end_at_once(s);
}

static void obey(struct scan *s)
{
	if (s->stops == 0 && *s->stop_requests >= 1) {
		s->stops = 1;
		dp_stop_sending(s->dp);
		if (!s->config->quiet)
			fprintf(stderr, "\nstopping: waiting for answers (again to end at once)\n");
	}
	if (s->stops == 1 && *s->stop_requests >= 2)
		end_at_once(s);
}

static void estimate(struct scan *s, int64_t now_us)
{
	struct status *st = &s->status;
	double seconds = (double)(now_us - s->second_us) / 1e6;

	st->rate_measured = seconds > 0 ? (double)(st->run.sent - s->tick_sent) / seconds : 0;
	s->tick_sent = st->run.sent;
	st->seconds_left = -1;
	if (st->dp.sending && st->rate_measured > 0 && st->dp.targets >= st->done)
		st->seconds_left = (double)(st->dp.targets - st->done) / st->rate_measured +
				   (double)s->config->cooldown_us / 1e6;
}

static void report(struct scan *s)
{
	unsigned width = s->config->quiet ? 0 : term_width(stderr);
	json_t *line;

	if (width > 0)
		status_line(stderr, &s->status, width);
	if (s->status_out == NULL)
		return;
	line = status_json(&s->status);
	json_dumpf(line, s->status_out, JSON_COMPACT | JSON_REAL_PRECISION(9));
	fputc('\n', s->status_out);
	fflush(s->status_out);
	json_decref(line);
}

/* What is due at @now_us. 0 or the store's error. */
static int tick(struct scan *s, int64_t now_us)
{
	obey(s);
	if (now_us - s->ctl_us >= CTL_US) {
		s->ctl_us = now_us;
		ctl_poll(s->ctl);
	}
	if (now_us - s->tick_us < TICK_US)
		return writer_error(s->writer);
	s->tick_us = now_us;
	watch_interface(s);
	scan_observe(s);
	mark(s, now_us);
	adjust_rate(s);
	if (now_us - s->second_us >= SECOND_US) {
		estimate(s, now_us);
		s->second_us = now_us;
		report(s);
	}
	if (now_us - s->checkpoint_us < CHECKPOINT_US)
		return writer_error(s->writer);
	s->checkpoint_us = now_us;
	return checkpoint(s);
}

static bool over(const struct scan *s, int moved)
{
	return moved == 0 && (s->status.dp.done || s->stops > 1) && pipeline_idle(s->pipeline);
}

static int turn(struct scan *s)
{
	int moved, ret;

	do {
		moved = pipeline_step(s->pipeline, STEP_MS);
		if (moved < 0)
			return moved;
		ret = tick(s, clock_monotonic_us());
		if (ret < 0)
			return ret;
	} while (!over(s, moved));
	return 0;
}

static bool covered(void *arg, const struct dp_addr *addr, uint16_t port, uint8_t transport)
{
	const struct plan *p = arg;

	return transport == p->transport && plan_covers(p, addr, port);
}

/* Everything is in: the last checkpoint, and what was not seen any more. */
static int settle(struct scan *s)
{
	struct scan_mark last;
	bool complete = s->stops == 0;
	int ret;

	scan_observe(s);
	last.workers = dp_progress(s->dp, last.progress);
	s->record.state = complete ? STORE_SCAN_DONE : STORE_SCAN_STOPPED;
	s->record.end_us = clock_now_us();
	ret = s->stops > 1 ? checkpoint(s) : write_mark(s, &last);
	if (ret == 0)
		ret = writer_finish(s->writer);
	else
		writer_finish(s->writer);
	scan_observe(s);
	report(s);
	if (ret == 0 && complete && s->record.shards == 1)
		ret = store_finish(s->store, &s->record, covered, (void *)(uintptr_t)s->plan);
	return ret;
}

static int fail(struct scan *s, int error, struct dp_error *err)
{
	snprintf(err->text, sizeof(err->text), "the database %.300s: %s%s", s->db_path,
		 strerror(-error),
		 error == -ENOSPC ? "; free space, then go on with --resume; what was committed is kept"
				  : "");
	return error == -ENOSPC ? CMD_FULL : CMD_DATABASE;
}

int scan_run(struct scan *s, volatile unsigned *stop_requests, struct dp_error *err)
{
	int code, ret;

	s->stop_requests = stop_requests;
	throttle_init(&s->throttle);
	s->start_us = s->tick_us = s->second_us = s->checkpoint_us = clock_monotonic_us();
	code = start(s, err);
	if (code != CMD_OK) {
		s->record.state = STORE_SCAN_FAILED;
		s->record.end_us = clock_now_us();
		writer_checkpoint(s->writer, &s->record);
		return code;
	}
	s->began = true;
	ret = turn(s);
	dp_stop(s->dp);
	if (ret == 0)
		ret = settle(s);
	if (ret < 0)
		return fail(s, ret, err);
	if (!s->gone)
		return s->stops > 0 ? CMD_STOPPED : CMD_OK;
	snprintf(err->text, sizeof(err->text), "the interface went away; bring it back, then go on with "
					       "--resume; what was found is kept");
	return CMD_NETWORK;
}
