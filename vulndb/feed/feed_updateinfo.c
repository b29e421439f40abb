/* SPDX-License-Identifier: Apache-2.0 */
/* feed_updateinfo.c - updateinfo.xml, the advisories of a repository of RPM packages, of Amazon Linux. */
#include <stdio.h>
#include <string.h>

#include "feed.h"
#include "feed_advisory.h"
#include "xml.h"

struct updateinfo {
	struct feed f;
	struct feed_advisory advisory; /* the <update> */
};

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Read the release of Amazon Linux from the release of a package: "1.amzn2023.0.1" -> "2023". */
static bool release_of(const char *release, char out[16])
{
	const char *mark = strstr(release, "amzn");
	size_t n = mark != NULL ? strspn(mark + 4, "0123456789") : 0;

	if (mark == NULL || mark == release || mark[-1] != '.' || n == 0 || n > 4)
		return false;
	snprintf(out, 16, "%.*s", (int)n, mark + 4);
	return true;
}

/* Add a package of the list; those of other distributions name no release of Amazon Linux. */
static int add_package(struct updateinfo *u, const struct xml_event *e)
{
	const char *name = xml_attribute(e, "name"), *epoch = xml_attribute(e, "epoch");
	const char *version = xml_attribute(e, "version"), *revision = xml_attribute(e, "release");
	struct build *b = u->f.b;
	char release[16], full[256];
	struct build_fix row = {0};

	if (name[0] == '\0' || version[0] == '\0' || !release_of(revision, release))
		return 0;
	/* What is cut is not compared. */
	if (snprintf(full, sizeof(full), "%s:%s-%s", epoch[0] != '\0' ? epoch : "0", version,
	             revision) >= (int)sizeof(full))
		return 0;
	row.distro = pool_text(&b->pool, "amazon");
	row.release = pool_text(&b->pool, release);
	row.package = build_text(b, name);
	row.fixed = build_text(b, full);
	return feed_advisory_row(&u->f, &u->advisory, &row);
}

static int event(void *state, const struct xml_event *e)
{
	struct updateinfo *u = state;

	if (e->end)
		return is(e->element, "update") ? feed_advisory_end(&u->f, &u->advisory) : 0;
	if (is(e->element, "update"))
		feed_advisory_begin(&u->advisory);
	else if (is(e->element, "issued") || is(e->element, "updated"))
		feed_advisory_date(&u->f, xml_attribute(e, "date"));
	else if (is(e->element, "reference"))
		return feed_advisory_id(&u->f, &u->advisory, xml_attribute(e, "id"));
	else if (is(e->element, "package"))
		return add_package(u, e);
	return 0;
}

const struct feed_kind feed_updateinfo = {
	.name = "Amazon Linux",
	.licence = "the distribution's",
	.state_size = sizeof(struct updateinfo),
	.element = event,
};
