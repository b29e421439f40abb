/* SPDX-License-Identifier: Apache-2.0 */
/* status_summary.c - prints the closing report of a scan: only lines that have something to say. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dp.h"
#include "silence.h"
#include "status_figures.h"
#include "term.h"

/* "", or the ending of a plural. */
static const char *s_of(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* A list of figures in one line, without those that are 0. */
struct figures {
	FILE *out;
	const char *label;
	unsigned count;
};

static void begin_figure(struct figures *f)
{
	if (f->count++ == 0)
		fprintf(f->out, "  %-9s ", f->label);
	else
		fputs(", ", f->out);
}

static void figure(struct figures *f, uint64_t n, const char *what)
{
	if (n == 0)
		return;
	begin_figure(f);
	fprintf(f->out, "%" PRIu64 " %s", n, what);
}

static void end_figures(const struct figures *f)
{
	if (f->count > 0)
		fputc('\n', f->out);
}

/* ---- how far it came ------------------------------------------------------------------------- */

static void head(FILE *out, const struct status *s)
{
	fprintf(out, "scan %s: %s\n", s->scan,
	        s->silent     ? "no answer of any kind came back"
	        : s->complete ? "done"
	                      : "stopped before its end");
	if (s->silent)
		silence_print(out, &s->trouble);
}

/* The rate is that of the time in which probes were sent; less than a second of it gives no rate. */
static void time_line(FILE *out, const struct status *s)
{
	double seconds = (double)s->sending_us / 1e6;
	uint64_t sent = s->run.sent > s->run.extra ? s->run.sent - s->run.extra : 0;
	char took[16], sending[16], rate[16];

	fprintf(out, "  took      %s%s", term_duration((double)s->elapsed_us / 1e6, took),
	        s->resumed ? " in this run" : "");
	if (seconds >= 1)
		fprintf(out, ", %s of it sending %s packets/s", term_duration(seconds, sending),
		        term_count((double)sent / seconds, rate));
	fputc('\n', out);
}

static void progress_summary(FILE *out, const struct status *s)
{
	const struct dp_stats *d = &s->dp;

	fprintf(out, "  probed    %" PRIu64 " of %" PRIu64 " (%.2f%%)\n", status_probed(s),
	        d->targets, 100 * status_share(status_probed(s), d->targets));
	time_line(out, s);
	if (d->again > 0)
		fprintf(out,
		        "  again     %" PRIu64
		        " sent a second time, because probes or answers were lost\n",
		        d->again);
}

static void skipped_summary(FILE *out, const struct status *s)
{
	struct figures f = {out, "skipped", 0};

	figure(&f, s->dp.skipped_noroute, "without a next hop");
	figure(&f, s->dp.skipped_scope, "out of scope");
	end_figures(&f);
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

/* ---- what came back -------------------------------------------------------------------------- */

static void answers_summary(FILE *out, const struct status *s)
{
	const struct dp_stats *d = &s->dp;
	struct figures f = {out, "answers", 0};

	begin_figure(&f);
	if (s->pings)
		fprintf(out, "%" PRIu64 " host%s", status_open(s), s_of(status_open(s)));
	else
		fprintf(out, "%" PRIu64 " open", status_open(s));
	figure(&f, d->closed, "closed");
	figure(&f, d->unreachable, "unreachable");
	figure(&f, d->duplicates, d->duplicates == 1 ? "duplicate" : "duplicates");
	figure(&f, d->foreign, "foreign");
	figure(&f, d->malformed, "malformed");
	end_figures(&f);
}

/* What the stages behind an open port have done, and which queue was the fullest. */
static void stages_summary(FILE *out, const struct status *s)
{
	if (s->lanes.judged + s->lanes.identified == 0)
		return;
	fprintf(out,
	        "  stages    %" PRIu64 " asked, %" PRIu64 " identified, %" PRIu64
	        " judged; fullest: ",
	        s->grab.finished, s->lanes.identified, s->lanes.judged);
	fprintf(out, "ring %u %%, grabs %u %%, writer %u %%\n", s->ring_most, s->grab_most,
	        s->writer_most);
}

static void grabs_summary(FILE *out, const struct status *s)
{
	const struct grab_stats *g = &s->grab;
	struct figures f = {out, "grabs", 1};

	if (g->submitted > 0) {
		fprintf(out, "  grabs     %" PRIu64 " of %" PRIu64 " answered", g->ok,
		        g->submitted);
		figure(&f, g->silent, "silent");
		figure(&f, g->refused, "refused");
		figure(&f, g->timeout, "timed out");
		figure(&f, g->failed, "failed");
		end_figures(&f);
	}
	if (s->unasked > 0)
		fprintf(out,
		        "  not asked %" PRIu64 " open port%s of printers and controllers: "
		        "not_asked:fragile finds %s\n",
		        s->unasked, s_of(s->unasked), s->unasked == 1 ? "it" : "them");
}

static void hosts_summary(FILE *out, const struct grab_admission_stats *s)
{
	uint64_t unclear = s->hosts.waiting + s->hosts.unchecked;
	struct figures f = {out, "too many", 1};

	if (s->hosts.flagged > 0)
		fprintf(out,
		        "  flagged   %u host%s that answer%s on every port: "
		        "is_middlebox:true finds %s\n",
		        s->hosts.flagged, s_of(s->hosts.flagged), s->hosts.flagged == 1 ? "s" : "",
		        s->hosts.flagged == 1 ? "it" : "them");
	if (s->crowded + s->ignored > 0) {
		fputs("  too many  open ports on some hosts", out);
		figure(&f, s->crowded, "not grabbed");
		figure(&f, s->ignored, "not kept");
		end_figures(&f);
	}
	if (unclear > 0)
		fprintf(out, "  unclear   whether %" PRIu64 " host%s answer%s on every port\n",
		        unclear, s_of(unclear), unclear == 1 ? "s" : "");
}

static void revisit_summary(FILE *out, const struct status *s)
{
	if (s->revisit.silent > 0)
		fprintf(out,
		        "  known     %" PRIu64
		        " service%s silent; asked up to %d times more, %" PRIu64 " answered\n",
		        s->revisit.silent, s->revisit.silent == 1 ? " was" : "s were",
		        REVISIT_ROUNDS, s->revisit.back);
}

static void missed_summary(FILE *out, const struct status *s)
{
	struct coverage_estimate e;
	const char *why = status_estimate(s, &e);

	if (s->coverage.passes < 2)
		return;
	fprintf(out, "  passes   ");
	for (unsigned i = 0; i < s->coverage.passes; i++)
		fprintf(out, " %" PRIu64, s->coverage.by_pass[i]);
	fprintf(out, " open ports seen by each\n");
	if (why != NULL)
		fprintf(out, "  missed    open ports: not known (%s)\n", why);
	else
		fprintf(out,
		        "  missed    %.1f open ports, most likely; %.0f to "
		        "%.0f with 99%% confidence\n",
		        e.missed, e.low, e.high);
}

/* ---- what is new ----------------------------------------------------------------------------- */

static void news_summary(FILE *out, const struct status *s)
{
	const struct news_counts *c = &s->news.counts;
	struct figures f = {out, "new", 0};

	if (s->since[0] == '\0')
		return; /* everything is new: the answers say how much there is */
	figure(&f, c->opened, c->opened == 1 ? "port opened" : "ports opened");
	figure(&f, c->closed, "closed");
	figure(&f, c->changed, c->changed == 1 ? "service changed" : "services changed");
	figure(&f, c->findings, c->findings == 1 ? "new finding" : "new findings");
	figure(&f, c->resolved, "resolved");
	if (f.count > 0)
		fprintf(out, ", since %s", s->since);
	else
		fprintf(out, "  new       nothing since %s", s->since);
	fputc('\n', out);
}

/* What one of the worst findings says in each of its columns. */
struct worst_row {
	char score[24];
	char place[DP_ADDR_TEXT + 10];
};

static void fill_row(const struct news_line *l, struct worst_row *row)
{
	char addr[DP_ADDR_TEXT];
	bool v4 = dp_addr_is_v4(&l->addr, NULL);

	snprintf(row->score, sizeof(row->score), "%s %u", vd_level_name(l->level), l->value);
	snprintf(row->place, sizeof(row->place), "%s%s%s:%u", v4 ? "" : "[",
	         dp_addr_format(&l->addr, addr), v4 ? "" : "]", l->port);
}

static int widest(int width, const char *text)
{
	int len = (int)strlen(text);

	return len > width ? len : width;
}

static void worst_summary(FILE *out, const struct status *s)
{
	struct worst_row rows[NEWS_WORST];
	int score = 0, place = 0, finding = 0;

	for (unsigned i = 0; i < s->worst_count; i++) {
		fill_row(&s->worst[i], &rows[i]);
		score = widest(score, rows[i].score);
		place = widest(place, rows[i].place);
		finding = widest(finding, s->worst[i].finding);
	}
	for (unsigned i = 0; i < s->worst_count; i++) {
		const struct news_line *l = &s->worst[i];

		fprintf(out, "  %-9s %-*s  %-*s  %-*s  ", i == 0 ? "worst" : "", score,
		        rows[i].score, place, rows[i].place, finding, l->finding);
		term_print(out, l->words, strlen(l->words));
		fputc('\n', out);
	}
}

/* ---- what went wrong ------------------------------------------------------------------------- */

static void lost_summary(FILE *out, const struct status *s)
{
	struct figures f = {out, "lost", 0};

	figure(&f, s->dp.nic_missed, "at the NIC");
	figure(&f, s->dp.nic_errors, s->dp.nic_errors == 1 ? "error" : "errors");
	figure(&f, s->dp.ring_drops, "at the result ring");
	figure(&f, s->lost_store, "at the store");
	end_figures(&f);
	if (s->disturbed > 0)
		fprintf(out,
		        "  disturbed %" PRIu64 " time%s the way lost more, and not all was sent "
		        "again: set a lower --rate\n",
		        s->disturbed, s_of(s->disturbed));
}

static void nic_summary(FILE *out, const struct status *s)
{
	const struct dp_stats *r = &s->run;

	if (r->link_up && r->nic_rx_errors == 0)
		return;
	fprintf(out, "  link      %s", r->link_up ? "up" : "down");
	if (r->link_mbps > 0)
		fprintf(out, ", %" PRIu32 " Mb/s", r->link_mbps);
	if (r->nic_rx_errors > 0)
		fprintf(out, "; %" PRIu64 " receive error%s", r->nic_rx_errors,
		        s_of(r->nic_rx_errors));
	fputc('\n', out);
}

/* Everything that an operator may have to act on. */
static void trouble(FILE *out, const struct status *s)
{
	skipped_summary(out, s);
	own_summary(out, s);
	if (!status_has_way(s))
		fprintf(out, "  not asked %" PRIu64 " open port%s: %s: not_asked:way finds %s\n",
		        s->no_way, s_of(s->no_way), s->no_way_reason,
		        s->no_way == 1 ? "it" : "them");
	if (s->outside > 0)
		fprintf(out,
		        "  outside   %" PRIu64
		        " answer%s of addresses or ports that the scan does not probe: forged, and "
		        "dropped\n",
		        s->outside, s_of(s->outside));
	if (s->unjudged > 0)
		fprintf(out,
		        "  unjudged  %" PRIu64
		        " service%s, for want of memory: `sonde vulndb rematch` judges what "
		        "is_unjudged:true finds\n",
		        s->unjudged, s_of(s->unjudged));
	lost_summary(out, s);
	nic_summary(out, s);
	if (s->run.gateway_moves > 0)
		fprintf(out, "  gateway   another link-layer address %" PRIu64 " time%s\n",
		        s->run.gateway_moves, s_of(s->run.gateway_moves));
	if (s->unmarked)
		fprintf(out, "  missing   ports are not recorded: some replies were lost, so that "
		             "absence proves nothing\n");
}

static void report(FILE *out, const struct status *s)
{
	progress_summary(out, s);
	answers_summary(out, s);
	grabs_summary(out, s);
	stages_summary(out, s);
	hosts_summary(out, &s->admission);
	revisit_summary(out, s);
	missed_summary(out, s);
	/* What --rate auto knows of the losses on the way. */
	if (s->usual_loss >= 0.0005)
		fprintf(out,
		        "  loss      %.1f%% of the answers are lost at any rate; --passes 2 finds "
		        "what was missed\n",
		        100 * s->usual_loss);
	trouble(out, s);
	news_summary(out, s);
	worst_summary(out, s);
	fprintf(out, "  stored    %" PRIu64 " record%s\n", s->written, s_of(s->written));
}

void status_summary(FILE *out, const struct status *s)
{
	head(out, s);
	report(out, s);
}

void status_trouble(FILE *out, const struct status *s)
{
	char *text = NULL;
	size_t len = 0;
	FILE *lines = open_memstream(&text, &len);

	if (lines == NULL)
		return;
	trouble(lines, s);
	if (fclose(lines) == 0 && (len > 0 || s->silent)) {
		head(out, s);
		fwrite(text, 1, len, out);
	}
	free(text);
}
