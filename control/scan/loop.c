/* SPDX-License-Identifier: Apache-2.0 */
/* loop.c - runs a scan: moves results, obeys requests, sets the rate, writes checkpoints. */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "loop.h"
#include "scan_observe.h"
#include "scan_place.h"
#include "scan_rate.h"
#include "scan_way.h"
#include "since.h"
#include "unreached.h"

enum {
	/* poll the control socket, so that a request is in force within 100 ms; sample the
	 * progress */
	CTL_US = 20000,
	TICK_US = 100000,    /* throttle */
	SECOND_US = 1000000, /* status lines */
	STEP_MS = 2,
	/* after so many turns in which nothing came, a turn waits longer, and longer still when
	 * nothing is sent any more */
	CALM_TURNS = 50,
	CALM_MS = 10,
	REST_MS = 20,
	RESOLVE_LINE_US = 250000, /* status lines while neighbours are resolved */
};

/* Turn a return value of the dataplane into the end of the scan. */
static enum scan_end end_of(int ret)
{
	return ret == 0         ? SCAN_DONE
	       : ret == -EINVAL ? SCAN_USAGE
	       : ret == -ENOMEM ? SCAN_FAILED
	                        : SCAN_NETWORK;
}

static enum scan_end start(struct scan *s, struct error *err)
{
	const bool walks = s->config->refresh == CONFIG_REFRESH_OFF;
	struct dp_scan_config c = {
		.space = s->plan->space,
		.shard = s->record.shard,
		.shards = s->record.shards,
		.passes = s->record.passes,
		.rate_pps = s->wanted_pps,
		.cap = s->config->rate_cap,
		.cooldown_ms = (uint32_t)(s->config->cooldown_us / 1000),
		.workers = s->record.workers,
		.resume = s->resumed || !walks ? s->record.progress : NULL,
		.probe = s->config->probe,
		.known_open = s->known_open,
		.extra = s->automatic || s->check_hosts ||
	                 (s->revisit != NULL && !revisit_is_empty(s->revisit)),
		.conns = s->own_tcp,
		.never = s->never,
		.payloads = s->plan->payloads.v,
		.payload_count = s->plan->payloads.count,
	};

	if (!walks) /* beyond the last step of each worker: there is nothing to probe */
		memset(s->record.progress, 0xff, sizeof(s->record.progress));
	s->extras = c.extra;
	if (s->automatic) {
		auto_rate_init(&s->auto_rate, s->config->rate_max, clock_monotonic_us());
		s->wanted_pps = c.rate_pps = s->auto_rate.pps;
	}
	memcpy(c.key, s->record.key, sizeof(c.key));
	memcpy(c.secret, s->secret, sizeof(c.secret));
	exclude_init(&s->exclude, s->db_path, s->record.id, s->config);
	if (exclude_late(&s->exclude, err) < 0)
		return SCAN_USAGE;
	if (exclude_exists(&s->exclude) && exclude_reload(&s->exclude, s->dp, err) < 0)
		return SCAN_USAGE;
	return end_of(dp_begin(s->dp, &c, err));
}

static int check_host(struct scan *s)
{
	if (!s->check_hosts || s->paused || s->stops > 0)
		return 0;
	return pipeline_check_hosts(s->pipeline, s->wanted_pps, s->status.run.sending);
}

/* Whether nothing is sent and nothing comes. */
static bool at_rest(const struct scan *s)
{
	return s->calm >= CALM_TURNS && !s->status.run.sending;
}

static void end_at_once(struct scan *s)
{
	s->stops = 2;
	dp_stop(s->dp);
	pipeline_hurry(s->pipeline);
}

/* End the scan if its kernel interface was deleted. The sockets of the interface disappear with it,
 * and no call reports an error. */
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
		if (s->view->stopping != NULL)
			s->view->stopping(s->view->arg);
	}
	if (s->stops == 1 && *s->stop_requests >= 2)
		end_at_once(s);
}

