/* SPDX-License-Identifier: Apache-2.0 */
/* status.c - the words and the members of a scan's state. */
#include <inttypes.h>
#include <string.h>

#include "status.h"
#include "term.h"

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

static uint64_t skipped(const struct status *s)
{
	return s->dp.skipped_scope + s->dp.skipped_noroute;
}

static uint64_t probed(const struct status *s)
{
	return s->done > skipped(s) ? s->done - skipped(s) : 0;
}

/* Why nothing can be said of the ports missed, or NULL with the estimate in @out. */
static const char *estimate(const struct status *s, struct coverage_estimate *out)
{
	if (s->coverage.passes < 2)
		return "one pass cannot tell; --passes 2 can";
	if (s->coverage.unknown != NULL)
		return s->coverage.unknown;
	if (!s->complete)
		return "the passes are not through";
	return coverage_estimate(&s->coverage, out) ? NULL : "no port was open";
}

static json_int_t num(uint64_t v)
{
	return (json_int_t)v;
}

static double share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

/* Control probes go where hits are rare. */
static double hit_rate(const struct status *s)
{
	return share(s->dp.open, s->dp.sent - s->dp.extra);
}

/* The objects of the status that hold the dataplane's counters, and the name of each there. */
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

static json_t *counters_json(const struct dp_stats *d, enum object object)
{
	json_t *all = json_object();
	uint64_t value;

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		if (counters[i].object != object)
			continue;
		memcpy(&value, (const char *)d + counters[i].offset, sizeof(value));
		json_object_set_new(all, counters[i].name, json_integer(num(value)));
	}
	return all;
}

/* What the NIC says of itself, this run. */
static json_t *nic_json(const struct status *s)
{
	const struct dp_stats *r = &s->run;
	json_t *mbps = r->link_mbps > 0 ? json_integer(r->link_mbps) : json_null();

	return json_pack("{s:b, s:o, s:I, s:I, s:I, s:I}", "link_up", (int)r->link_up, "link_mbps",
	                 mbps, "rx_missed", num(r->nic_missed - r->nic_no_buffer), "rx_no_buffer",
	                 num(r->nic_no_buffer), "rx_errors", num(r->nic_rx_errors), "tx_errors",
	                 num(r->nic_errors));
}

/* The driver's counters by its names for them, and how many found no room. */
static json_t *xstats_json(const struct status *s)
{
	json_t *all = json_object();

	for (unsigned i = 0; i < s->nic_count && i < DP_NIC_COUNTERS; i++)
		json_object_set_new(all, s->nic[i].name, json_integer(num(s->nic[i].value)));
	if (s->nic_count > DP_NIC_COUNTERS)
		json_object_set_new(all, "left_out", json_integer(s->nic_count - DP_NIC_COUNTERS));
	return all;
}

static json_t *grabs_json(const struct status *s)
{
	const struct grab_stats *g = &s->grab;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "active",
	                 num(g->active), "waiting", num(g->waiting), "finished", num(g->finished),
	                 "ok", num(g->ok), "silent", num(g->silent), "refused", num(g->refused),
	                 "timeout", num(g->timeout), "failed", num(g->failed), "fresh",
	                 num(s->admission.fresh), "not_asked", num(s->unasked));
}

static json_t *stages_json(const struct status *s)
{
	return json_pack("{s:i, s:i, s:i}", "ring_percent", (int)s->dp.ring_fill_percent,
	                 "grab_percent", (int)s->grab_percent, "writer_percent",
	                 (int)s->writer_percent);
}

static json_t *hosts_json(const struct status *s)
{
	const struct middlebox_stats *h = &s->admission.hosts;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "examined", num(h->checked),
	                 "flagged", num(h->flagged), "cleared", num(h->cleared), "waiting",
	                 num(h->waiting), "unchecked", num(h->unchecked), "ports_not_kept",
	                 num(s->admission.ignored), "ports_not_grabbed", num(s->admission.crowded));
}

static json_t *neighbours_json(const struct dp_stats *d)
{
	return json_pack("{s:I, s:I, s:I}", "wanted", num(d->neighbours), "asked",
	                 num(d->neighbours_asked), "known", num(d->neighbours_known));
}

