/* SPDX-License-Identifier: Apache-2.0 */
/* index_name.c - groups the names of one product, and writes the table that finds them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "db_hash.h"
#include "index.h"

/* A union-find forest of names: joined names form a tree, whose root stands for all of them. */
struct names {
	struct index *x;
	struct build *b;
	struct map parent;   /* name -> name; a name that is not in it is its own root */
	struct map group_of; /* name -> group + 1 */
};

/* Find the root of a name. Iterative, with path halving, because feeds decide how long a chain of
 * aliases is. */
static uint32_t root(const struct names *n, uint32_t name)
{
	uint32_t *up = map_get(&n->parent, name), *above;

	while (up != NULL && *up != name) {
		above = map_get(&n->parent, *up);
		if (above != NULL)
			*up = *above;
		name = *up;
		up = map_get(&n->parent, name);
	}
	return name;
}

static int join(struct names *n, uint32_t a, uint32_t b)
{
	uint32_t *up;
	bool fresh;

	a = root(n, a);
	b = root(n, b);
	if (a == b)
		return 0;
	up = map_put(&n->parent, a, &fresh);
	if (up == NULL)
		return -ENOMEM;
	*up = b;
	return 0;
}

static int by_rename(const void *p, const void *q)
{
	const struct build_rename *a = p, *b = q;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return (a->target > b->target) - (a->target < b->target);
}

/* Join a product with the one that replaced it, if every name that a dictionary has of it points to
 * that one. */
static int join_renames(struct names *n)
{
	struct build_rename *r = n->b->renames.data;
	size_t count = n->b->renames.count, next;
	int ret = 0;

	if (count > 1)
		qsort(r, count, sizeof(*r), by_rename);
	for (size_t i = 0; i < count && ret == 0; i = next) {
		bool one = r[i].target != 0;

		for (next = i + 1; next < count && r[next].name == r[i].name; next++)
			one = one && r[next].target == r[i].target;
		if (one)
			ret = join(n, r[i].name, r[i].target);
	}
	return ret;
}

static int join_aliases(struct names *n)
{
	int ret = 0;

	for (size_t i = 0; i < n->b->aliases.count && ret == 0; i++) {
		const struct build_alias *a = vec_at(&n->b->aliases, i);

		ret = join(n, a->name, a->canonical);
	}
	return ret;
}

/* Join @name with the first name of the same vendor and product, if it has another part: NVD calls
 * one product "o:fortinet:fortios" and "a:fortinet:fortios". @first: vendor and product -> name. */
static int join_part(struct names *n, struct map *first, uint32_t name)
{
	const char *text = pool_get(&n->b->pool, name), *colon = strchr(text, ':');
	char rest[VD_CPE_LEN * 2]; /* a copy, because the pool may move */
	uint32_t key, *at;
	bool fresh;

	if (colon == NULL || strlen(colon) >= sizeof(rest))
		return 0;
	strcpy(rest, colon);
	key = pool_text(&n->b->pool, rest);
	at = key != 0 ? map_put(first, key, &fresh) : NULL;
	if (at == NULL)
		return -ENOMEM;
	if (fresh)
		*at = name;
	return *at == name ? 0 : join(n, name, *at);
}

static int join_parts(struct names *n)
{
	struct map first = {0};
	int ret = 0;

	for (size_t i = 0; i < n->x->crits.count && ret == 0; i++) {
		const struct db_crit *c = vec_at(&n->x->crits, i);

		if (i == 0 || c->name != c[-1].name)
			ret = join_part(n, &first, c->name);
	}
	map_fini(&first);
	return ret;
}

/* The group of a name, created if there is none; UINT32_MAX: no memory. */
static uint32_t group_of(struct names *n, uint32_t name)
{
	uint32_t main_name = root(n, name), group;
	bool fresh;
	uint32_t *at = map_put(&n->group_of, main_name, &fresh);

	if (at == NULL)
		return UINT32_MAX;
	if (fresh) {
		if (vec_push(&n->x->groups) == NULL)
			return UINT32_MAX;
		*at = (uint32_t)n->x->groups.count;
	}
	group = *at - 1;
	if (main_name == name)
		return group;
	at = map_put(&n->group_of, name, &fresh);
	if (at == NULL)
		return UINT32_MAX;
	*at = group + 1;
	return group;
}

/* Give each name a group. The names of criteria come first, so that groups are in the order in
 * which CVEs name them; then those that only aliases, renames or packages have. */
static int group_all(struct names *n)
{
	bool ok = true;

	for (size_t i = 0; i < n->x->crits.count && ok; i++) {
		struct db_crit *c = vec_at(&n->x->crits, i);

		c->group = group_of(n, c->name);
		ok = c->group != UINT32_MAX;
	}
	for (size_t i = 0; i < n->b->aliases.count && ok; i++) {
		const struct build_alias *a = vec_at(&n->b->aliases, i);

		ok = group_of(n, a->name) != UINT32_MAX && group_of(n, a->canonical) != UINT32_MAX;
	}
	for (size_t i = 0; i < n->b->renames.count && ok; i++) {
		const struct build_rename *r = vec_at(&n->b->renames, i);

		if (map_get(&n->parent, r->name) != NULL)
			ok = group_of(n, r->name) != UINT32_MAX;
	}
	for (size_t i = 0; i < n->b->packages.count && ok; i++) {
		const struct build_package *p = vec_at(&n->b->packages, i);
		uint32_t group = group_of(n, p->name);

		ok = group != UINT32_MAX;
		if (ok)
			((struct db_group *)vec_at(&n->x->groups, group))->packages = p->packages;
	}
	return ok ? 0 : -ENOMEM;
}

static int name_table(struct names *n)
{
	size_t slots = 1024, next = 0;
	struct db_name *names;
	uint32_t *group;
	uint64_t text;

	while (slots < map_count(&n->group_of) * 2)
		slots *= 2;
	if (!vec_resize(&n->x->names, slots))
		return -ENOMEM;
	names = n->x->names.data;
	while ((group = map_next(&n->group_of, &next, &text)) != NULL) {
		const char *name = pool_get(&n->b->pool, (uint32_t)text);
		size_t at;

		if (text == 0)
			continue;
		at = db_slot(db_name_hash(name), slots);
		while (names[at].text != 0)
			at = (at + 1) & (slots - 1);
		names[at] = (struct db_name){(uint32_t)text, *group - 1};
	}
	return 0;
}

int index_names(struct index *x, struct build *b)
{
	struct names n = {.x = x, .b = b};
	int ret = join_aliases(&n);

	if (ret == 0)
		ret = join_renames(&n);
	if (ret == 0)
		ret = join_parts(&n);
	if (ret == 0)
		ret = group_all(&n);
	if (ret == 0)
		ret = name_table(&n);
	map_fini(&n.parent);
	map_fini(&n.group_of);
	return ret;
}
