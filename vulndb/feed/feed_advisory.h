/* SPDX-License-Identifier: Apache-2.0 */
/* feed_advisory.h - collects an advisory: rows about packages, each of which holds for all of its CVEs. */
#ifndef SONDE_VULNDB_FEED_ADVISORY_H
#define SONDE_VULNDB_FEED_ADVISORY_H

#include "feed_state.h"

enum { FEED_ADVISORY_IDS = 512, FEED_ADVISORY_ROWS = 4096 };

struct feed_advisory {
	struct {
		uint32_t year, number;
	} ids[FEED_ADVISORY_IDS];
	size_t id_count;
	struct build_fix rows[FEED_ADVISORY_ROWS]; /* without their CVE */
	size_t row_count;
};

/* Begin an empty advisory. */
void feed_advisory_begin(struct feed_advisory *a);
/* Add the CVE id @text; what is none is left out. 0, or -EINVAL with the feed's error: too many. */
int feed_advisory_id(struct feed *f, struct feed_advisory *a, const char *text);
/* Add a row. 0, or -EINVAL with the feed's error: too many. */
int feed_advisory_row(struct feed *f, struct feed_advisory *a, const struct build_fix *row);
/* Put the rows of all CVEs into the build. 0 or an error of build_fix(). */
int feed_advisory_end(struct feed *f, const struct feed_advisory *a);
/* Let the feed be as new as @date, "2026-11-30" or a time; what is no date is left out. */
void feed_advisory_date(struct feed *f, const char *date);

#endif
