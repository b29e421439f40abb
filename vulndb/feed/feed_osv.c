/* SPDX-License-Identifier: Apache-2.0 */
/* feed_osv.c - OSV records of distributions, and lines that pack the Debian ranges of one CVE. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cve_id.h"
#include "distro.h"
#include "feed.h"

enum { IDS_MAX = 512, ROWS_MAX = 4096 };

struct row {
	uint32_t distro, release, package, introduced, fixed, flags;
};

struct osv {
	struct feed f;
	struct {
		uint32_t year, number;
	} ids[IDS_MAX];
	size_t id_count;
	struct row rows[ROWS_MAX];
	size_t row_count;
	size_t affected; /* the first row of the package being read */
	char distro[16], release[16], package[96];
	struct feed_vector vector;
	uint32_t introduced;
	bool open, unimportant, withdrawn, ignored;
	bool partial;       /* the row is out of the changelog of one release */
	unsigned int words; /* how many texts of a pair of "not_affected" have come */
};

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void begin_record(struct osv *o)
{
	o->id_count = o->row_count = 0;
	o->withdrawn = false;
	o->vector = (struct feed_vector){0};
}

static void begin_package(struct osv *o)
{
	o->distro[0] = o->release[0] = o->package[0] = '\0';
	o->affected = o->row_count;
	o->open = o->unimportant = o->ignored = o->partial = false;
}

/* Add the CVE id of "CVE-...", "UBUNTU-CVE-..." or "DEBIAN-CVE-...". */
static int add_id(struct osv *o, const struct sax_event *e)
{
	const char *cve = strstr(e->text, "CVE-");
	uint32_t year, number;

	if (cve == NULL || !cve_id_parse(cve, strlen(cve), &year, &number))
		return 0;
	for (size_t i = 0; i < o->id_count; i++)
		if (o->ids[i].year == year && o->ids[i].number == number)
			return 0;
	if (o->id_count == IDS_MAX)
		return feed_refuse(&o->f, "a record with more than 512 CVE ids");
	o->ids[o->id_count].year = year;
	o->ids[o->id_count++].number = number;
	return 0;
}

static int add_row(struct osv *o, uint32_t fixed)
{
	if (o->row_count == ROWS_MAX)
		return feed_refuse(&o->f, "a record with more than 4096 ranges");
	o->rows[o->row_count++] = (struct row){
		.introduced = o->introduced,
		.fixed = fixed,
		.flags = fixed == 0 ? DB_F_UNFIXED : 0,
	};
	o->open = false;
	o->introduced = 0;
	return 0;
}

static int on_event_text(struct osv *o, const struct sax_event *e)
{
	if (is(e->key, "introduced")) {
		int ret = o->open ? add_row(o, 0) : 0;

		o->open = true;
		o->introduced = is(e->text, "0") ? 0 : build_text(o->f.b, e->text);
		return ret;
	}
	if (is(e->key, "fixed") && o->open)
		return add_row(o, build_text(o->f.b, e->text));
	return 0;
}

/* One text of the pair [ecosystem, package] in database_specific.not_affected: the release never had
 * the CVE. */
static int not_affected(struct osv *o, const struct sax_event *e)
{
	struct build *b = o->f.b;
	struct row *r;

	if (o->words++ == 0) {
		o->ignored = !distro_from_ecosystem(e->text, o->distro, o->release);
		return 0;
	}
	if (o->words != 2 || o->ignored)
		return 0;
	if (o->row_count == ROWS_MAX)
		return feed_refuse(&o->f, "a record with more than 4096 ranges");
	r = &o->rows[o->row_count++];
	*r = (struct row){
		.distro = pool_text(&b->pool, o->distro),
		.release = build_text(b, o->release),
		.package = build_text(b, e->text),
		.flags = DB_F_NEVER,
	};
	return 0;
}

