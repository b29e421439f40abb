/* SPDX-License-Identifier: Apache-2.0 */
/* vulndb.c - opens a vulndb file with all its parts, identifies services and describes the file. */
#include "vulndb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "db.h"
#include "exposure.h"
#include "identify.h"
#include "identify_service.h"
#include "match.h"
#include "rules.h"
#include "score.h"

static const char *default_path(char *buffer, size_t size)
{
	static const char *const places[] = {VULNDB_INSTALLED, VULNDB_BUILT};
	const char *chosen = getenv("SONDE_VULNDB");

	if (chosen != NULL && chosen[0] != '\0')
		return chosen;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(buffer, size, "%s", places[i]);
		if (access(buffer, R_OK) == 0)
			return buffer;
	}
	return places[0];
}

/* Open the parts of the file that need parsing: the score table, the exposures and the rules. */
static int open_parts(struct vulndb *db, struct error *err)
{
	const struct db_table *t = &db->table[DB_SCORE];
	int ret = score_table_open("score.tsv", t->data, t->count, &db->model, err);

	t = &db->table[DB_EXPO];
	if (ret == 0)
		ret = exposure_open(t->data, t->count, db->model, &db->exposures, err);
	t = &db->table[DB_RULES];
	if (ret == 0 && t->count > 0)
		ret = rules_open(t->data, t->count, &db->rules, err);
	return ret;
}

static int explain(struct error *err, const char *path, int ret)
{
	static const struct {
		int code;
		const char *text;
	} reasons[] = {
		{-ENOENT, "no such file; make one with: sonde vulndb update --from FEEDS"},
		{-EPROTONOSUPPORT,
	         "made for another format; make it anew with: sonde vulndb update"},
		{-EINVAL,
	         "no vulndb file, or a broken one; make it anew with: sonde vulndb update"},
		{-EACCES, "may not be read; check its owner and mode"},
	};
	const char *what;

	if (err == NULL || ret == 0 || err->text[0] != '\0')
		return ret;
	what = strerror(-ret);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == ret)
			what = reasons[i].text;
	return error_set(err, ret, "%.300s: %.150s", path, what);
}

int vulndb_open(const char *path, struct vulndb **out, struct error *err)
{
	struct vulndb *db = calloc(1, sizeof(*db));
	char buffer[512];
	int ret;

	if (err != NULL)
		err->text[0] = '\0';
	if (path == NULL)
		path = default_path(buffer, sizeof(buffer));
	if (db == NULL)
		return explain(err, path, -ENOMEM);
	ret = db_open(db, path);
	if (ret == 0)
		ret = open_parts(db, err);
	if (ret != 0) {
		vulndb_close(db);
		return explain(err, path, ret);
	}
	*out = db;
	return 0;
}

void vulndb_close(struct vulndb *db)
{
	if (db == NULL)
		return;
	rules_close(db->rules);
	exposure_close(db->exposures);
	vd_model_close(db->model);
	db_close(db);
	free(db);
}

const struct vd_model *vulndb_model(const struct vulndb *db)
{
	return db->model;
}

struct vd_scratch *vd_scratch_new(const struct vulndb *db)
{
	struct vd_scratch *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->match = match_scratch_new();
	if (db->rules != NULL)
		s->rules = rules_scratch_new(db->rules);
	if (s->match == NULL || (db->rules != NULL && s->rules == NULL)) {
		vd_scratch_free(s);
		return NULL;
	}
	return s;
}

void vd_scratch_free(struct vd_scratch *s)
{
	if (s == NULL)
		return;
	if (s->rules != NULL)
		rules_scratch_free(s->rules);
	match_scratch_free(s->match);
	free(s);
}

void vulndb_describe(const struct vulndb *db, struct vulndb_info *out)
{
	const struct db_meta *m = db->meta;

	memset(out, 0, sizeof(*out));
	snprintf(out->path, sizeof(out->path), "%s", db->path);
	out->format = m->format;
	out->built_us = m->built_us;
	out->size_bytes = db->size_bytes;
	out->cves = m->cves;
	out->matches = m->matches;
	out->kev = m->kev;
	out->epss = m->epss;
	out->fixes = m->fixes;
	out->exposures = m->exposures;
	snprintf(out->model, sizeof(out->model), "%s", vd_model_name(db->model));
	snprintf(out->sources, sizeof(out->sources), "%.1023s", m->sources);
	if (db->rules == NULL)
		return;
	out->rules = (uint32_t)rules_count(db->rules);
	out->products = (uint32_t)rules_products(db->rules);
	out->hyperscan = rules_hyperscan(db->rules);
	out->match_limit_hits = rules_limit_hits(db->rules);
}

void vulndb_digest(const struct vulndb *db, uint8_t out[16])
{
	static const int parts[] = {DB_RULES, DB_EXPO, DB_SCORE};
	XXH64_hash_t seed = DB_FORMAT;
	XXH128_hash_t hash = {0, 0};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct db_table *t = &db->table[parts[i]];

		hash = XXH3_128bits_withSeed(t->data, t->count, seed);
		seed = hash.low64 + hash.high64;
	}
	memcpy(out, &hash, 16);
}

int vulndb_identify(const struct vulndb *db, struct vd_scratch *scratch,
                    const struct vd_facts *facts, struct vd_identity *out)
{
	if (db->rules != NULL && scratch->rules != NULL)
		return rules_identify(db->rules, scratch->rules, facts, out);
	memset(out, 0, sizeof(*out));
	identify_service(facts, out);
	identify_os(facts, NULL, out);
	return vd_facts_complete(facts) ? 0 : -ENOMEM;
}
