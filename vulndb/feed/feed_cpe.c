/* SPDX-License-Identifier: Apache-2.0 */
/* feed_cpe.c - NVD's CPE dictionary (pages of its API): which products another name has
 * replaced. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cpe.h"
#include "feed.h"

enum { NAME = 512, TARGETS_MAX = 64 };

struct dictionary {
	struct feed f;
	char name[NAME];
	struct {
		uint32_t name;
		char part;
	} targets[TARGETS_MAX]; /* products that replaced it */
	size_t target_count;
	bool deprecated, bad;
};

/* Add the product of a CPE name to the pool and set its part. Returns its offset, or 0 and sets
 * @d->bad where @name is none. */
static uint32_t product(struct dictionary *d, const char *name, char *part)
{
	struct cpe c;

	if (cpe_parse(name, strlen(name), &c) != 0) {
		d->bad = true;
		return 0;
	}
	*part = cpe_get(&c, CPE_PART)[0];
	return build_name(d->f.b, &c);
}

static void add_target(struct dictionary *d, const char *text)
{
	char part = 0;
	uint32_t name = product(d, text, &part);

	if (d->target_count == TARGETS_MAX)
		return;
	d->targets[d->target_count].part = part;
	d->targets[d->target_count++].name = name;
}

/* A name keeps its product where it is not deprecated, where nothing replaced it, or where another
 * version of its own product did. */
static int end_name(struct dictionary *d)
{
	char part = 0;
	uint32_t name = product(d, d->name, &part);
	int ret = 0;

	if (d->bad)
		return feed_refuse(&d->f, "a name that is no CPE name");
	d->f.count++;
	if (name == 0)
		return 0;
	if (!d->deprecated || d->target_count == 0)
		return build_rename(d->f.b, name, 0);
	for (size_t i = 0; i < d->target_count && ret == 0; i++) {
		/* A target of another part does not count: hardware that was listed as a program is
		 * not another name of that program. */
		bool other = d->targets[i].part == part && d->targets[i].name != name;

		ret = build_rename(d->f.b, name, other ? d->targets[i].name : 0);
	}
	return ret;
}

static void on_string(struct dictionary *d, const struct sax_event *e)
{
	if (strcmp(e->key, "timestamp") == 0 && e->depth == 1)
		snprintf(d->f.date, sizeof(d->f.date), "%.19s", e->text);
	if (strcmp(e->key, "cpeName") != 0)
		return;
	if (strcmp(e->parent, "deprecatedBy") == 0)
		add_target(d, e->text);
	else if (strcmp(e->parent, "cpe") == 0)
		snprintf(d->name, sizeof(d->name), "%.511s", e->text);
}

static int event(void *state, const struct sax_event *e)
{
	struct dictionary *d = state;

	switch (e->type) {
	case SAX_OBJECT:
		if (strcmp(e->key, "cpe") != 0)
			return 0;
		d->name[0] = '\0';
		d->target_count = 0;
		d->deprecated = d->bad = false;
		return 0;
	case SAX_OBJECT_END:
		return strcmp(e->key, "cpe") == 0 ? end_name(d) : 0;
	case SAX_STRING:
		on_string(d, e);
		return 0;
	case SAX_BOOL:
		if (strcmp(e->key, "deprecated") == 0)
			d->deprecated = e->truth;
		return 0;
	default:
		return 0;
	}
}

const struct feed_kind feed_cpe = {
	.name = "CPE dictionary",
	.licence = "public domain",
	.state_size = sizeof(struct dictionary),
	.event = event,
};
