/* SPDX-License-Identifier: Apache-2.0 */
/* feed_debian.c - the Debian security tracker's JSON: package, CVE, release. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cve_id.h"
#include "distro.h"
#include "feed.h"

/* Depths of the members: {package: {CVE: {"releases": {codename: {member: ...}}}}}. */
enum { IN_PACKAGE = 1, IN_CVE = 2, IN_RELEASES = 3, IN_RELEASE = 4, IN_MEMBERS = 5 };

struct tracker {
	struct feed f;
	char status[24], fixed[128];
	bool unimportant, has_fixed;
};

static int end_release(struct tracker *t, const char *codename)
{
	struct build_fix fix = {0};
	const char *cve = sax_path(t->f.json, IN_CVE + 1);
	const char *release = distro_release_of("debian", codename);

	if (release == NULL || !cve_id_parse(cve, strlen(cve), &fix.year, &fix.number))
		return 0;
	if (strcmp(t->status, "open") != 0 && strcmp(t->status, "resolved") != 0)
		return 0;
	fix.distro = pool_text(&t->f.b->pool, "debian");
	fix.release = pool_text(&t->f.b->pool, release);
	fix.package = build_text(t->f.b, sax_path(t->f.json, IN_PACKAGE + 1));
	if (strcmp(t->status, "open") == 0)
		fix.flags = DB_F_UNFIXED;
	else if (!t->has_fixed || strcmp(t->fixed, "0") == 0)
		fix.flags = DB_F_NEVER;
	else
		fix.fixed = build_text(t->f.b, t->fixed);
	if (t->unimportant)
		fix.flags |= DB_F_UNIMPORTANT;
	t->f.count++;
	if (build_whole(t->f.b, &fix) != 0)
		return -ENOMEM;
	return build_fix(t->f.b, &fix);
}

static int event(void *state, const struct sax_event *e)
{
	struct tracker *t = state;

	if (e->type == SAX_OBJECT && e->depth == IN_RELEASE) {
		t->status[0] = t->fixed[0] = '\0';
		t->unimportant = t->has_fixed = false;
	}
	if (e->depth < IN_RELEASE || strcmp(sax_path(t->f.json, IN_RELEASES + 1), "releases") != 0)
		return 0;
	if (e->type == SAX_OBJECT_END && e->depth == IN_RELEASE)
		return end_release(t, e->key);
	if (e->type != SAX_STRING || e->depth != IN_MEMBERS)
		return 0;
	if (strcmp(e->key, "status") == 0)
		snprintf(t->status, sizeof(t->status), "%.23s", e->text);
	if (strcmp(e->key, "urgency") == 0)
		t->unimportant = strcmp(e->text, "unimportant") == 0;
	if (strcmp(e->key, "fixed_version") == 0) {
		snprintf(t->fixed, sizeof(t->fixed), "%.127s", e->text);
		t->has_fixed = true;
	}
	return 0;
}

const struct feed_kind feed_debian = {
	.name = "Debian tracker",
	.licence = "Debian",
	.state_size = sizeof(struct tracker),
	.event = event,
};
