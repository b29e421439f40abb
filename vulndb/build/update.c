/* SPDX-License-Identifier: Apache-2.0 */
/* update.c - builds a vulndb file from rule files, facts and feeds. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "build.h"
#include "feed.h"
#include "index.h"
#include "rule.h"
#include "rule_set.h"

static void tell(const struct vulndb_sources *s, const char *what, uint64_t done, uint64_t total)
{
	if (s->progress != NULL)
		s->progress(s->progress_arg, what, done, total);
}

static int no_memory(struct error *err, int ret)
{
	return ret != 0 ? error_set(err, ret, "building the vulndb: %s", strerror(-ret)) : 0;
}

/* The date of a build without a clock: that of its newest fact, in microseconds since 1970, so that
 * the build can be reproduced. */
static int64_t newest(const struct index *x, const struct build *b)
{
	uint32_t date = 0, time;
	char text[16];

	for (size_t i = 0; i < b->kevs.count; i++) {
		const struct build_kev *k = vec_at(&b->kevs, i);

		date = k->date > date ? k->date : date;
	}
	snprintf(text, sizeof(text), "%04u-%02u-%02u", date / 10000 % 10000, date / 100 % 100,
	         date % 100);
	time = build_time(text, strlen(text));
	for (size_t i = 0; i < x->cves.count; i++) {
		const struct db_cve *c = vec_at(&x->cves, i);

		time = c->modified > time ? c->modified : time;
	}
	return (int64_t)time * 1000000;
}

static int write_tables(struct build *b, struct index *x, const char *path,
                        const struct vulndb_sources *s, struct error *err)
{
	const struct vec *vecs[DB_TABLES] = {
		[DB_CVE] = &x->cves,        [DB_CONF] = &x->confs,     [DB_NODE] = &x->nodes,
		[DB_CRIT] = &x->crits,      [DB_QUAL] = &b->quals,     [DB_NAME] = &x->names,
		[DB_GROUP] = &x->groups,    [DB_VER] = &x->vers,       [DB_EXACT] = &x->exacts,
		[DB_RANGE] = &x->ranges,    [DB_BLOCK] = &x->blocks,   [DB_PKG] = &x->pkgs,
		[DB_FAMILY] = &x->families, [DB_FAMCVE] = &x->famcves, [DB_FIX] = &x->fixes,
		[DB_FIXVER] = &x->fixvers,  [DB_SPARE] = &x->spares,
	};
	const void *tables[DB_TABLES] = {0};
	uint64_t bytes[DB_TABLES] = {0};
	struct db_meta meta = {
		.built_us = s->now_us != 0 ? s->now_us : newest(x, b),
		.cves = (uint32_t)x->cves.count,
		.matches = (uint32_t)x->crits.count,
		.kev = x->kev,
		.epss = x->epss,
		.fixes = (uint32_t)x->fixes.count,
		.exposures = b->exposure_count,
	};

	build_sources_text(b, meta.sources, sizeof(meta.sources));
	for (int i = 0; i < DB_TABLES; i++) {
		if (vecs[i] == NULL)
			continue;
		tables[i] = vecs[i]->data;
		bytes[i] = vecs[i]->count * vecs[i]->item;
	}
	tables[DB_STR] = b->pool.data;
	bytes[DB_STR] = b->pool.len;
	tables[DB_EXPO] = b->exposures;
	bytes[DB_EXPO] = b->exposures != NULL ? strlen(b->exposures) : 0;
	tables[DB_SCORE] = b->score;
	bytes[DB_SCORE] = b->score != NULL ? strlen(b->score) : 0;
	tables[DB_RULES] = b->rules;
	bytes[DB_RULES] = b->rules_len;
	return db_write(path, tables, bytes, &meta, err);
}

/* Sort all facts into the tables and write the file. */
static int build_write(struct build *b, const char *path, const struct vulndb_sources *s,
                       struct error *err)
{
	struct index x;
	int ret;

	index_init(&x);
	tell(s, "sorting CVEs", 0, 4);
	ret = index_cves(&x, b);
	tell(s, "indexing products", 1, 4);
	if (ret == 0)
		ret = index_names(&x, b);
	if (ret == 0)
		ret = index_products(&x, b);
	tell(s, "indexing packages", 2, 4);
	if (ret == 0)
		ret = index_packages(&x, b);
	no_memory(err, ret);
	tell(s, "writing", 3, 4);
	if (ret == 0)
		ret = write_tables(b, &x, path, s, err);
	index_fini(&x);
	return ret;
}

/* Read the fact files of a folder, and no other file that lies there. */
static int read_facts(struct build *b, const char *dir, struct error *err)
{
	static const char *const names[] = {
		"aliases.tsv",        "cve.tsv.zst",        "kev.tsv.zst",      "epss.tsv.zst",
		"fix.tsv.zst",        "fix-ubuntu.tsv.zst", "fix-alma.tsv.zst", "fix-rocky.tsv.zst",
		"fix-redhat.tsv.zst", "fix-alpine.tsv.zst",
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && ret == 0; i++) {
		char path[4096];
		FILE *file;

		if (dir == NULL ||
		    snprintf(path, sizeof(path), "%s/%s", dir, names[i]) >= (int)sizeof(path))
			return 0;
		file = fopen(path, "rb");
		if (file == NULL)
			continue;
		fclose(file);
		ret = feed_read(b, NULL, path, err);
	}
	return ret;
}

static int read_all(struct build *b, struct rule_set *rules, const struct vulndb_sources *s,
                    struct error *err)
{
	int ret = 0;

	if (s->base != NULL) {
		tell(s, "the file in use", 0, s->feed_count + 2);
		ret = base_read(b, s->base, s->rules_dir == NULL, err);
	}
	if (ret == 0 && s->rules_dir != NULL) {
		tell(s, "rules", 0, s->feed_count + 2);
		ret = rules_read_dir(rules, s->rules_dir, err);
	}
	if (ret == 0)
		ret = build_tables(b, s, err);
	tell(s, "bundled facts", 1, s->feed_count + 2);
	if (ret == 0)
		ret = read_facts(b, s->facts_dir, err);
	b->passed_over = s->passed_over;
	b->passed_over_arg = s->passed_over_arg;
	for (size_t i = 0; i < s->feed_count && ret == 0; i++) {
		tell(s, s->feeds[i], i + 2, s->feed_count + 2);
		ret = feed_read(b, rules, s->feeds[i], err);
	}
	return ret;
}

int vulndb_build(const char *path, const struct vulndb_sources *sources, struct error *err)
{
	struct rule_set *rules = rule_set_new();
	struct build b;
	int ret;

	err->text[0] = '\0';
	ret = build_init(&b);
	if (ret == 0 && rules == NULL)
		ret = -ENOMEM;
	no_memory(err, ret);
	if (ret == 0)
		ret = read_all(&b, rules, sources, err);
	if (ret == 0 && b.rules != NULL && rule_set_count(rules) > 0)
		ret = error_set(err, -EINVAL,
		                "Recog's rules are compiled together with the "
		                "program's own: give their folder, too (--rules DIR)");
	if (ret == 0 && b.rules == NULL)
		ret = rules_serialise(rules, true, &b.rules, &b.rules_len, err);
	rule_set_free(rules);
	if (ret == 0)
		ret = build_write(&b, path, sources, err);
	build_fini(&b);
	return ret;
}