static void end_package(struct osv *o)
{
	struct build *b = o->f.b;

	if (o->distro[0] == '\0' || o->package[0] == '\0' || o->ignored) {
		o->row_count = o->affected;
		return;
	}
	for (size_t i = o->affected; i < o->row_count; i++) {
		o->rows[i].distro = pool_text(&b->pool, o->distro);
		o->rows[i].release = build_text(b, o->release);
		o->rows[i].package = build_text(b, o->package);
		o->rows[i].flags |= o->unimportant ? DB_F_UNIMPORTANT : 0;
		o->rows[i].flags |= o->partial ? DB_F_PARTIAL : 0;
	}
}

static int end_record(struct osv *o)
{
	int ret = 0;

	/* The severity of an advisory about several CVEs belongs to none of them. */
	if (o->id_count == 1 && o->vector.text[0] != '\0' && !o->withdrawn)
		ret = build_vector(o->f.b, o->ids[0].year, o->ids[0].number, o->vector.text);
	for (size_t i = 0; i < o->id_count && !o->withdrawn; i++) {
		for (size_t r = 0; r < o->row_count && ret == 0; r++) {
			struct build_fix fix = {
				.distro = o->rows[r].distro,
				.release = o->rows[r].release,
				.package = o->rows[r].package,
				.year = o->ids[i].year,
				.number = o->ids[i].number,
				.introduced = o->rows[r].introduced,
				.fixed = o->rows[r].fixed,
				.flags = o->rows[r].flags,
			};

			ret = build_fix(o->f.b, &fix);
			o->f.count++;
		}
	}
	return ret;
}

static int on_string(struct osv *o, const struct sax_event *e)
{
	if (e->depth == 1 && is(e->key, "withdrawn"))
		o->withdrawn = true;
	if ((is(e->key, "modified") || is(e->key, "published")) &&
	    build_time(e->text, e->len) != 0 && strcmp(e->text, o->f.date) > 0)
		snprintf(o->f.date, sizeof(o->f.date), "%.19s", e->text);
	if ((e->depth == 1 && is(e->key, "id")) || is(e->parent, "aliases") ||
	    is(e->parent, "upstream") || is(e->parent, "related"))
		return add_id(o, e);
	if (is(e->key, "not_affected"))
		return not_affected(o, e);
	if (is(e->key, "ecosystem") || is(e->key, "eco"))
		o->ignored = !distro_from_ecosystem(e->text, o->distro, o->release);
	else if ((is(e->key, "name") && is(e->parent, "package")) || is(e->key, "pkg"))
		snprintf(o->package, sizeof(o->package), "%.95s", e->text);
	else if (is(e->key, "score") && is(e->parent, "severity"))
		feed_take_vector(&o->vector, e->text); /* or a distribution's own word: "medium" */
	else if (is(e->key, "changelog_date"))
		o->partial = true;
	else if (is(e->key, "urgency"))
		o->unimportant = is(e->text, "unimportant");
	else if (is(e->parent, "events") || is(e->parent, "ranges"))
		return on_event_text(o, e);
	return 0;
}

static int on_object_end(struct osv *o, const struct sax_event *e)
{
	int ret = 0;

	if (e->depth == 0 || (e->depth == 1 && e->key[0] == '\0'))
		return end_record(o);
	if (is(e->key, "ranges") && o->open)
		ret = add_row(o, 0);
	if (is(e->key, "affected") || is(e->key, "debian"))
		end_package(o);
	return ret;
}

static int event(void *state, const struct sax_event *e)
{
	struct osv *o = state;

	switch (e->type) {
	case SAX_OBJECT:
		if (e->depth == 0 || (e->depth == 1 && e->key[0] == '\0'))
			begin_record(o);
		else if (is(e->key, "affected") || is(e->key, "debian"))
			begin_package(o);
		return 0;
	case SAX_OBJECT_END:
		return on_object_end(o, e);
	case SAX_ARRAY:
		o->words = 0;
		return 0;
	case SAX_STRING:
		return on_string(o, e);
	default:
		return 0;
	}
}

const struct feed_kind feed_osv = {
	.name = "OSV",
	.licence = "the distribution's",
	.state_size = sizeof(struct osv),
	.event = event,
};
