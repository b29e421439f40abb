/* SPDX-License-Identifier: Apache-2.0 */
/* candidate_count.c - how many CVEs name a product of which no version is known. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cve.h"
#include "match_query.h"

/* The CVEs that were counted, a bit each. */
struct seen {
	uint8_t *bits;
	int count;
};

static void note(struct seen *s, uint32_t cve)
{
	uint8_t bit = (uint8_t)(1U << cve % CHAR_BIT);

	s->count += (s->bits[cve / CHAR_BIT] & bit) == 0;
	s->bits[cve / CHAR_BIT] |= bit;
}

/* Whether a banner's first name is that of a general operating system: where the service runs. */
static bool is_context(const struct vd_identity *id, const struct cpe *c)
{
	char vendor[VD_CPE_LEN], product[VD_CPE_LEN], name[2 * VD_CPE_LEN + 4];

	if (id->rule[0] == '\0' || cpe_get(c, CPE_PART)[0] != 'o')
		return false;
	cpe_plain(c, CPE_VENDOR, vendor, sizeof(vendor));
	cpe_plain(c, CPE_PRODUCT, product, sizeof(product));
	snprintf(name, sizeof(name), "o:%s:%s", vendor, product);
	return cve_is_general_system(name);
}

int vulndb_candidates(const struct vulndb *db, const struct vd_identity *id)
{
	const struct db_exact *exact = db->table[DB_EXACT].data;
	const struct db_range *range = db->table[DB_RANGE].data;
	char version[VERSION_BASE + VERSION_UPDATE];
	const struct db_group *g;
	struct seen seen = {0};
	struct cpe cpe;
	uint32_t group;

	if (id->cpe_count == 0)
		return 0;
	group = match_query_group(db, id->cpe[0], &cpe);
	if (group == UINT32_MAX || is_context(id, &cpe))
		return 0;
	match_query_version(id, 0, &cpe, version);
	if (version[0] != '\0')
		return 0;
	seen.bits = calloc(1, db->table[DB_CVE].count / CHAR_BIT + 1);
	if (seen.bits == NULL)
		return -ENOMEM;
	g = &db_groups(db)[group];
	for (uint32_t i = g->exact; i < g->exact + g->exacts; i++)
		note(&seen, exact[i].cve);
	for (uint32_t i = g->range; i < g->range + g->ranges; i++)
		note(&seen, range[i].cve);
	free(seen.bits);
	return seen.count;
}
