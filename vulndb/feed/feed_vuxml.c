/* SPDX-License-Identifier: Apache-2.0 */
/* feed_vuxml.c - FreeBSD's list of vulnerable packages, VuXML. */
#include <stdio.h>
#include <string.h>

#include "distro.h"
#include "feed.h"
#include "feed_advisory.h"
#include "xml.h"

enum { NAMES_MAX = 512, RANGES_MAX = 512, VERSION_MAX = 96 };

struct range {
	uint32_t introduced, fixed; /* as in struct build_fix */
};

struct vuxml {
	struct feed f;
	struct feed_advisory advisory; /* the <vuln> */
	uint32_t names[NAMES_MAX];     /* of the <package> */
	struct range ranges[RANGES_MAX];
	size_t name_count, range_count;
	/* The bounds of the <range>; "": none. With ">" a bound stands for what comes behind it. */
	char from[VERSION_MAX], to[VERSION_MAX];
	bool is_void;
};

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* ---- a package ---- */

/* The system itself is no package: no banner tells how far it is patched. */
static int add_name(struct vuxml *v, const char *name)
{
	if (name[0] == '\0' || strncmp(name, "FreeBSD", 7) == 0)
		return 0;
	if (v->name_count == NAMES_MAX)
		return feed_refuse(&v->f, "a package with more than 512 names");
	v->names[v->name_count++] = build_text(v->f.b, name);
	return 0;
}

/* Keep a bound of the range. One that is too long to be a version makes the range void. */
static void add_bound(struct vuxml *v, const char *kind, const char *version)
{
	static const struct {
		const char *kind, *from, *to; /* formats; NULL: not that bound */
	} bounds[] = {
		{"lt", NULL, "%s"},  {"le", NULL, ">%s"}, {"ge", "%s", NULL},
		{"gt", ">%s", NULL}, {"eq", "%s", ">%s"},
	};
	size_t len = strlen(version);

	if (len > VERSION_MAX - 2)
		v->is_void = true;
	if (len == 0 || v->is_void)
		return;
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		if (!is(kind, bounds[i].kind))
			continue;
		if (bounds[i].from != NULL)
			snprintf(v->from, sizeof(v->from), "%s%s",
			         bounds[i].from[0] == '>' ? ">" : "", version);
		if (bounds[i].to != NULL)
			snprintf(v->to, sizeof(v->to), "%s%s", bounds[i].to[0] == '>' ? ">" : "",
			         version);
	}
}

static int end_range(struct vuxml *v)
{
	/* "From 0 on" means all versions. */
	bool all = is(v->from, "0") || is(v->from, ">0");

	if (v->is_void || (v->from[0] == '\0' && v->to[0] == '\0'))
		return 0;
	if (v->range_count == RANGES_MAX)
		return feed_refuse(&v->f, "a package with more than 512 ranges");
	v->ranges[v->range_count++] = (struct range){
		.introduced = v->from[0] == '\0' || all ? 0 : build_text(v->f.b, v->from),
		.fixed = v->to[0] == '\0' ? 0 : build_text(v->f.b, v->to),
	};
	return 0;
}

static int end_package(struct vuxml *v)
{
	struct build *b = v->f.b;
	int ret = 0;

	for (size_t i = 0; i < v->name_count; i++)
		for (size_t k = 0; k < v->range_count && ret == 0; k++) {
			const struct range *r = &v->ranges[k];
			const struct build_fix row = {
				.distro = pool_text(&b->pool, "freebsd"),
				.release = pool_text(&b->pool, distro_common_release("freebsd")),
				.package = v->names[i],
				.introduced = r->introduced,
				.fixed = r->fixed,
				.flags = r->fixed == 0 ? DB_F_UNFIXED : 0,
			};

			ret = feed_advisory_row(&v->f, &v->advisory, &row);
		}
	return ret;
}

/* ---- the document ---- */

static int on_begin(struct vuxml *v, const struct xml_event *e)
{
	if (is(e->element, "vuln")) {
		feed_advisory_begin(&v->advisory);
	} else if (is(e->element, "package") || is(e->element, "system")) {
		v->name_count = v->range_count = 0;
	} else if (is(e->element, "range")) {
		v->from[0] = v->to[0] = '\0';
		v->is_void = false;
	}
	return 0;
}

static int on_end(struct vuxml *v, const struct xml_event *e)
{
	if (is(e->parent, "range"))
		add_bound(v, e->element, e->text);
	else if (is(e->element, "range"))
		return end_range(v);
	else if (is(e->element, "name") && is(e->parent, "package"))
		return add_name(v, e->text);
	else if (is(e->element, "package"))
		return end_package(v);
	else if (is(e->element, "cvename"))
		return feed_advisory_id(&v->f, &v->advisory, e->text);
	else if (is(e->parent, "dates"))
		feed_advisory_date(&v->f, e->text);
	else if (is(e->element, "vuln"))
		return feed_advisory_end(&v->f, &v->advisory);
	return 0;
}

static int event(void *state, const struct xml_event *e)
{
	return e->end ? on_end(state, e) : on_begin(state, e);
}

const struct feed_kind feed_vuxml = {
	.name = "VuXML",
	.licence = "BSD-2-Clause",
	.state_size = sizeof(struct vuxml),
	.element = event,
};
