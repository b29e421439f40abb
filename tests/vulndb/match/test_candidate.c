/* SPDX-License-Identifier: Apache-2.0 */
/* test_candidate.c - compares the criteria that the index finds with a scan of all criteria of the
 * file. */
#include <stdlib.h>
#include <string.h>

#include "candidate.h"
#include "cve.h"
#include "splitmix.h"
#include "suite.h"

static struct vulndb *db;

static void setup(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &db, &err) == 0, "%s", err.text);
}

static void teardown(void)
{
	vulndb_close(db);
}

static bool is_listed(const struct candidates *m, uint32_t crit)
{
	size_t low = 0, high = m->all.count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (m->all.data[middle].crit < crit)
			low = middle + 1;
		else
			high = middle;
	}
	return low < m->all.count && m->all.data[low].crit == crit;
}

/* Check that each vulnerable criterion that may hold is a candidate, and that the candidates are in
 * order. Returns how many may hold. */
static unsigned check(const struct vd_identity *id)
{
	struct candidates m = {0};
	struct match_query q;
	unsigned held = 0;

	match_query_init(&q, db, id, NULL);
	ck_assert_int_eq(candidates_gather(&m, &q), 0);
	for (size_t i = 1; i < m.all.count; i++)
		ck_assert_uint_lt(m.all.data[i - 1].crit, m.all.data[i].crit);
	for (uint32_t c = 0; c < db->table[DB_CRIT].count; c++) {
		const struct db_crit *crit = &db_crits(db)[c];
		const struct match_query_product *p = match_query_product_of(&q, crit->group);

		if (p == NULL || (crit->flags & DB_C_VULNERABLE) == 0 ||
		    cve_criterion(&q, p, crit).truth == TRUTH_NO)
			continue;
		held++;
		ck_assert_msg(is_listed(&m, c), "criterion %u of %s is no candidate", c,
		              id->cpe[0]);
	}
	candidates_fini(&m);
	return held;
}

/* With versions that the file itself names for a product, and with versions close to them. */
START_TEST(no_criterion_that_may_hold_is_passed_over)
{
	const struct db_name *names = db->table[DB_NAME].data;
	uint64_t state = (uint64_t)_i;
	unsigned held = 0, asked = 0;

	while (asked < 40) {
		uint32_t n = (uint32_t)(splitmix(&state) % db->table[DB_NAME].count);
		const struct db_exact *exacts = db->table[DB_EXACT].data;
		const struct db_group *g = &db_groups(db)[names[n].group];
		struct vd_identity id;
		struct error err;
		char cpe[VD_CPE_LEN];
		const char *version;

		if (names[n].text == 0 || g->exacts == 0)
			continue;
		version = db_text(
			db,
			db_crits(db)[exacts[g->exact + splitmix(&state) % g->exacts].crit].lo_text);
		snprintf(cpe, sizeof(cpe), "cpe:2.3:%.90s:%.60s%s", db_text(db, names[n].text),
		         version, splitmix(&state) % 4 == 0 ? ".1" : "");
		if (splitmix(&state) % 4 == 0 && strrchr(cpe, '.') > strrchr(cpe, ':'))
			*strrchr(cpe, '.') = '\0'; /* half a version */
		if (vd_identity_from_cpe(cpe, &id, &err) != 0)
			continue;
		held += check(&id);
		asked++;
	}
	ck_assert_uint_gt(held, 0);
}
END_TEST

/* How many CVEs have a vulnerable criterion of a group; the criteria stand in the order of the CVEs. */
static int plain_count(uint32_t group)
{
	uint32_t last = UINT32_MAX;
	int count = 0;

	for (uint32_t c = 0; c < db->table[DB_CRIT].count; c++) {
		const struct db_crit *crit = &db_crits(db)[c];

		if (crit->group != group || (crit->flags & DB_C_VULNERABLE) == 0 ||
		    crit->cve == last)
			continue;
		last = crit->cve;
		count++;
	}
	return count;
}

/* A product of which no version is known has a number of CVEs instead of a list. */
START_TEST(a_product_without_a_version_has_a_count)
{
	const struct db_name *names = db->table[DB_NAME].data;
	uint64_t state = 7;
	unsigned asked = 0;

	while (asked < 60) {
		uint32_t n = (uint32_t)(splitmix(&state) % db->table[DB_NAME].count);
		struct vd_identity id;
		struct error err;
		char cpe[VD_CPE_LEN];

		if (names[n].text == 0)
			continue;
		asked++;
		snprintf(cpe, sizeof(cpe), "cpe:2.3:%.90s:*", db_text(db, names[n].text));
		ck_assert_int_eq(vd_identity_from_cpe(cpe, &id, &err), 0);
		ck_assert_int_eq(vulndb_candidates(db, &id), plain_count(names[n].group));
		snprintf(cpe, sizeof(cpe), "cpe:2.3:%.90s:1.2", db_text(db, names[n].text));
		ck_assert_int_eq(vd_identity_from_cpe(cpe, &id, &err), 0);
		ck_assert_int_eq(vulndb_candidates(db, &id), 0);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("candidate");

	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, no_criterion_that_may_hold_is_passed_over, 0, 5);
	tcase_add_test(tc, a_product_without_a_version_has_a_count);
	return suite_run("candidate", tc);
}
