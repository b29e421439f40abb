/* SPDX-License-Identifier: Apache-2.0 */
/* lint_table.c - checks the tables that people write: the score's weights and the exposures. */
#include "lint_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exposure.h"
#include "rule_read.h"
#include "score.h"

enum { PATH_MAX_LEN = 4096 };

static int parse_score(const char *path, struct vd_model **out, struct error *err)
{
	char *text;
	size_t len;
	int ret = rule_read_text(path, &text, &len);

	if (ret != 0)
		return ret;
	ret = score_table_open(path, text, len, out, err);
	free(text);
	return ret;
}

/* Open the weights for an exposure table: the score table beside it, else the program's own. */
static int model_beside(const char *path, struct vd_model **out, struct error *err)
{
	const char *slash = strrchr(path, '/');
	char beside[PATH_MAX_LEN];
	int ret;

	snprintf(beside, sizeof(beside), "%.*sscore.tsv",
	         (int)(slash != NULL ? slash - path + 1 : 0), path);
	ret = parse_score(beside, out, err);
	return ret == -ENOENT ? vd_model_bundled(out) : ret;
}

static int parse_exposures(const char *path, const struct vd_model *model, struct error *err)
{
	struct exposure_table *table;
	char *text;
	size_t len;
	int ret = rule_read_text(path, &text, &len);

	if (ret != 0)
		return ret;
	ret = exposure_open(text, len, model, &table, err);
	free(text);
	if (ret == 0)
		exposure_close(table);
	return ret;
}

bool lint_is_table(const char *path)
{
	size_t len = strlen(path);

	return len > 4 && strcmp(path + len - 4, ".tsv") == 0;
}

int lint_table(const char *path, FILE *out)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	bool score = strncmp(name, "score", 5) == 0;
	struct vd_model *model = NULL;
	struct error err = {""};
	int ret = score ? parse_score(path, &model, &err) : model_beside(path, &model, &err);

	if (ret == 0 && !score)
		ret = parse_exposures(path, model, &err);
	vd_model_close(model);
	if (ret != -EINVAL || err.text[0] == '\0')
		return ret;
	fprintf(out, "%s\n", err.text);
	return 1;
}
