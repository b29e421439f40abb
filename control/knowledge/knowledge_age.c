/* SPDX-License-Identifier: Apache-2.0 */
/* knowledge_age.c - tells which parts of the knowledge file are old. */
#include "knowledge_age.h"

#include <stdio.h>
#include <string.h>

#include "calendar.h"

static const int64_t day_us = 86400 * INT64_C(1000000);

/* A part of the knowledge; several sources may have it, of which the newest counts. */
static const struct part {
	const char *name, *sources[3];
} parts[] = {
	{"NVD", {"NVD", "bundled NVD"}},
	{"KEV", {"KEV", "bundled KEV"}},
	{"EPSS", {"EPSS", "bundled EPSS"}},
	{"Debian", {"Debian tracker", "bundled Debian"}},
	{"OSV", {"OSV"}},
	{"FreeBSD", {"VuXML"}},
};

/* The date in a line "name, date, ..." of a source of @p; NULL: it is no such line. */
static const char *date_of(const struct part *p, const char *line)
{
	size_t len = strcspn(line, ",\n");

	for (size_t i = 0; i < 3 && p->sources[i] != NULL; i++)
		if (strlen(p->sources[i]) == len && memcmp(p->sources[i], line, len) == 0)
			return line[len] == ',' && line[len + 1] == ' ' ? line + len + 2 : NULL;
	return NULL;
}

/* Find the newest day of the part. False: it is not loaded, or one of its sources has no date. */
static bool newest(const struct part *p, const char *line, int64_t *days)
{
	bool found = false;

	for (; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *date = date_of(p, line);
		struct calendar_date d;

		if (date == NULL)
			continue;
		if (!calendar_read(date, strlen(date), &d))
			return false;
		if (!found || calendar_days(&d) > *days)
			*days = calendar_days(&d);
		found = true;
	}
	return found;
}

bool knowledge_age_of(const char *sources, int64_t now_us, char out[KNOWLEDGE_AGE_TEXT])
{
	int64_t today = now_us / day_us, days = 0;
	char list[200] = "";
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct calendar_date d;

		if (!newest(&parts[i], sources, &days) || today - days <= KNOWLEDGE_OLD_DAYS)
			continue;
		d = calendar_date(days);
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s of %04u-%02u-%02u",
		                      n > 0 ? ", " : "", parts[i].name, d.year, d.month, d.day);
	}
	if (n == 0)
		return false;
	snprintf(out, KNOWLEDGE_AGE_TEXT,
	         "the knowledge is older than %d days: %s; `sonde vulndb update` fetches newer",
	         KNOWLEDGE_OLD_DAYS, list);
	return true;
}

bool knowledge_age_words(const struct vulndb *db, int64_t now_us, char out[KNOWLEDGE_AGE_TEXT])
{
	struct vulndb_info info;

	vulndb_describe(db, &info);
	return knowledge_age_of(info.sources, now_us, out);
}