/* The seconds until the cooldown is over; < 0: it is, or another round of questions decides. */
static double cooldown_left(const struct scan *s, int64_t now_us)
{
	double left = (double)(s->ended_us - now_us) / 1e6 + (double)s->config->cooldown_us / 1e6;

	return s->status.dp.done ? -1 : left;
}

/* What each stage has done so far. */
static struct status_rates done_by_stage(const struct scan *s)
{
	const struct lanes_stats *l = &s->status.lanes;

	return (struct status_rates){.open = (double)s->status.run.open,
	                             .asked = (double)l->grab.finished,
	                             .identified = (double)l->identified,
	                             .judged = (double)l->judged,
	                             .committed = (double)s->status.written};
}

static void note_stages(struct scan *s, double seconds)
{
	const struct status_rates now = done_by_stage(s), was = s->second_stages;
	const double per = seconds > 0 ? 1 / seconds : 0;

	s->status.rates =
		(struct status_rates){.open = (now.open - was.open) * per,
	                              .asked = (now.asked - was.asked) * per,
	                              .identified = (now.identified - was.identified) * per,
	                              .judged = (now.judged - was.judged) * per,
	                              .committed = (now.committed - was.committed) * per};
	s->second_stages = now;
}

static void estimate(struct scan *s, int64_t now_us)
{
	struct status *st = &s->status;
	double seconds = (double)(now_us - s->second_us) / 1e6;

	st->rate_measured = seconds > 0 ? (double)(st->run.sent - s->tick_sent) / seconds : 0;
	s->tick_sent = st->run.sent;
	note_stages(s, seconds);
	st->seconds_left = -1;
	if (st->dp.sending && st->rate_measured > 0 && st->dp.targets >= st->done)
		st->seconds_left = (double)(st->dp.targets - st->done) / st->rate_measured +
		                   (double)s->config->cooldown_us / 1e6;
	else if (s->ended_us != 0)
		st->seconds_left = cooldown_left(s, now_us);
}

/* Read the driver's counters. This runs only once a second, because a NIC may take long to return
 * them. */
static void ask_nic(struct scan *s)
{
	s->status.nic_count = dp_nic_counters(s->dp, s->status.nic, DP_NIC_COUNTERS);
}

static void report(const struct scan *s)
{
	if (s->view->report != NULL)
		s->view->report(s->view->arg, &s->status);
}

/* Ask the known services that were silent again, at the scan's rate. Returns whether that is over. */
static bool revisit_silent(struct scan *s, int64_t now_us)
{
	double credit = s->wanted_pps * (double)(now_us - s->revisit_us) / 1e6;
	const struct revisit_service *one;
	struct dp_addr addr;
	uint16_t port;

	if (s->revisit == NULL)
		return true;
	s->revisit_us = now_us;
	for (credit = credit > 1 ? credit : 1; credit >= 1 && !s->paused; credit--) {
		one = revisit_due(s->revisit, s->ended_us, now_us);
		if (one == NULL)
			break;
		revisit_target(one, &addr, &port);
		if (!dp_extra(s->dp, &addr, port, DP_EXTRA_KNOWN))
			break;
		revisit_asked(s->revisit);
	}
	return revisit_is_over(s->revisit, now_us);
}

/* Let the workers end when nothing is left that may need them. */
static void linger(struct scan *s, int64_t now_us)
{
	if (s->status.run.sending)
		s->ended_us = 0;
	else if (s->ended_us == 0)
		s->ended_us = now_us;
	if (scan_way_needs_workers(s, now_us))
		return;
	if (s->stops > 0 ||
	    (s->ended_us != 0 && scan_rate_is_judged(s, now_us) && revisit_silent(s, now_us)))
		dp_linger(s->dp, false);
}

