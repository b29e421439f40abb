/* SPDX-License-Identifier: Apache-2.0 */
/* marks.c - a ring of progress and the age at which it counts. */
#include "marks.h"

static void lower(struct mark *m, const struct mark *to)
{
	for (unsigned i = 0; i < m->workers && i < to->workers; i++)
		if (m->progress[i] > to->progress[i])
			m->progress[i] = to->progress[i];
}

/* A link that went down takes a walk back: what was on its way is lost, however old. */
static bool went_back(const struct mark *before, const struct mark *now)
{
	for (unsigned i = 0; i < now->workers && i < before->workers; i++)
		if (now->progress[i] < before->progress[i])
			return true;
	return false;
}

void marks_add(struct marks *m, const struct mark *now)
{
	unsigned held = m->count < MARKS ? m->count : MARKS;

	if (held > 0 && went_back(&m->ring[(m->count - 1) % MARKS], now))
		for (unsigned i = 0; i < held; i++)
			lower(&m->ring[i], now);
	m->ring[m->count++ % MARKS] = *now;
}

void marks_answer(struct marks *m, uint32_t rtt_us, int64_t now_us)
{
	if (m->window_us == 0)
		m->window_us = now_us;
	if (now_us - m->window_us > MARKS_WINDOW_US) {
		m->before_us = now_us - m->window_us > 2 * MARKS_WINDOW_US ? 0 : m->slowest_us;
		m->slowest_us = 0;
		m->measured = true;
		m->window_us = now_us;
	}
	if (rtt_us > m->slowest_us)
		m->slowest_us = rtt_us;
}

int64_t marks_lag_us(const struct marks *m)
{
	int64_t lag = 2 * (int64_t)(m->slowest_us > m->before_us ? m->slowest_us : m->before_us);

	if (!m->measured)
		return MARKS_LAG_MAX_US;
	return lag < MARKS_LAG_US ? MARKS_LAG_US : lag > MARKS_LAG_MAX_US ? MARKS_LAG_MAX_US : lag;
}

const struct mark *marks_settled(const struct marks *m, int64_t emptied_us)
{
	int64_t limit = emptied_us - marks_lag_us(m);

	for (unsigned back = 1; back <= MARKS && back <= m->count; back++) {
		const struct mark *at = &m->ring[(m->count - back) % MARKS];

		if (at->time_us <= limit)
			return at;
	}
	return NULL;
}
