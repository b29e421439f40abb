/* SPDX-License-Identifier: Apache-2.0 */
/* status.c - sums the counters of a scan and writes its status as JSON. */
#include <inttypes.h>
#include <string.h>

#include "silence.h"
#include "status.h"
#include "status_figures.h"

void status_sum(struct status *s)
{
	s->dp = s->run;
#define SUM(name, object) s->dp.name += s->before.name;
	DP_COUNTERS(SUM)
#undef SUM
}

uint64_t status_losses(const struct status *s)
{
	return s->dp.nic_missed + s->dp.nic_errors + s->dp.ring_drops;
}

uint64_t status_open(const struct status *s)
{
	return s->coverage.passes > 1 ? s->coverage.seen : s->dp.open;
}

/* The JSON objects that hold the dataplane's counters. The table gives each counter's name and
 * object. */
enum object { PROBES, REPLIES, LOSSES };

static const struct {
	const char *name;
	size_t offset;
	enum object object;
} counters[] = {
#define ROW(name, object) {#name, offsetof(struct dp_stats, name), object},
	DP_COUNTERS(ROW)
#undef ROW
};

static void counters_json(struct json *j, const char *key, const struct dp_stats *d,
                          enum object object)
{
	uint64_t value;

	json_open_object(j, key);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		if (counters[i].object != object)
			continue;
		memcpy(&value, (const char *)d + counters[i].offset, sizeof(value));
		json_uint(j, counters[i].name, value);
	}
	json_close_object(j);
}

/* The link state and the loss counters of the NIC, of this run. */
static void nic_json(struct json *j, const struct status *s)
{
	const struct dp_stats *r = &s->run;

	json_open_object(j, "nic");
	json_bool(j, "link_up", r->link_up);
	if (r->link_mbps > 0)
		json_uint(j, "link_mbps", r->link_mbps);
	else
		json_unknown(j, "link_mbps");
	json_uint(j, "rx_missed", r->nic_missed - r->nic_no_buffer);
	json_uint(j, "rx_no_buffer", r->nic_no_buffer);
	json_uint(j, "rx_errors", r->nic_rx_errors);
	json_uint(j, "tx_errors", r->nic_errors);
	json_close_object(j);
}

static void own_json(struct json *j, const struct status *s)
{
	const unsigned room = sizeof(s->own) / sizeof(s->own[0]);
	char text[DP_ADDR_TEXT];

	json_open_array(j, "own_targets");
	for (unsigned i = 0; i < room && i < s->own_count; i++)
		json_text(j, NULL, dp_addr_format(&s->own[i], text));
	json_close_array(j);
}

static void gateway_json(struct json *j, const struct status *s)
{
	json_open_object(j, "gateway");
	json_bool(j, "silent", s->run.gateway_silent);
	json_uint(j, "moves", s->run.gateway_moves);
	json_close_object(j);
}

/* The driver's counters under the driver's names, and how many of them did not fit. */
static void xstats_json(struct json *j, const struct status *s)
{
	json_open_object(j, "xstats");
	for (unsigned i = 0; i < s->nic_count && i < DP_NIC_COUNTERS; i++)
		json_uint(j, s->nic[i].name, s->nic[i].value);
	if (s->nic_count > DP_NIC_COUNTERS)
		json_uint(j, "left_out", s->nic_count - DP_NIC_COUNTERS);
	json_close_object(j);
}

static void grabs_json(struct json *j, const struct status *s)
{
	const struct grab_stats *g = &s->grab;

	json_open_object(j, "grabs");
	json_uint(j, "active", g->active);
	json_uint(j, "waiting", g->waiting);
	json_uint(j, "listening", g->listening);
	json_uint(j, "finished", g->finished);
	json_uint(j, "ok", g->ok);
	json_uint(j, "silent", g->silent);
	json_uint(j, "refused", g->refused);
	json_uint(j, "timeout", g->timeout);
	json_uint(j, "failed", g->failed);
	json_uint(j, "fresh", s->admission.fresh);
	json_uint(j, "not_asked", s->unasked);
	json_uint(j, "no_way", s->no_way);
	if (status_has_way(s))
		json_unknown(j, "no_way_reason");
	else
		json_text(j, "no_way_reason", s->no_way_reason);
	json_close_object(j);
}

static void stages_json(struct json *j, const struct status *s)
{
	json_open_object(j, "stages");
	json_uint(j, "ring_percent", s->dp.ring_fill_percent);
	json_uint(j, "grab_percent", s->grab_percent);
	json_uint(j, "writer_percent", s->writer_percent);
	json_uint(j, "threads", s->lanes.threads);
	json_uint(j, "waiting", s->grab.waiting);
	json_uint(j, "asking", s->grab.active);
	json_uint(j, "quiet", s->grab.quiet);
	json_uint(j, "identified", s->lanes.identified);
	json_uint(j, "judged", s->lanes.judged);
	json_number(j, "open_per_s", s->rates.open, 1);
	json_number(j, "asked_per_s", s->rates.asked, 1);
	json_number(j, "identified_per_s", s->rates.identified, 1);
	json_number(j, "judged_per_s", s->rates.judged, 1);
	json_number(j, "committed_per_s", s->rates.committed, 1);
	json_close_object(j);
}

static void examinations_json(struct json *j, const struct status *s)
{
	const struct middlebox_stats *h = &s->admission.hosts;

	json_open_object(j, "examinations");
	json_uint(j, "examined", h->checked);
	json_uint(j, "flagged", h->flagged);
	json_uint(j, "cleared", h->cleared);
	json_uint(j, "waiting", h->waiting);
	json_uint(j, "unchecked", h->unchecked);
	json_uint(j, "ports_not_kept", s->admission.ignored);
	json_uint(j, "ports_not_grabbed", s->admission.crowded);
	json_close_object(j);
}