/* Do everything that is due at @now_us. Returns 0 or the store's error. */
static int tick(struct scan *s, int64_t now_us)
{
	int ret;

	obey(s);
	scan_rate_ask(s, now_us);
	ret = check_host(s);
	if (ret < 0)
		return ret;
	if (now_us - s->ctl_us >= CTL_US) {
		s->ctl_us = now_us;
		dp_watch(s->dp);
		ctl_poll(s->ctl);
		/* At rest the positions stay as they are. */
		ret = at_rest(s) && now_us - s->tick_us < TICK_US ? 0 : scan_place_keep(s, now_us);
		if (ret < 0)
			return ret;
	}
	if (now_us - s->tick_us < TICK_US)
		return writer_error(s->writer);
	s->tick_us = now_us;
	watch_interface(s);
	scan_observe(s);
	scan_rate_tick(s, now_us);
	linger(s, now_us);
	if (now_us - s->second_us >= SECOND_US) {
		estimate(s, now_us);
		s->second_us = now_us;
		ask_nic(s);
		report(s);
	}
	return writer_error(s->writer);
}

static bool over(const struct scan *s, int moved)
{
	return moved == 0 && (s->status.dp.done || s->stops > 1) && pipeline_idle(s->pipeline);
}

/* How long a turn may wait for something to do. The search for the rate sends its probes one a
 * turn. */
static int wait_ms(const struct scan *s)
{
	if (s->calm < CALM_TURNS || (s->automatic && s->status.run.sending))
		return STEP_MS;
	return at_rest(s) ? REST_MS : CALM_MS;
}

