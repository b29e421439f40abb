/* SPDX-License-Identifier: Apache-2.0 */
/* rule_hyperscan.c - compiles patterns into a Hyperscan database. */
#include <errno.h>
#include <stdlib.h>

#include "rule_hyperscan.h"
#include "rule_pattern.h"

#ifdef HAVE_HYPERSCAN
#include <hs.h>

static unsigned hs_flags(uint32_t options)
{
	unsigned flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;

	if ((options & PCRE2_CASELESS) != 0)
		flags |= HS_FLAG_CASELESS;
	if ((options & PCRE2_DOTALL) != 0)
		flags |= HS_FLAG_DOTALL;
	if ((options & PCRE2_MULTILINE) != 0)
		flags |= HS_FLAG_MULTILINE;
	return flags;
}

static bool understood(const char *text, unsigned flags)
{
	hs_expr_info_t *info = NULL;
	hs_compile_error_t *error = NULL;
	bool good = hs_expression_info(text, flags, &info, &error) == HS_SUCCESS;

	hs_free_compile_error(error);
	free(info);
	return good;
}

struct job {
	const char **texts;
	unsigned *flags, *ids;
	unsigned count;
};

static int job_compile(const struct job *job, hs_database_t **db)
{
	static const hs_platform_info_t generic = {.tune = HS_TUNE_FAMILY_GENERIC};
	hs_compile_error_t *error = NULL;
	hs_error_t code = hs_compile_multi(job->texts, job->flags, job->ids, job->count,
	                                   HS_MODE_BLOCK, &generic, db, &error);

	if (code == HS_SUCCESS)
		return 0;
	hs_free_compile_error(error);
	return -EINVAL;
}

/* Compile the patterns of a job. A pattern may pass Hyperscan's check and still fail to compile:
 * then compile each pattern alone, and leave out those that fail. */
static int job_run(struct job *job, struct hyperscan_pattern *patterns, hs_database_t **db)
{
	unsigned kept = 0;

	if (job_compile(job, db) == 0)
		return 0;
	for (unsigned i = 0; i < job->count; i++) {
		struct job one = {job->texts + i, job->flags + i, job->ids + i, 1};

		patterns[job->ids[i]].always = job_compile(&one, db) != 0;
		if (patterns[job->ids[i]].always)
			continue;
		hs_free_database(*db);
		job->texts[kept] = job->texts[i];
		job->flags[kept] = job->flags[i];
		job->ids[kept++] = job->ids[i];
	}
	job->count = kept;
	return kept > 0 ? job_compile(job, db) : -ENOENT;
}

static void job_add(struct job *job, struct hyperscan_pattern *pattern, unsigned id)
{
	unsigned flags = hs_flags(pattern->options);

	if (!understood(pattern->text, flags))
		flags |= HS_FLAG_PREFILTER;
	pattern->always = !understood(pattern->text, flags);
	if (pattern->always)
		return;
	job->texts[job->count] = pattern->text;
	job->flags[job->count] = flags;
	job->ids[job->count++] = id;
}

int hyperscan_compile(struct hyperscan_pattern *patterns, size_t n, char **bytes, size_t *len)
{
	struct job job = {calloc(n, sizeof(*job.texts)), calloc(n, sizeof(*job.flags)),
	                  calloc(n, sizeof(*job.ids)), 0};
	hs_database_t *db = NULL;
	int ret = -ENOMEM;

	*bytes = NULL;
	*len = 0;
	if (job.texts == NULL || job.flags == NULL || job.ids == NULL)
		goto out;
	for (size_t i = 0; i < n; i++)
		job_add(&job, &patterns[i], (unsigned)i);
	ret = 0;
	if (job.count == 0 || job_run(&job, patterns, &db) != 0)
		goto out;
	if (hs_serialize_database(db, bytes, len) != HS_SUCCESS)
		ret = -ENOMEM;
	hs_free_database(db);
out:
	free(job.texts);
	free(job.flags);
	free(job.ids);
	return ret;
}

#else

int hyperscan_compile(struct hyperscan_pattern *patterns, size_t n, char **bytes, size_t *len)
{
	(void)patterns;
	(void)n;
	(void)bytes;
	(void)len;
	return -ENOTSUP;
}

#endif
