/* SPDX-License-Identifier: Apache-2.0 */
/* build_tables.c - reads the tables of a build that people write: exposures and the score's
 * weights. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "exposure.h"
#include "rule_read.h"
#include "score.h"

/* Read @dir/@name into *@text, which the caller frees; NULL if @dir is NULL or has no such file. 0
 * or -errno. */
static int read_table(const char *dir, const char *name, char **text, struct error *err)
{
	char path[4096], *data = NULL, *ended;
	size_t len;
	int ret;

	*text = NULL;
	if (dir == NULL)
		return 0;
	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return error_set(err, -ENAMETOOLONG, "%.400s: the name is too long", dir);
	ret = rule_read_text(path, &data, &len);
	if (ret == -ENOENT)
		return 0;
	ended = ret == 0 ? strndup(len > 0 ? data : "", len) : NULL;
	free(data);
	if (ret == 0 && ended == NULL)
		ret = -ENOMEM;
	if (ret != 0)
		error_set(err, ret, "%.400s: %s", path, strerror(-ret));
	*text = ended;
	return ret;
}

/* Replace *@present by the table @name of the rules folder, else of the facts folder, if there is
 * one. */
static int newer(char **present, const struct vulndb_sources *s, const char *name,
                 struct error *err)
{
	char *text;
	int ret = read_table(s->rules_dir, name, &text, err);

	if (ret == 0 && text == NULL)
		ret = read_table(s->facts_dir, name, &text, err);
	if (ret != 0 || text == NULL)
		return ret;
	free(*present);
	*present = text;
	return 0;
}

/* Use the program's own weights if neither a folder nor the present file has any. */
static int default_score(struct build *b)
{
	struct vd_model *m;
	int ret;

	if (b->score != NULL)
		return 0;
	ret = vd_model_bundled(&m);
	if (ret != 0)
		return ret;
	b->score = strdup(vd_model_text(m));
	vd_model_close(m);
	return b->score != NULL ? 0 : -ENOMEM;
}

int build_tables(struct build *b, const struct vulndb_sources *s, struct error *err)
{
	struct exposure_table *table;
	struct vd_model *model;
	const char *text;
	int ret = newer(&b->score, s, "score.tsv", err);

	if (ret == 0)
		ret = newer(&b->exposures, s, "exposures.tsv", err);
	if (ret == 0)
		ret = default_score(b);
	if (ret == 0)
		ret = score_table_open("score.tsv", b->score, strlen(b->score), &model, err);
	if (ret != 0)
		return ret;
	text = b->exposures != NULL ? b->exposures : "";
	ret = exposure_open(text, strlen(text), model, &table, err);
	if (ret == 0) {
		b->exposure_count = (uint32_t)exposure_count(table);
		exposure_close(table);
	}
	vd_model_close(model);
	return ret;
}