static int turn(struct scan *s)
{
	int moved, ret;

	do {
		moved = pipeline_step(s->pipeline, wait_ms(s));
		if (moved < 0)
			return moved;
		s->calm = moved > 0 ? 0 : s->calm + 1;
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

/* Note if no answer of any kind came back, and what may have kept answers away. */
static void look_at_silence(struct scan *s)
{
	const struct dp_stats *d = &s->status.dp;

	s->status.silent = s->status.complete && s->config->refresh == CONFIG_REFRESH_OFF &&
	                   d->open + d->closed + d->unreachable + d->duplicates == 0;
	if (s->status.silent)
		dp_check(s->dp, &s->status.trouble);
}

/* Note what is new since the last scan of the same targets, and what is worst. A figure that cannot
 * be read is missing in the report; the scan is done all the same. Returns 0 or the store's error. */
static int look_back(struct scan *s)
{
	news_batch(s->news, NULL);
	news_read(s->news, &s->status.news);
	s->status.worst_count = news_worst(s->news, s->status.worst);
	since_find(s->store, &s->record, s->status.since);
	scan_place_note_news(s);
	return store_scan_update(s->store, &s->record);
}

/* Write the last checkpoint and end the writer. After a complete scan, mark the services that it
 * did not find again as missing. */
static int settle(struct scan *s)
{
	bool complete = s->stops == 0;
	int ret;

	scan_observe(s);
	s->record.state = complete ? STORE_SCAN_DONE : STORE_SCAN_STOPPED;
	s->record.end_us = clock_now_us();
	ret = scan_place_last(s, s->stops > 1);
	if (ret == 0)
		ret = writer_finish(s->writer);
	else
		writer_finish(s->writer);
	scan_observe(s);
	look_at_silence(s);
	ask_nic(s);
	if (ret == 0 && complete && s->record.shards == 1 &&
	    s->config->refresh == CONFIG_REFRESH_OFF)
		ret = store_finish(s->store, &s->record, covered, (void *)(uintptr_t)s->plan);
	s->status.unmarked = ret > 0;
	if (ret >= 0 && s->stops <= 1) /* in a hurry: the next scan settles the hosts */
		ret = store_settle(s->store, s->record.end_us);
	s->status.seconds_left = -1;
	if (ret >= 0)
		ret = look_back(s);
	report(s);
	return ret;
}

/* Turn the error that ended the loop into the end of the scan, with @err in words. */
static enum scan_end store_failed(struct scan *s, int error, struct error *err)
{
	if (error == -ENOMEM && writer_error(s->writer) == 0)
		return error_set(err, SCAN_FAILED,
		                 "out of memory; what was found is kept, go on with --resume");
	if (error == -ENOSPC)
		return error_set(
			err, SCAN_FULL,
			"the database %.300s: %s; free space, then go on with --resume; what "
			"was committed is kept",
			s->db_path, strerror(-error));
	return error_set(err, SCAN_DATABASE, "the database %.300s: %s", s->db_path,
	                 strerror(-error));
}

/*
 * Wait until the next hops are resolved, and obey requests meanwhile. Nothing has been sent, so the
 * first request to end ends the scan at once. When it returns SCAN_DONE, the workers run.
 */
static enum scan_end launch(struct scan *s, struct error *err)
{
	int ret, noted = 0;

	while ((ret = dp_launch(s->dp, err)) == -EAGAIN) {
		int64_t now_us = clock_monotonic_us();

		ctl_poll(s->ctl);
		watch_interface(s);
		if (*s->stop_requests > 0 && s->stops == 0) {
			s->stops = 1;
			dp_stop(s->dp);
		}
		if (now_us - s->second_us >= RESOLVE_LINE_US) {
			s->second_us = now_us;
			s->status.seconds_left = -1;
			scan_observe(s);
			report(s);
		}
		nanosleep(&(struct timespec){.tv_nsec = CTL_US * 1000L / 2}, NULL);
	}
	if (ret == 0) {
		dp_linger(s->dp, true);
		noted = unreached_note(s->db_path, s->record.id, s->status.done_before, s->dp, err);
	}
	if (noted < 0) {
		dp_stop(s->dp);
		return noted == -ENOSPC ? SCAN_FULL : SCAN_DATABASE;
	}
	s->launch_us = s->tick_us = s->second_us = s->checkpoint_us = s->auto_rate.since_us =
		clock_monotonic_us();
	return ret == -ECANCELED ? SCAN_STOPPED : end_of(ret);
}

/* End a scan that has sent nothing. */
static void give_up(struct scan *s, enum scan_end end)
{
	s->began = end == SCAN_STOPPED;
	s->record.state = s->began ? STORE_SCAN_STOPPED : STORE_SCAN_FAILED;
	s->record.end_us = clock_now_us();
	writer_checkpoint(s->writer, &s->record);
	writer_finish(s->writer);
	if (!s->began)
		return;
	scan_observe(s);
	report(s);
}

/* The end of a scan whose loop and store returned no error. */
static enum scan_end ending(const struct scan *s, struct error *err)
{
	if (s->gone) {
		return error_set(err, SCAN_NETWORK,
		                 "the interface went away; bring it back, then go on with "
		                 "--resume; what was found is kept");
	}
	if (s->status.unjudged > 0) {
		return error_set(err, SCAN_FAILED,
		                 "memory was short for the names or CVEs of %llu service%s",
		                 (unsigned long long)s->status.unjudged,
		                 s->status.unjudged == 1 ? "" : "s");
	}
	if (s->stops > 0)
		return SCAN_STOPPED;
	return s->status.silent ? SCAN_SILENT : SCAN_DONE;
}

enum scan_end scan_run(struct scan *s, _Atomic unsigned *stop_requests, struct error *err)
{
	enum scan_end end;
	int ret;

	err->text[0] = '\0';
	s->stop_requests = stop_requests;
	throttle_init(&s->throttle);
	s->start_us = s->tick_us = s->second_us = s->checkpoint_us = clock_monotonic_us();
	end = start(s, err);
	if (end == SCAN_DONE)
		end = launch(s, err);
	if (end != SCAN_DONE) {
		give_up(s, end);
		return end == SCAN_STOPPED ? ending(s, err) : end;
	}
	s->began = true;
	ret = turn(s);
	dp_stop(s->dp);
	lanes_stop(s->lanes);
	if (ret == 0)
		ret = settle(s);
	writer_finish(s->writer); /* what waits is shown before the report */
	return ret < 0 ? store_failed(s, ret, err) : ending(s, err);
}
