/* SPDX-License-Identifier: Apache-2.0 */
/* scan_rate.c - sets the rate of a running scan. */
#include <errno.h>

#include "clock.h"
#include "scan_rate.h"

enum {
	LOSS_PPS = 600,   /* the most loss probes a second */
	LATE_US = 100000, /* a loss probe that is later than this is not made up for */
	JUDGED_US = 2 * LOSS_PROBE_WAIT_US, /* after the last probe: all loss probes have counted */
	AGAIN_MOST = 3, /* the most that is sent again, in targets of the scan */
};

/* Loss probes take at most a tenth of the rate and are sent one by one: if all were sent at the same
 * moment of a period, they would all meet the same conditions. */
void scan_rate_ask(struct scan *s, int64_t now_us)
{
	double pps = s->wanted_pps / 10 < LOSS_PPS ? s->wanted_pps / 10 : LOSS_PPS;
	const struct loss_probe *one;

	if (!s->automatic || s->paused || !s->status.run.sending || s->status.run.held ||
	    now_us < s->loss_probe_us)
		return;
	one = loss_probe_due(&s->loss_probes, now_us);
	if (one != NULL && dp_extra(s->dp, &one->addr, one->port, DP_EXTRA_LOSS))
		loss_probe_asked(&s->loss_probes, one, now_us);
	s->loss_probe_us = (now_us - s->loss_probe_us > LATE_US ? now_us : s->loss_probe_us) +
	                   (int64_t)(1e6 / pps);
}

static void throttle(struct scan *s)
{
	const struct dp_stats *d = &s->status.run;
	struct throttle_signal signal = {
		.ring_percent = d->ring_fill_percent,
		.grab_percent = s->status.grab_percent,
		.writer_percent = s->status.writer_percent,
		.received = d->received,
		.lost = d->nic_missed + d->ring_drops,
		.sent = d->sent,
		.capped = d->capped,
		.now_us = clock_monotonic_us(),
	};

	dp_set_rate(s->dp, throttle_rate(&s->throttle, s->wanted_pps, &signal));
}

/* Tell the rate what the walk found since the last tick, if all of it was new: the first pass, and
 * no target that is probed again. */
static void count_hits(struct scan *s, int64_t now_us)
{
	const struct dp_stats *d = &s->status.run;
	uint64_t not_walked = d->extra + d->again, sent = d->sent - not_walked;
	bool is_new = s->hits_done >= s->farthest && s->status.done > s->hits_done &&
	              s->status.done <= d->targets / s->record.passes;

	if (is_new && sent > s->hits_sent && !s->paused)
		auto_rate_hits(&s->auto_rate, s->hits_us, sent - s->hits_sent,
		               d->open - s->hits_open);
	s->hits_us = now_us;
	s->hits_done = s->status.done;
	s->hits_sent = sent;
	s->hits_open = d->open;
	if (s->hits_done > s->farthest)
		s->farthest = s->hits_done;
}

static void count_probes(struct scan *s, int64_t now_us)
{
	int64_t sent_us;
	bool lost;

	while (loss_probe_take(&s->loss_probes, now_us, &sent_us, &lost))
		auto_rate_probe(&s->auto_rate, sent_us, lost);
}

/* Send again what was sent since @since_us. A way that loses more and more is not fought for ever:
 * what is not sent again is counted. */
static void send_again(struct scan *s, int64_t since_us)
{
	if (s->status.run.again > AGAIN_MOST * s->status.run.targets)
		s->status.disturbed++;
	else
		dp_send_again(s->dp, since_us);
}

/* Returns whether something is sent again. */
static bool find_rate(struct scan *s, int64_t now_us)
{
	double seconds = (double)(now_us - s->auto_rate.since_us) / 1e6;
	struct auto_signal signal = {
		.now_us = now_us,
		.known = s->loss_probes.count,
		.hindered = s->throttle.hindered,
		.ended = s->ended_us != 0,
	};
	int64_t again_us;

	count_probes(s, now_us);
	count_hits(s, now_us);
	if (seconds > 0)
		signal.measured_pps = (double)(s->status.run.sent - s->turn_sent) / seconds;
	if (auto_rate_update(&s->auto_rate, &signal, &again_us))
		s->wanted_pps = s->auto_rate.pps;
	if (again_us != 0)
		send_again(s, again_us);
	if (s->auto_rate.since_us == now_us)
		s->turn_sent = s->status.run.sent;
	return again_us != 0;
}

int scan_rate_search(struct scan *s, struct error *err)
{
	const struct dp_stats *d = &s->status.run;

	if (s->config->probe != DP_PROBE_TCP_SYN)
		return error_set(err, -EINVAL,
		                 "rate auto needs SYN probes: UDP and ICMP do not show what the "
		                 "path can carry");
	if (!s->extras)
		return error_set(err, -EINVAL,
		                 "rate auto needs source ports of its own: start the scan with "
		                 "--rate auto, or without --no-control-probes and a narrow "
		                 "--source-port");
	if (!s->automatic) {
		s->hits_us = s->loss_probe_us = clock_monotonic_us();
		auto_rate_init(&s->auto_rate, s->config->rate_max, s->hits_us);
		s->turn_sent = d->sent;
		s->hits_done = s->farthest = s->status.done;
		s->hits_sent = d->sent - d->extra - d->again;
		s->hits_open = d->open;
	}
	s->wanted_pps = s->auto_rate.pps;
	return 0;
}

void scan_rate_tick(struct scan *s, int64_t now_us)
{
	bool ends = s->ended_us != 0 && now_us - s->ended_us >= JUDGED_US && !s->judged;

	if (s->ended_us == 0)
		s->judged = false;
	if (s->automatic && !s->paused && s->status.run.link_up &&
	    (s->status.run.sending || ends) && s->stops == 0)
		s->judged = !find_rate(s, now_us) && ends;
	throttle(s);
}

bool scan_rate_is_judged(const struct scan *s, int64_t now_us)
{
	return !s->automatic || (s->judged && now_us - s->ended_us >= JUDGED_US);
}

int64_t scan_rate_clean_us(const struct scan *s)
{
	return s->automatic ? auto_rate_clean_us(&s->auto_rate) : INT64_MAX;
}
