/* SPDX-License-Identifier: Apache-2.0 */
/* feed_advisory.c - collects the CVEs and rows of an advisory. */
#include "feed_advisory.h"

#include <stdio.h>
#include <string.h>

#include "cve_id.h"

void feed_advisory_begin(struct feed_advisory *a)
{
	a->id_count = a->row_count = 0;
}

int feed_advisory_id(struct feed *f, struct feed_advisory *a, const char *text)
{
	uint32_t year, number;

	if (!cve_id_parse(text, strlen(text), &year, &number))
		return 0;
	for (size_t i = 0; i < a->id_count; i++)
		if (a->ids[i].year == year && a->ids[i].number == number)
			return 0;
	if (a->id_count == FEED_ADVISORY_IDS)
		return feed_refuse(f, "a record with more than 512 CVE ids");
	a->ids[a->id_count].year = year;
	a->ids[a->id_count++].number = number;
	return 0;
}

int feed_advisory_row(struct feed *f, struct feed_advisory *a, const struct build_fix *row)
{
	if (a->row_count == FEED_ADVISORY_ROWS)
		return feed_refuse(f, "a record with more than 4096 ranges");
	a->rows[a->row_count++] = *row;
	return 0;
}

int feed_advisory_end(struct feed *f, const struct feed_advisory *a)
{
	int ret = 0;

	for (size_t i = 0; i < a->id_count; i++)
		for (size_t k = 0; k < a->row_count && ret == 0; k++) {
			struct build_fix fix = a->rows[k];

			fix.year = a->ids[i].year;
			fix.number = a->ids[i].number;
			ret = build_fix(f->b, &fix);
			f->count++;
		}
	return ret;
}

void feed_advisory_date(struct feed *f, const char *date)
{
	if (build_time(date, strlen(date)) != 0 && strcmp(date, f->date) > 0)
		snprintf(f->date, sizeof(f->date), "%.10s", date);
}
