/* SPDX-License-Identifier: Apache-2.0 */
/* feed_secdb.c - Alpine's security database: for each package, the versions that fixed CVEs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cve_id.h"
#include "feed.h"

enum { ROWS_MAX = 8192 };

struct row {
	uint32_t fixed, year, number, flags;
};

struct secdb {
	struct feed f;
	char release[16], package[96];
	struct row rows[ROWS_MAX]; /* of the package that is being read */
	size_t row_count;
};

/* Add the ids of one text: "CVE-2023-44487 VSV00013" has one, "ALPINE-13661" none. @version: the
 * one that fixed them; "0": the branch never had them. */
static int add_ids(struct secdb *s, const char *text, const char *version)
{
	for (const char *at = strstr(text, "CVE-"); at != NULL; at = strstr(at + 4, "CVE-")) {
		struct row *r = &s->rows[s->row_count];
		size_t len = strspn(at + 4, "0123456789-") + 4;
		bool never = strcmp(version, "0") == 0;

		if (s->row_count == ROWS_MAX)
			return feed_refuse(&s->f, "a package with more than 8192 fixes");
		if (!cve_id_parse(at, len, &r->year, &r->number))
			continue;
		r->fixed = never ? 0 : build_text(s->f.b, version);
		r->flags = never ? DB_F_NEVER : 0;
		s->row_count++;
	}
	return 0;
}

static int end_package(struct secdb *s)
{
	struct build *b = s->f.b;
	int ret = 0;

	if (s->package[0] == '\0' || s->release[0] == '\0')
		s->row_count = 0;
	for (size_t i = 0; i < s->row_count && ret == 0; i++) {
		struct build_fix fix = {
			.distro = pool_text(&b->pool, "alpine"),
			.release = build_text(b, s->release),
			.package = build_text(b, s->package),
			.year = s->rows[i].year,
			.number = s->rows[i].number,
			.fixed = s->rows[i].fixed,
			.flags = s->rows[i].flags,
		};

		ret = build_fix(b, &fix);
		s->f.count++;
	}
	s->row_count = 0;
	return ret;
}

/* "v3.19" is 3.19; "edge" is no release. */
static void take_release(struct secdb *s, const char *text)
{
	text += *text == 'v';
	snprintf(s->release, sizeof(s->release), "%.15s", *text >= '0' && *text <= '9' ? text : "");
}

static int event(void *state, const struct sax_event *e)
{
	struct secdb *s = state;

	if (e->type == SAX_OBJECT && e->depth == 0)
		s->release[0] = '\0';
	if (e->type == SAX_OBJECT && strcmp(e->key, "pkg") == 0) {
		s->package[0] = '\0';
		s->row_count = 0;
	}
	if (e->type == SAX_OBJECT_END && strcmp(e->key, "pkg") == 0)
		return end_package(s);
	if (e->type != SAX_STRING)
		return 0;
	if (e->depth == 1 && strcmp(e->key, "distroversion") == 0)
		take_release(s, e->text);
	else if (strcmp(e->key, "name") == 0 && strcmp(e->parent, "pkg") == 0)
		snprintf(s->package, sizeof(s->package), "%.95s", e->text);
	else if (strcmp(sax_path(s->f.json, e->depth - 1), "secfixes") == 0)
		return add_ids(s, e->text, e->key);
	return 0;
}

const struct feed_kind feed_secdb = {
	.name = "Alpine secdb",
	.licence = "none stated",
	.state_size = sizeof(struct secdb),
	.event = event,
};
