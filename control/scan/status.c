/* SPDX-License-Identifier: Apache-2.0 */
/* status.c - prints the status of a scan as a line, as JSON and as the closing report. */
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

/* Estimate how many open ports were missed. Returns NULL with the estimate in *@out, or the reason
 * why there is none. */
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

static double share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

/* Open ports for each probe. Extra probes and those that were sent again are left out, because
 * their answers do not count as open ports. */
static double hit_rate(const struct status *s)
{
	uint64_t not_new = s->dp.extra + s->dp.again;

	return share(s->dp.open, s->dp.sent > not_new ? s->dp.sent - not_new : 0);
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

static void own_summary(FILE *out, const struct status *s)
{
	const unsigned room = sizeof(s->own) / sizeof(s->own[0]);
	char text[DP_ADDR_TEXT];

	if (s->own_count == 0)
		return;
	fputs("  own      ", out);
	for (unsigned i = 0; i < room && i < s->own_count; i++)
		fprintf(out, " %s", dp_addr_format(&s->own[i], text));
	fprintf(out, "%s: this machine's own address%s, not probed\n",
	        s->own_count > room ? " and more" : "", s->own_count > 1 ? "es" : "");
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

static bool has_way(const struct status *s)
{
	return s->no_way_reason == NULL || s->no_way_reason[0] == '\0';
}

static void grabs_json(struct json *j, const struct status *s)
{
	const struct grab_stats *g = &s->grab;

	json_open_object(j, "grabs");
	json_uint(j, "active", g->active);
	json_uint(j, "waiting", g->waiting);
	json_uint(j, "finished", g->finished);
	json_uint(j, "ok", g->ok);
	json_uint(j, "silent", g->silent);
	json_uint(j, "refused", g->refused);
	json_uint(j, "timeout", g->timeout);
	json_uint(j, "failed", g->failed);
	json_uint(j, "fresh", s->admission.fresh);
	json_uint(j, "not_asked", s->unasked);
	json_uint(j, "no_way", s->no_way);
	if (has_way(s))
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
	const char *why = estimate(s, &e);

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
	json_uint(j, "probed", probed(s));
	json_uint(j, "skipped", skipped(s));
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

void status_json(struct json *j, const struct status *s)
{
	json_text(j, "scan", s->scan);
	json_text(j, "state", s->state);
	json_number(j, "elapsed_s", (double)s->elapsed_us / 1e6, 3);
	json_uint(j, "targets", s->dp.targets);
	json_uint(j, "done", s->done);
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
	json_number(j, "hit_rate", hit_rate(s), 9);
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
	revisit_json(j, s);
	json_uint(j, "live_exclusions", s->excluded_live);
	neighbours_json(j, &s->dp);
	own_json(j, s);
	gateway_json(j, s);
	nic_json(j, s);
	xstats_json(j, s);
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

/* What --rate auto knows of the losses on the way. */
static void losses_summary(FILE *out, const struct status *s)
{
	if (s->usual_loss >= 0.0005)
		fprintf(out,
		        "  loss      %.1f%% of the answers are lost at any rate; --passes 2 finds "
		        "what was missed\n",
		        100 * s->usual_loss);
	if (s->disturbed > 0)
		fprintf(out,
		        "  disturbed %" PRIu64 " times the way lost more, and not all was sent "
		        "again: set a lower --rate\n",
		        s->disturbed);
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

static void grabs_summary(FILE *out, const struct status *s)
{
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
	if (!has_way(s))
		fprintf(out, "  not asked %" PRIu64 " open ports: %s: not_asked:way finds them\n",
		        s->no_way, s->no_way_reason);
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
	if (d->again > 0)
		fprintf(out,
		        "  again     %" PRIu64
		        " sent a second time, because probes or answers were lost\n",
		        d->again);
	if (skipped(s) > 0)
		fprintf(out,
		        "  skipped   %" PRIu64 " without a next hop, %" PRIu64 " out of scope\n",
		        d->skipped_noroute, d->skipped_scope);
	fprintf(out,
	        "  answers   %" PRIu64 " open, %" PRIu64 " closed, %" PRIu64
	        " unreachable; %" PRIu64 " duplicates, %" PRIu64 " foreign, %" PRIu64
	        " malformed\n",
	        status_open(s), d->closed, d->unreachable, d->duplicates, d->foreign, d->malformed);
	grabs_summary(out, s);
	if (s->outside > 0)
		fprintf(out,
		        "  outside   %" PRIu64
		        " answers of addresses or ports that the scan does not probe: forged, and "
		        "dropped\n",
		        s->outside);
	if (s->unjudged > 0)
		fprintf(out,
		        "  unjudged  %" PRIu64
		        " services, for want of memory: `sonde vulndb rematch` judges what "
		        "is_unjudged:true finds\n",
		        s->unjudged);
	if (s->revisit.silent > 0)
		fprintf(out,
		        "  known     %" PRIu64
		        " services were silent; asked up to %d times more, %" PRIu64 " answered\n",
		        s->revisit.silent, REVISIT_ROUNDS, s->revisit.back);
	hosts_summary(out, &s->admission);
	fprintf(out,
	        "  lost      %" PRIu64 " at the NIC, %" PRIu64 " errors, %" PRIu64
	        " at the result ring, %" PRIu64 " at the store\n",
	        d->nic_missed, d->nic_errors, d->ring_drops, s->lost_store);
	own_summary(out, s);
	if (s->run.gateway_moves > 0)
		fprintf(out, "  gateway   another link-layer address %" PRIu64 " times\n",
		        s->run.gateway_moves);
	losses_summary(out, s);
	nic_summary(out, s);
	if (s->unmarked)
		fprintf(out, "  missing   ports are not recorded: some replies were lost, so that "
		             "absence proves nothing\n");
	missed_summary(out, s);
	fprintf(out, "  stored    %" PRIu64 " records\n", s->written);
}
