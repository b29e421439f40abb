/* SPDX-License-Identifier: Apache-2.0 */
/* test_match_query.c - claims about a prepared query: where a version lies among those that the file
 * names, compared with a search from the first to the last, and what is taken for the platform. */
#include <stdlib.h>
#include <string.h>

#include "match_query.h"
#include "splitmix.h"
#include "suite.h"
#include "twin.h"

static struct vulndb *db;
static struct twins *twins;

static void setup(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &db, &err) == 0, "%s", err.text);
	twins = twins_new();
	ck_assert_ptr_nonnull(twins);
}

static void teardown(void)
{
	twins_free(twins);
	vulndb_close(db);
}

static struct vd_identity identity(const char *cpe)
{
	struct vd_identity id;
	struct error err;

	ck_assert_msg(vd_identity_from_cpe(cpe, &id, &err) == 0, "%s", err.text);
	return id;
}

/* The ordinal of @key among the version keys of @g: 2i+1 for the i-th, 2i for the gap before it. */
static uint32_t plain_ordinal(const struct db_group *g, const char *key)
{
	const struct db_ver *vers = (const struct db_ver *)db->table[DB_VER].data + g->ver;

	for (uint32_t i = 0; i < g->vers; i++) {
		int d = strcmp(db_text(db, vers[i].text), key);

		if (d >= 0)
			return 2 * i + (d == 0);
	}
	return 2 * g->vers;
}

/* The highest ordinal of a version that begins with the numbers of @v; 0 if there is none. */
static uint32_t plain_end(const struct db_group *g, const struct version *v)
{
	const struct db_ver *vers = (const struct db_ver *)db->table[DB_VER].data + g->ver;
	uint32_t end = 0;

	for (uint32_t i = 0; i < g->vers; i++)
		if (version_extends(db_text(db, vers[i].text), v))
			end = 2 * i + 2;
	return end;
}

static void check(const char *cpe)
{
	struct vd_identity id = identity(cpe);
	const struct match_query_product *p;
	struct match_query q;

	match_query_init(&q, db, &id, twins);
	ck_assert_msg(q.products == 1, "%s", cpe);
	p = &q.product[0];
	ck_assert_ptr_eq(match_query_product_of(&q, p->group_index), p);
	ck_assert(p->has_version);
	ck_assert_msg(p->lo == plain_ordinal(p->group, p->version.base), "%s: %u", cpe, p->lo);
	ck_assert_uint_le(p->lo, p->hi);
	if (!p->half) {
		ck_assert_uint_eq(p->lo, p->hi);
		return;
	}
	ck_assert_uint_lt(p->version.comps, p->group->comps);
	ck_assert_msg(p->hi == plain_end(p->group, &p->version), "%s: up to %u instead of %u", cpe,
	              p->hi, plain_end(p->group, &p->version));
}

START_TEST(a_version_lies_where_a_plain_search_finds_it)
{
	const struct db_name *names = db->table[DB_NAME].data;
	const struct db_exact *exacts = db->table[DB_EXACT].data;
	uint64_t state = (uint64_t)_i;
	unsigned checked = 0;

	while (checked < 300) {
		const struct db_name *n = &names[splitmix(&state) % db->table[DB_NAME].count];
		const struct db_group *g = &db_groups(db)[n->group];
		char cpe[VD_CPE_LEN], *dot;
		const char *version;

		if (n->text == 0 || g->exacts == 0)
			continue;
		version = db_text(
			db,
			db_crits(db)[exacts[g->exact + splitmix(&state) % g->exacts].crit].lo_text);
		snprintf(cpe, sizeof(cpe), "cpe:2.3:%.90s:%.60s%s", db_text(db, n->text), version,
		         splitmix(&state) % 3 == 0 ? ".7" : "");
		check(cpe);
		dot = strrchr(cpe, '.');
		if (dot != NULL && dot > strrchr(cpe, ':')) {
			*dot = '\0'; /* half a version */
			check(cpe);
		}
		checked++;
	}
}
END_TEST

START_TEST(names_of_one_product_count_once)
{
	struct vd_identity id = identity("cpe:2.3:a:nginx:nginx:1.18.0");
	struct match_query q;

	snprintf(id.cpe[1], sizeof(id.cpe[1]), "cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*");
	id.cpe_count = 2;
	match_query_init(&q, db, &id, twins);
	ck_assert_uint_eq(q.products, 1);
}
END_TEST