static void neighbours_json(struct json *j, const struct dp_stats *d)
{
	json_open_object(j, "neighbours");
	json_uint(j, "wanted", d->neighbours);
	json_uint(j, "asked", d->neighbours_asked);
	json_uint(j, "known", d->neighbours_known);
	json_close_object(j);
}

static void missed_json(struct json *j, const struct status *s)
{
	struct coverage_estimate e;
	const char *why = status_estimate(s, &e);

	if (why != NULL) {
		json_text(j, "missed_unknown", why);
		return;
	}
	json_unknown(j, "missed_unknown");
	json_number(j, "missed", e.missed, 3);
	json_number(j, "missed_low", e.low, 3);
	json_number(j, "missed_high", e.high, 3);
	json_number(j, "missed_confidence", 0.99, 2);
}

static void revisit_json(struct json *j, const struct status *s)
{
	json_open_object(j, "known");
	json_uint(j, "silent", s->revisit.silent);
	json_uint(j, "asked_again", s->revisit.asked);
	json_uint(j, "answered_then", s->revisit.back);
	json_close_object(j);
}

static void coverage_json(struct json *j, const struct status *s)
{
	const struct dp_stats *d = &s->dp;

	json_open_object(j, "coverage");
	json_uint(j, "targets", d->targets);
	json_uint(j, "probed", status_probed(s));
	json_uint(j, "skipped", status_skipped(s));
	json_uint(j, "answered", d->open + d->closed + d->unreachable);
	json_uint(j, "lost_nic", d->nic_missed + d->nic_errors);
	json_uint(j, "lost_ring", d->ring_drops);
	json_uint(j, "lost_store", s->lost_store);
	json_uint(j, "open", status_open(s));
	json_open_array(j, "open_by_pass");
	for (unsigned i = 0; i < s->coverage.passes; i++)
		json_uint(j, NULL, s->coverage.by_pass[i]);
	json_close_array(j);
	missed_json(j, s);
	json_close_object(j);
}

static void line_json(struct json *j, const struct news_line *l)
{
	char addr[DP_ADDR_TEXT];

	json_open_object(j, NULL);
	json_text(j, "ip", dp_addr_format(&l->addr, addr));
	json_uint(j, "port", l->port);
	json_text(j, "transport", record_transport_name(l->transport));
	json_bytes(j, "words", l->words, strlen(l->words));
	if (l->value > 0) {
		json_uint(j, "score", l->value);
		json_text(j, "level", vd_level_name(l->level));
		json_text(j, "finding", l->finding);
	}
	json_bool(j, "new", (l->marks & NEWS_NEW) != 0);
	json_bool(j, "changed", (l->marks & NEWS_CHANGED) != 0);
	json_close_object(j);
}

/* What this run changed in the database, and the newest services. */
static void news_json(struct json *j, const struct status *s)
{
	const struct news_counts *c = &s->news.counts;

	json_open_object(j, "news");
	json_uint(j, "opened", c->opened);
	json_uint(j, "closed", c->closed);
	json_uint(j, "changed", c->changed);
	json_uint(j, "findings", c->findings);
	json_uint(j, "resolved", c->resolved);
	json_open_array(j, "newest");
	for (unsigned i = 0; i < s->news.recent_count; i++)
		line_json(j, &s->news.recent[i]);
	json_close_array(j);
	json_close_object(j);
}

void status_json(struct json *j, const struct status *s)
{
	json_text(j, "scan", s->scan);
	json_text(j, "state", s->state);
	json_bool(j, "stopping", s->stopping);
	json_number(j, "elapsed_s", (double)s->elapsed_us / 1e6, 3);
	json_uint(j, "targets", s->dp.targets);
	json_uint(j, "done", s->done);
	json_number(j, "percent", 100 * status_share(s->done, s->dp.targets), 2);
	json_uint(j, "sent", s->dp.sent);
	json_uint(j, "sent_extra", s->dp.extra);
	json_number(j, "rate", s->rate_measured, 3);
	json_number(j, "rate_set", s->dp.rate_pps, 3);
	json_number(j, "rate_wanted", s->rate_wanted, 3);
	if (s->rate_reason != NULL)
		json_bytes(j, "rate_reason", s->rate_reason, strlen(s->rate_reason));
	if (s->usual_loss >= 0)
		json_number(j, "usual_loss", s->usual_loss, 6);
	else
		json_unknown(j, "usual_loss");
	json_uint(j, "disturbed", s->disturbed);
	json_uint(j, "open", status_open(s));
	json_number(j, "hit_rate", status_hit_rate(s), 9);
	counters_json(j, "probes", &s->dp, PROBES);
	counters_json(j, "replies", &s->dp, REPLIES);
	counters_json(j, "losses", &s->dp, LOSSES);
	grabs_json(j, s);
	stages_json(j, s);
	json_uint(j, "hosts", s->admission.hosts.hosts);
	json_uint(j, "middleboxes", s->admission.hosts.flagged);
	examinations_json(j, s);
	json_uint(j, "written", s->written);
	json_uint(j, "unjudged", s->unjudged);
	json_uint(j, "outside", s->outside);
	if (s->seconds_left >= 0)
		json_number(j, "seconds_left", s->seconds_left, 3);
	else
		json_unknown(j, "seconds_left");
	coverage_json(j, s);
	news_json(j, s);
	revisit_json(j, s);
	json_uint(j, "live_exclusions", s->excluded_live);
	neighbours_json(j, &s->dp);
	if (s->silent)
		silence_json(j, &s->trouble);
	own_json(j, s);
	gateway_json(j, s);
	nic_json(j, s);
	xstats_json(j, s);
}
