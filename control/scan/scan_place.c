/* SPDX-License-Identifier: Apache-2.0 */
/* scan_place.c - samples the workers' positions and writes checkpoints. */
#include <string.h>

#include "clock.h"
#include "scan_place.h"
#include "scan_rate.h"

enum {
	CHECKPOINT_US = 100000,
	IDLE_US = 1000000, /* between checkpoints that say nothing new */
};

/* The objects of DP_COUNTERS. */
enum object { PROBES, REPLIES, LOSSES };

/* Sample the workers' positions and the counters at that time. */
static struct progress_sample take_sample(const struct scan *s, int64_t now_us)
{
	struct progress_sample m = {.time_us = now_us};
	struct dp_stats run;

	/* The positions are read before the counters. A skip in between is then counted too early,
	 * which makes a probed target look unprobed, and never an unprobed one look probed. */
	m.workers = dp_progress(s->dp, m.progress);
	dp_stats(s->dp, &run);
#define SUM(name, object) m.counters.name = s->status.before.name + run.name;
	DP_COUNTERS(SUM)
#undef SUM
	return m;
}

static void sample(struct scan *s, int64_t now_us)
{
	struct progress_sample m = take_sample(s, now_us);

	progress_add(&s->progress, &m);
	progress_answer(&s->progress, pipeline_slowest_us(s->pipeline), now_us);
}

void scan_place_note_news(struct scan *s)
{
	const struct news_counts *c = &s->status.news.counts;
	const struct store_scan *b = s->before;

	s->record.opened = (b != NULL ? b->opened : 0) + c->opened;
	s->record.closed = (b != NULL ? b->closed : 0) + c->closed;
	s->record.changed = (b != NULL ? b->changed : 0) + c->changed;
	s->record.findings = (b != NULL ? b->findings : 0) + c->findings;
}

/* Put into the record what the sample says. */
static void record_sample(struct scan *s, const struct progress_sample *m)
{
	int64_t ago_us = clock_monotonic_us() - m->time_us;
	uint64_t behind = 0;

	for (unsigned i = 0; i < m->workers; i++)
		behind += m->progress[i];
	store_scan_sample(&s->record, clock_now_us() - ago_us, behind);
	memcpy(s->record.progress, m->progress, m->workers * sizeof(m->progress[0]));
	s->record.workers = m->workers;
	s->record.stats = s->status.dp;
	/* What was sent, skipped and answered after the sample is left out: a scan that resumes
	 * after a crash counts it again. Losses stay, because no loss may be forgotten. */
#define TAKE(name, object)                                                                         \
	if (object != LOSSES)                                                                      \
		s->record.stats.name = m->counters.name;
	DP_COUNTERS(TAKE)
#undef TAKE
	scan_place_note_news(s);
	s->record.stats.skipped_scope = m->counters.skipped_scope;
	s->record.stats.skipped_noroute = m->counters.skipped_noroute;
}

static int write_sample(struct scan *s, const struct progress_sample *m)
{
	record_sample(s, m);
	s->written = writer_written(s->writer);
	s->written_us = clock_monotonic_us();
	return writer_checkpoint(s->writer, &s->record);
}

/* Whether a checkpoint at @m would say something that the last one did not. */
static bool moved_on(const struct scan *s, const struct progress_sample *m)
{
	return memcmp(s->record.progress, m->progress, m->workers * sizeof(m->progress[0])) != 0 ||
	       s->written != writer_written(s->writer) ||
	       clock_monotonic_us() - s->written_us >= IDLE_US;
}

static int checkpoint(struct scan *s)
{
	int64_t limit_us = pipeline_emptied_us(s->pipeline), clean_us = scan_rate_clean_us(s);
	const struct progress_sample *m;

	/* What may have to be sent again does not count as done. */
	if (clean_us < limit_us)
		limit_us = clean_us;
	m = progress_settled(&s->progress, limit_us);
	return m != NULL && moved_on(s, m) ? write_sample(s, m) : 0;
}

int scan_place_keep(struct scan *s, int64_t now_us)
{
	sample(s, now_us);
	if (now_us - s->checkpoint_us < CHECKPOINT_US)
		return 0;
	s->checkpoint_us = now_us;
	return checkpoint(s);
}

int scan_place_last(struct scan *s, bool hurried)
{
	struct progress_sample last = take_sample(s, clock_monotonic_us());

	return hurried ? checkpoint(s) : write_sample(s, &last);
}
