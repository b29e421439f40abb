/* SPDX-License-Identifier: Apache-2.0 */
/* quota.c - counts the requests and rows of a key. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "quota.h"

static const int64_t second_us = 1000000, day_us = 86400ll * 1000000;

struct quota *quota_new(uint32_t rate, uint64_t rows_per_day, int64_t now_us)
{
	struct quota *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	q->rate = rate;
	q->rows_per_day = rows_per_day;
	q->tokens = rate;
	q->filled_us = now_us;
	q->day = now_us / day_us;
	q->references = 1;
	return q;
}

struct quota *quota_hold(struct quota *q)
{
	if (q != NULL)
		q->references++;
	return q;
}

void quota_drop(struct quota *q)
{
	if (q != NULL && --q->references == 0)
		free(q);
}

static void fill(struct quota *q, int64_t now_us)
{
	if (now_us > q->filled_us)
		q->tokens += (double)(now_us - q->filled_us) / (double)second_us * q->rate;
	if (q->tokens > q->rate)
		q->tokens = q->rate;
	q->filled_us = now_us;
}

unsigned quota_take(struct quota *q, int64_t now_us)
{
	if (q->rate == 0)
		return 0;
	fill(q, now_us);
	if (q->tokens < 1)
		return 1; /* at one request a second or more, the next one is due within a second */
	q->tokens -= 1;
	return 0;
}

static void turn_day(struct quota *q, int64_t now_us)
{
	int64_t today = now_us / day_us, was = q->day;

	if (today > was && atomic_compare_exchange_strong(&q->day, &was, today))
		q->rows = 0;
}

bool quota_has_rows(struct quota *q, int64_t now_us, unsigned *wait_s)
{
	if (q == NULL || q->rows_per_day == 0)
		return true;
	turn_day(q, now_us);
	*wait_s = (unsigned)((day_us - now_us % day_us) / second_us) + 1;
	return q->rows < q->rows_per_day;
}

bool quota_count(struct quota *q, int64_t now_us, uint64_t n)
{
	if (q == NULL || q->rows_per_day == 0)
		return true;
	turn_day(q, now_us);
	return atomic_fetch_add(&q->rows, n) + n < q->rows_per_day;
}

void quota_fields(const struct quota *q, int64_t now_us, char policy[QUOTA_TEXT],
                  char left[QUOTA_TEXT])
{
	uint64_t rows = q->rows;
	int p = 0, l = 0;

	policy[0] = left[0] = '\0';
	if (q->rate > 0) {
		p = snprintf(policy, QUOTA_TEXT, "\"requests\";q=%" PRIu32 ";w=1", q->rate);
		l = snprintf(left, QUOTA_TEXT, "\"requests\";r=%u;t=1",
		             (unsigned)(q->tokens > 0 ? q->tokens : 0));
	}
	if (q->rows_per_day == 0)
		return;
	snprintf(policy + p, QUOTA_TEXT - (size_t)p, "%s\"rows\";q=%" PRIu64 ";w=86400",
	         p > 0 ? ", " : "", q->rows_per_day);
	snprintf(left + l, QUOTA_TEXT - (size_t)l, "%s\"rows\";r=%" PRIu64 ";t=%" PRId64,
	         l > 0 ? ", " : "", rows < q->rows_per_day ? q->rows_per_day - rows : 0,
	         (day_us - now_us % day_us) / second_us + 1);
}
