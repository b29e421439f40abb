/* SPDX-License-Identifier: Apache-2.0 */
/* feed_redhat.c - records of Red Hat's Security Data API: fixes, and the state of what has none. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cve_id.h"
#include "distro.h"
#include "feed.h"

enum { ROWS_MAX = 4096 };

struct row {
	char release[16], package[96], fixed[128];
	uint32_t flags;
};

struct redhat {
	struct feed f;
	uint32_t year, number; /* 0: the id has not come */
	struct row rows[ROWS_MAX];
	size_t row_count;
	struct feed_vector vector;
	/* the object of "affected_release" or "package_state" that is being read */
	char cpe[128], package[160], state[32];
};

/* What the states of a package mean. A state that is not listed says that nobody has looked, or
 * that nobody will. */
static const struct {
	const char *state;
	uint32_t flags;
} states[] = {
	{"Not affected", DB_F_NEVER},
	{"Affected", DB_F_UNFIXED},
	{"Will not fix", DB_F_UNFIXED},
	{"Fix deferred", DB_F_UNFIXED},
};

/* Read the release out of "cpe:/o:redhat:enterprise_linux:9". */
static bool release_of(const char *cpe, char release[16])
{
	if (strncmp(cpe, "cpe:/", 5) != 0 || cpe[5] == '\0' || strncmp(cpe + 6, ":redhat:", 8) != 0)
		return false;
	return distro_from_red_hat(cpe + 14, release);
}

static struct row *add_row(struct redhat *r, const char *package, size_t len)
{
	struct row *row;

	if (r->row_count == ROWS_MAX)
		return NULL;
	row = &r->rows[r->row_count];
	if (!release_of(r->cpe, row->release) || len == 0 || len >= sizeof(row->package))
		return NULL;
	snprintf(row->package, sizeof(row->package), "%.*s", (int)len, package);
	row->fixed[0] = '\0';
	row->flags = 0;
	r->row_count++;
	return row;
}

/* Add the fix "openssh-0:8.0p1-19.el8_9.2": name, version, release. The package of a module, such
 * as "httpd:2.4-8070020230131172653.bd1311ed", states a stamp of its build and no version. */
static void end_fix(struct redhat *r)
{
	const char *release = strrchr(r->package, '-'), *version = release, *colon;
	struct row *row;

	if (release == NULL)
		return;
	while (version > r->package && version[-1] != '-')
		version--;
	if (version == r->package)
		return;
	colon = version + strspn(version, "0123456789");
	if (colon == version || *colon != ':' || colon > release)
		return;
	row = add_row(r, r->package, (size_t)(version - 1 - r->package));
	if (row != NULL)
		snprintf(row->fixed, sizeof(row->fixed), "%.127s", version);
}

/* Add the state of "httpd:2.4/httpd" or "httpd". */
static void end_state(struct redhat *r)
{
	const char *slash = strrchr(r->package, '/');
	const char *name = slash != NULL ? slash + 1 : r->package;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct row *row;

		if (strcmp(states[i].state, r->state) != 0)
			continue;
		row = add_row(r, name, strlen(name));
		if (row != NULL)
			row->flags = states[i].flags;
	}
}

static int end_record(struct redhat *r)
{
	struct build *b = r->f.b;
	int ret = 0;

	if (r->year != 0 && r->vector.text[0] != '\0')
		ret = build_vector(b, r->year, r->number, r->vector.text);
	for (size_t i = 0; i < r->row_count && r->year != 0 && ret == 0; i++) {
		struct build_fix fix = {
			.distro = pool_text(&b->pool, "rhel"),
			.release = build_text(b, r->rows[i].release),
			.package = build_text(b, r->rows[i].package),
			.year = r->year,
			.number = r->number,
			.fixed = build_text(b, r->rows[i].fixed),
			.flags = r->rows[i].flags,
		};

		ret = build_fix(b, &fix);
		r->f.count++;
	}
	return ret;
}

static void on_string(struct redhat *r, const struct sax_event *e)
{
	if (e->parent[0] == '\0' && strcmp(e->key, "name") == 0 &&
	    !cve_id_parse(e->text, e->len, &r->year, &r->number))
		r->year = 0;
	if (e->parent[0] == '\0' && strcmp(e->key, "public_date") == 0 &&
	    strcmp(e->text, r->f.date) > 0 && build_time(e->text, e->len) != 0)
		snprintf(r->f.date, sizeof(r->f.date), "%.19s", e->text);
	if (strcmp(e->key, "cvss3_scoring_vector") == 0 ||
	    strcmp(e->key, "cvss_scoring_vector") == 0)
		feed_take_vector(&r->vector, e->text);
	if (strcmp(e->key, "cpe") == 0)
		snprintf(r->cpe, sizeof(r->cpe), "%.127s", e->text);
	else if (strcmp(e->key, "package") == 0 || strcmp(e->key, "package_name") == 0)
		snprintf(r->package, sizeof(r->package), "%.159s", e->text);
	else if (strcmp(e->key, "fix_state") == 0)
		snprintf(r->state, sizeof(r->state), "%.31s", e->text);
}

static int event(void *state, const struct sax_event *e)
{
	struct redhat *r = state;

	if (e->type == SAX_STRING) {
		on_string(r, e);
	} else if (e->type == SAX_OBJECT && (e->depth == 0 || e->key[0] == '\0')) {
		r->year = 0;
		r->row_count = 0;
		r->vector = (struct feed_vector){0};
	} else if (e->type == SAX_OBJECT) {
		r->cpe[0] = r->package[0] = r->state[0] = '\0';
	} else if (e->type == SAX_OBJECT_END) {
		if (e->depth == 0 || e->key[0] == '\0')
			return end_record(r);
		if (strcmp(e->key, "affected_release") == 0)
			end_fix(r);
		else if (strcmp(e->key, "package_state") == 0)
			end_state(r);
	}
	return 0;
}

const struct feed_kind feed_redhat = {
	.name = "Red Hat",
	.licence = "CC-BY-4.0",
	.state_size = sizeof(struct redhat),
	.event = event,
};