static json_t *coverage_json(const struct status *s)
{
	struct coverage_estimate e;
	const char *why = estimate(s, &e);
	json_t *c = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s?}", "targets",
	                      num(s->dp.targets), "probed", num(probed(s)), "skipped",
	                      num(skipped(s)), "answered",
	                      num(s->dp.open + s->dp.closed + s->dp.unreachable), "lost_nic",
	                      num(s->dp.nic_missed + s->dp.nic_errors), "lost_ring",
	                      num(s->dp.ring_drops), "lost_store", num(s->lost_store), "open",
	                      num(status_open(s)), "missed_unknown", why);
	json_t *passes = json_array();

	for (unsigned i = 0; i < s->coverage.passes; i++)
		json_array_append_new(passes, json_integer(num(s->coverage.by_pass[i])));
	json_object_set_new(c, "open_by_pass", passes);
	if (why == NULL)
		json_object_update_new(c, json_pack("{s:f, s:f, s:f, s:f}", "missed", e.missed,
		                                    "missed_low", e.low, "missed_high", e.high,
		                                    "missed_confidence", 0.99));
	return c;
}

json_t *status_json(const struct status *s)
{
	const struct {
		const char *key;
		json_t *value;
	} members[] = {
		{"scan", json_string(s->scan)},
		{"state", json_string(s->state)},
		{"elapsed_s", json_real((double)s->elapsed_us / 1e6)},
		{"targets", json_integer(num(s->dp.targets))},
		{"done", json_integer(num(s->done))},
		{"sent", json_integer(num(s->dp.sent))},
		{"sent_extra", json_integer(num(s->dp.extra))},
		{"rate", json_real(s->rate_measured)},
		{"rate_set", json_real(s->dp.rate_pps)},
		{"rate_wanted", json_real(s->rate_wanted)},
		{"rate_reason", json_string(s->rate_reason)},
		{"open", json_integer(num(status_open(s)))},
		{"hit_rate", json_real(hit_rate(s))},
		{"probes", counters_json(&s->dp, PROBES)},
		{"replies", counters_json(&s->dp, REPLIES)},
		{"losses", counters_json(&s->dp, LOSSES)},
		{"grabs", grabs_json(s)},
		{"stages", stages_json(s)},
		{"hosts", json_integer(num(s->admission.hosts.hosts))},
		{"middleboxes", json_integer(num(s->admission.hosts.flagged))},
		{"examinations", hosts_json(s)},
		{"written", json_integer(num(s->written))},
		{"unjudged", json_integer(num(s->unjudged))},
		{"seconds_left", s->seconds_left >= 0 ? json_real(s->seconds_left) : json_null()},
		{"coverage", coverage_json(s)},
		{"live_exclusions", json_integer(num(s->excluded_live))},
		{"neighbours", neighbours_json(&s->dp)},
		{"nic", nic_json(s)},
		{"xstats", xstats_json(s)},
	};
	json_t *all = json_object();

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		json_object_set_new(all, members[i].key, members[i].value);
	return all;
}

static void print_line(FILE *out, const char *line, unsigned width)
{
	fprintf(out, "\r%.*s\033[K", (int)(width > 1 ? width - 1 : strlen(line)), line);
	fflush(out);
}

static void resolving_line(FILE *out, const struct status *s, unsigned width)
{
	const struct dp_stats *d = &s->dp;
	char wanted[16], asked[16], known[16], line[128];

	snprintf(line, sizeof(line), "%s  %s known of %s  %s asked in this round", s->state,
	         term_count(d->neighbours_known, known), term_count(d->neighbours, wanted),
	         term_count(d->neighbours_asked, asked));
	print_line(out, line, width);
}

void status_line(FILE *out, const struct status *s, unsigned width)
{
	bool slowed = s->dp.rate_pps < 0.99 * s->rate_wanted;
	char sent[16], rate[16], open[16], drops[16], left[16], line[256];

	if (s->dp.resolving) {
		resolving_line(out, s, width);
		return;
	}
	snprintf(
		line, sizeof(line),
		"%s %5.1f%%  sent %s  %s pps  open %s (%.3f%%)  grabs %u+%u  drops %s  left %s%s%s",
		s->state, 100 * share(s->done, s->dp.targets), term_count((double)s->dp.sent, sent),
		term_count(s->rate_measured, rate), term_count((double)status_open(s), open),
		100 * hit_rate(s), s->grab.active, s->grab.waiting,
		term_count((double)status_losses(s), drops),
		s->seconds_left < 0 ? "-" : term_duration(s->seconds_left, left),
		slowed              ? "  slowed: "
		: s->rate_automatic ? "  "
				    : "",
		slowed || s->rate_automatic ? s->rate_reason : "");
	print_line(out, line, width);
}

