/* SPDX-License-Identifier: Apache-2.0 */
/* status_summary.c - prints the closing report of a scan. */
#include <inttypes.h>

#include "dp.h"
#include "silence.h"
#include "status_figures.h"
#include "term.h"

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
	const char *why = status_estimate(s, &e);

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
	if (!status_has_way(s))
		fprintf(out, "  not asked %" PRIu64 " open ports: %s: not_asked:way finds them\n",
		        s->no_way, s->no_way_reason);
}

void status_summary(FILE *out, const struct status *s)
{
	const struct dp_stats *d = &s->dp;
	char took[16], rate[16];

	fprintf(out, "scan %s: %s\n", s->scan,
	        s->silent     ? "no answer of any kind came back"
	        : s->complete ? "done"
	                      : "stopped before its end");
	if (s->silent)
		silence_print(out, &s->trouble);
	fprintf(out, "  probed    %" PRIu64 " of %" PRIu64 " (%.2f%%) in %s, %s packets/s\n",
	        status_probed(s), d->targets, 100 * status_share(s->done, d->targets),
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
	if (status_skipped(s) > 0)
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
