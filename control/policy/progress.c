/* SPDX-License-Identifier: Apache-2.0 */
/* progress.c - a ring of progress samples, and the age at which a sample is settled. */
#include "progress.h"

static void lower(struct progress_sample *m, const struct progress_sample *to)
{
	for (unsigned i = 0; i < m->workers && i < to->workers; i++)
		if (m->progress[i] > to->progress[i])
			m->progress[i] = to->progress[i];
}

/* Whether a worker moved back. It does when the link went down: the probes on their way are lost,
 * so that older samples, too, are ahead of the answers. */
static bool went_back(const struct progress_sample *before, const struct progress_sample *now)
{
	for (unsigned i = 0; i < now->workers && i < before->workers; i++)
		if (now->progress[i] < before->progress[i])
			return true;
	return false;
}

void progress_add(struct progress *m, const struct progress_sample *now)
{
	unsigned held = m->count < PROGRESS_SAMPLES ? m->count : PROGRESS_SAMPLES;

	if (held > 0 && went_back(&m->ring[(m->count - 1) % PROGRESS_SAMPLES], now))
		for (unsigned i = 0; i < held; i++)
			lower(&m->ring[i], now);
	m->ring[m->count++ % PROGRESS_SAMPLES] = *now;
}

void progress_answer(struct progress *m, uint32_t rtt_us, int64_t now_us)
{
	if (m->window_us == 0)
		m->window_us = now_us;
	if (now_us - m->window_us > PROGRESS_WINDOW_US) {
		m->before_us = now_us - m->window_us > 2 * PROGRESS_WINDOW_US ? 0 : m->slowest_us;
		m->slowest_us = 0;
		m->measured = true;
		m->window_us = now_us;
	}
	if (rtt_us > m->slowest_us)
		m->slowest_us = rtt_us;
}

int64_t progress_lag_us(const struct progress *m)
{
	int64_t lag = 2 * (int64_t)(m->slowest_us > m->before_us ? m->slowest_us : m->before_us);

	if (!m->measured)
		return PROGRESS_LAG_MAX_US;
	return lag < PROGRESS_LAG_US       ? PROGRESS_LAG_US
	       : lag > PROGRESS_LAG_MAX_US ? PROGRESS_LAG_MAX_US
	                                   : lag;
}

const struct progress_sample *progress_settled(const struct progress *m, int64_t emptied_us)
{
	int64_t limit = emptied_us - progress_lag_us(m);

	for (unsigned back = 1; back <= PROGRESS_SAMPLES && back <= m->count; back++) {
		const struct progress_sample *at = &m->ring[(m->count - back) % PROGRESS_SAMPLES];

		if (at->time_us <= limit)
			return at;
	}
	return NULL;
}
