/* SPDX-License-Identifier: Apache-2.0 */
/* rematch.c - judges a database's services again, each distinct identity once. */
#include "rematch.h"

#include "judge.h"

/* The program's version is part of the digest, because its code decides about identities, too. */
void rematch_stamp(const struct vulndb *db, struct store_stamp *out)
{
	static const char version[] = SONDE_VERSION;

	out->model = vulndb_model(db);
	vulndb_digest(db, out->digest);
	for (size_t i = 0; version[i] != '\0'; i++)
		out->digest[i % 16] = (uint8_t)(out->digest[i % 16] * 31 + (uint8_t)version[i]);
}

int rematch(struct store *s, const struct vulndb *db, int64_t now_us,
            void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total),
            struct rematch_result *out)
{
	struct store_rejudged done = {0};
	struct store_stamp knowledge;
	struct store_judge source;
	struct judge *judge = NULL;
	int ret;

	*out = (struct rematch_result){0};
	rematch_stamp(db, &knowledge);
	ret = store_stamp(s, &knowledge);
	if (ret == 0)
		ret = judge_new(db, now_us, &judge);
	if (ret != 0)
		return ret;
	source = judge_source(judge, progress);
	ret = store_rejudge(s, now_us, &source, &done);
	if (ret == 0)
		*out = (struct rematch_result){.services = done.services,
		                               .differing = done.whole,
		                               .restated = done.restated,
		                               .identities = judge_count(judge)};
	judge_free(judge);
	return ret;
}
