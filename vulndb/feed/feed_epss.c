/* SPDX-License-Identifier: Apache-2.0 */
/* feed_epss.c - FIRST's table of exploit probabilities, as CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cve_id.h"
#include "feed.h"

struct epss {
	struct feed f;
	bool header;
};

static int line(void *state, char *text, size_t len)
{
	struct epss *s = state;
	uint32_t year, number;
	char *comma, *end, *date;
	float value;

	if (len == 0)
		return 0;
	if (text[0] == '#') {
		date = strstr(text, "score_date:");
		if (date != NULL)
			snprintf(s->f.date, sizeof(s->f.date), "%.10s", date + 11);
		return 0;
	}
	if (!s->header) {
		s->header = strncmp(text, "cve,epss", 8) == 0;
		return s->header ? 0
		                 : feed_refuse(&s->f, "the header cve,epss,percentile is missing");
	}
	comma = memchr(text, ',', len);
	if (comma == NULL || !cve_id_parse(text, (size_t)(comma - text), &year, &number))
		return feed_refuse(&s->f, "a line that does not begin with a CVE id");
	value = strtof(comma + 1, &end);
	if (end == comma + 1 || (*end != ',' && *end != '\0') || !(value >= 0 && value <= 1))
		return feed_refuse(&s->f, "a probability that is not within 0 and 1");
	s->f.count++;
	return build_epss(s->f.b, year, number, value);
}

static int end(void *state)
{
	struct epss *s = state;

	return s->header ? 0 : feed_refuse(&s->f, "the header cve,epss,percentile is missing");
}

const struct feed_kind feed_epss = {
	.name = "EPSS",
	.licence = "FIRST terms",
	.state_size = sizeof(struct epss),
	.line = line,
	.end = end,
};