/* The version of the first product is that of the service; a second product has its own or none. */
START_TEST(the_service_s_version_is_that_of_its_first_product)
{
	struct vd_identity id = identity("cpe:2.3:a:apache:http_server:2.4.49");
	struct match_query q;

	snprintf(id.cpe[0], sizeof(id.cpe[0]), "cpe:2.3:a:apache:http_server:*:*:*:*:*:*:*:*");
	snprintf(id.cpe[1], sizeof(id.cpe[1]), "cpe:2.3:a:php:php:*:*:*:*:*:*:*:*");
	snprintf(id.version, sizeof(id.version), "2.4.49");
	id.cpe_count = 2;
	match_query_init(&q, db, &id, twins);
	ck_assert_uint_eq(q.products, 2);
	ck_assert(q.product[0].has_version);
	ck_assert(!q.product[1].has_version);
}
END_TEST

static const struct {
	const char *distro, *extra, *os;
	uint8_t confidence;
	enum os_family family;
} platforms[] = {
	{"", "", "", 0, OS_UNKNOWN},
	{"debian", "", "", 0, OS_LINUX},
	{"freebsd", "", "", 0, OS_UNIX},
	{"", "(Win64)", "", 0, OS_WINDOWS},
	{"", "(Unix)", "", 0, OS_UNIX},
	{"", "(Win64)", "Linux", 90, OS_WINDOWS}, /* the service's own word is surer */
	{"", "", "Linux", 90, OS_LINUX},
	{"", "", "Linux", 60, OS_UNKNOWN}, /* a guess from packets is no platform */
	{"", "(Frobnix)", "", 0, OS_UNKNOWN},
};

START_TEST(the_platform_is_what_was_said_for_sure)
{
	struct vd_identity id = identity("cpe:2.3:a:apache:http_server:2.4.49");
	struct match_query q;

	snprintf(id.distro, sizeof(id.distro), "%s", platforms[_i].distro);
	snprintf(id.version_extra, sizeof(id.version_extra), "%s", platforms[_i].extra);
	snprintf(id.os, sizeof(id.os), "%s", platforms[_i].os);
	id.os_confidence = platforms[_i].confidence;
	match_query_init(&q, db, &id, twins);
	ck_assert_int_eq(q.os, platforms[_i].family);
}
END_TEST

/* A banner may come from a package of Debian; a name that a user asks for may not. */
START_TEST(only_a_banner_is_taken_for_a_package)
{
	struct vd_identity id = identity("cpe:2.3:a:redis:redis:7.0.15");
	struct match_query q;

	match_query_init(&q, db, &id, twins);
	ck_assert(!q.guessed);
	ck_assert_uint_eq(q.packages, 0);
	strcpy(id.rule, "redis");
	match_query_init(&q, db, &id, twins);
	ck_assert(q.guessed);
	ck_assert_uint_gt(q.packages, 0);
	strcpy(id.version_extra, "(Win64)");
	match_query_init(&q, db, &id, twins);
	ck_assert(!q.guessed);
}
END_TEST

START_TEST(raspbian_is_judged_by_debian_s_data)
{
	struct vd_identity id = identity("cpe:2.3:a:openbsd:openssh:9.2:p1");
	struct match_query q;

	strcpy(id.distro, "raspbian");
	strcpy(id.distro_release, "12");
	strcpy(id.package, "openssh");
	match_query_init(&q, db, &id, twins);
	ck_assert_str_eq(q.data_distro, "debian");
	ck_assert_uint_eq(q.packages, 1);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("match_query");

	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_version_lies_where_a_plain_search_finds_it, 0, 5);
	tcase_add_test(tc, names_of_one_product_count_once);
	tcase_add_test(tc, the_service_s_version_is_that_of_its_first_product);
	tcase_add_loop_test(tc, the_platform_is_what_was_said_for_sure, 0,
	                    sizeof(platforms) / sizeof(platforms[0]));
	tcase_add_test(tc, only_a_banner_is_taken_for_a_package);
	tcase_add_test(tc, raspbian_is_judged_by_debian_s_data);
	return suite_run("match_query", tc);
}
