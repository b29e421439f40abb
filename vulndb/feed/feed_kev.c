/* SPDX-License-Identifier: Apache-2.0 */
/* feed_kev.c - CISA's catalogue of known exploited vulnerabilities. */
#include <stdio.h>
#include <string.h>

#include "cve_id.h"
#include "feed.h"

struct kev {
	struct feed f;
	uint32_t year, number, date;
	char name[256];
};

static int event(void *state, const struct sax_event *e)
{
	struct kev *k = state;

	if (e->type == SAX_STRING && strcmp(e->key, "dateReleased") == 0)
		snprintf(k->f.date, sizeof(k->f.date), "%.19s", e->text);
	if (strcmp(e->type == SAX_STRING ? e->parent : e->key, "vulnerabilities") != 0)
		return 0;
	if (e->type == SAX_OBJECT) {
		k->year = k->number = k->date = 0;
		k->name[0] = '\0';
	}
	if (e->type == SAX_STRING && strcmp(e->key, "cveID") == 0 &&
	    !cve_id_parse(e->text, e->len, &k->year, &k->number))
		return feed_refuse(&k->f, "cveID is no CVE id");
	if (e->type == SAX_STRING && strcmp(e->key, "dateAdded") == 0)
		k->date = build_date(e->text, e->len);
	if (e->type == SAX_STRING && strcmp(e->key, "vulnerabilityName") == 0)
		snprintf(k->name, sizeof(k->name), "%.255s", e->text);
	if (e->type != SAX_OBJECT_END)
		return 0;
	if (k->year == 0 || k->date == 0)
		return feed_refuse(&k->f, "an entry without cveID or dateAdded");
	k->f.count++;
	return build_kev(k->f.b, k->year, k->number, k->date, k->name);
}

const struct feed_kind feed_kev = {
	.name = "KEV",
	.licence = "CC0",
	.state_size = sizeof(struct kev),
	.event = event,
};