static void hosts_summary(FILE *out, const struct grab_admission_stats *s)
{
	if (s->hosts.flagged > 0)
		fprintf(out,
		        "  flagged   %u host%s that answer%s on every port: "
		        "is_middlebox:true finds them\n",
		        s->hosts.flagged, s->hosts.flagged == 1 ? "" : "s",
		        s->hosts.flagged == 1 ? "s" : "");
	if (s->crowded + s->ignored > 0)
		fprintf(out,
		        "  too many  open ports on some hosts: %" PRIu64 " not grabbed, %" PRIu64
		        " not kept\n",
		        s->crowded, s->ignored);
	if (s->hosts.waiting + s->hosts.unchecked > 0)
		fprintf(out, "  unclear   whether %" PRIu64 " hosts answer on every port\n",
		        s->hosts.waiting + s->hosts.unchecked);
}

static void missed_summary(FILE *out, const struct status *s)
{
	struct coverage_estimate e;
	const char *why = estimate(s, &e);

	if (s->coverage.passes > 1) {
		fprintf(out, "  passes   ");
		for (unsigned i = 0; i < s->coverage.passes; i++)
			fprintf(out, " %" PRIu64, s->coverage.by_pass[i]);
		fprintf(out, " open ports seen by each\n");
	}
	if (why != NULL)
		fprintf(out, "  missed    open ports: not known (%s)\n", why);
	else
		fprintf(out,
		        "  missed    %.1f open ports, most likely; %.0f to "
		        "%.0f with 99%% confidence\n",
		        e.missed, e.low, e.high);
}

static void nic_summary(FILE *out, const struct status *s)
{
	const struct dp_stats *r = &s->run;

	fprintf(out, "  link      %s", r->link_up ? "up" : "down");
	if (r->link_mbps > 0)
		fprintf(out, ", %" PRIu32 " Mb/s", r->link_mbps);
	if (r->nic_rx_errors > 0)
		fprintf(out, "; %" PRIu64 " receive errors", r->nic_rx_errors);
	fputc('\n', out);
}

void status_summary(FILE *out, const struct status *s)
{
	const struct dp_stats *d = &s->dp;
	char took[16], rate[16];

	fprintf(out, "scan %s: %s\n", s->scan, s->complete ? "done" : "stopped before its end");
	fprintf(out, "  probed    %" PRIu64 " of %" PRIu64 " (%.2f%%) in %s, %s packets/s\n",
	        probed(s), d->targets, 100 * share(s->done, d->targets),
	        term_duration((double)s->elapsed_us / 1e6, took),
	        term_count(s->sending_us > 0 ? (double)(s->run.sent - s->run.extra) * 1e6 /
	                                               (double)s->sending_us
	                                     : 0,
	                   rate));
	if (skipped(s) > 0)
		fprintf(out,
		        "  skipped   %" PRIu64 " without a next hop, %" PRIu64 " out of scope\n",
		        d->skipped_noroute, d->skipped_scope);
	fprintf(out,
	        "  answers   %" PRIu64 " open, %" PRIu64 " closed, %" PRIu64
	        " unreachable; %" PRIu64 " duplicates, %" PRIu64 " foreign, %" PRIu64
	        " malformed\n",
	        status_open(s), d->closed, d->unreachable, d->duplicates, d->foreign, d->malformed);
	if (s->grab.submitted > 0)
		fprintf(out,
		        "  grabs     %" PRIu64 " of %" PRIu64 " answered, %" PRIu64
		        " silent, %" PRIu64 " refused, %" PRIu64 " timed out, %" PRIu64 " failed\n",
		        s->grab.ok, s->grab.submitted, s->grab.silent, s->grab.refused,
		        s->grab.timeout, s->grab.failed);
	if (s->unasked > 0)
		fprintf(out,
		        "  not asked %" PRIu64 " open ports of printers and controllers: "
		        "not_asked:fragile finds them\n",
		        s->unasked);
	if (s->unjudged > 0)
		fprintf(out,
		        "  unjudged  %" PRIu64
		        " services, for want of memory: `sonde vulndb rematch` judges what "
		        "is_unjudged:true finds\n",
		        s->unjudged);
	hosts_summary(out, &s->admission);
	fprintf(out,
	        "  lost      %" PRIu64 " at the NIC, %" PRIu64 " errors, %" PRIu64
	        " at the result ring, %" PRIu64 " at the store\n",
	        d->nic_missed, d->nic_errors, d->ring_drops, s->lost_store);
	nic_summary(out, s);
	if (s->unmarked)
		fprintf(out, "  missing   ports are not recorded: some replies were lost, so that "
		             "absence proves nothing\n");
	missed_summary(out, s);
	fprintf(out, "  stored    %" PRIu64 " records\n", s->written);
}
