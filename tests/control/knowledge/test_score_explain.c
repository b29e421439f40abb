/* SPDX-License-Identifier: Apache-2.0 */
/* test_score_explain.c - claims about the findings that a score is made of. */
#include <stdio.h>
#include <string.h>

#include "score_explain.h"
#include "suite.h"

static const int64_t DAY_US = 86400 * INT64_C(1000000);

static struct record service;
static struct record *services[] = {&service};
static struct vd_verdict verdicts[4];
static struct store_accept accepts[1];
static struct store_host host;
static struct score_explain e;
static struct vd_model *model;

static void begin(void)
{
	static const struct vd_verdict set[4] = {
		{.cve = "CVE-2024-0001", .kind = VD_AFFECTED, .cvss_x10 = 98, .epss = -1},
		{.cve = "CVE-2024-0002", .kind = VD_POSSIBLE, .cvss_x10 = 75, .epss = -1},
		{.cve = "CVE-2024-0003",
	         .kind = VD_FIXED,
	         .cvss_x10 = 98,
	         .kev = true,
	         .epss = -1,
	         .fixed_by = "debian:bookworm openssh 1:9.2p1-2"},
		{.cve = "CVE-2024-0004", .kind = VD_AFFECTED, .cvss_x10 = 31, .epss = -1},
	};

	memcpy(verdicts, set, sizeof(set));
	service = (struct record){.port = 22,
	                          .transport = DP_TRANSPORT_TCP,
	                          .state = RECORD_OPEN,
	                          .verdicts = verdicts,
	                          .verdict_count = 4,
	                          .opened_us = DAY_US};
	snprintf(service.identity.service, sizeof(service.identity.service), "ssh");
	ck_assert_int_eq(vd_model_bundled(&model), 0);
	host = (struct store_host){
		.services = services, .service_count = 1, .accepts = accepts, .model = model};
	accepts[0] =
		(struct store_accept){.port = 22, .id = "CVE-2024-0001", .until_us = 50 * DAY_US};
}

static void end(void)
{
	score_explain_fini(&e);
	vd_model_close(model);
}

START_TEST(each_finding_says_how_it_came_about)
{
	ck_assert_int_eq(score_explain_host(&host, 3 * DAY_US, &e), 0);
	ck_assert_uint_eq(e.count, 3);
	ck_assert_str_eq(e.items[0].finding.ref, "CVE-2024-0001");
	ck_assert_uint_eq(e.items[0].table, 70);
	ck_assert_uint_eq(e.items[0].fresh, 10);
	ck_assert_uint_eq(e.items[0].finding.base, 80);
	ck_assert_uint_eq(e.items[0].role, SCORE_EXPLAIN_HIGHEST);
	ck_assert_uint_eq(e.items[1].table, 50);
	ck_assert_uint_eq(e.items[1].possible, 20);
	ck_assert_uint_eq(e.items[1].finding.base, 40);
	ck_assert_uint_eq(e.items[1].role, SCORE_EXPLAIN_BELOW);
	ck_assert_uint_eq(e.fixed, 1);
	ck_assert_uint_eq(e.minor, 1);
	ck_assert_uint_eq(e.none_count, 2);
	ck_assert_str_eq(e.none[0].cve, "CVE-2024-0003");
	ck_assert_str_eq(e.none[0].why, "debian:bookworm openssh 1:9.2p1-2");
	ck_assert_str_eq(e.none[1].cve, "CVE-2024-0004");
	ck_assert_str_eq(e.none[1].why, "weighs nothing");
	ck_assert_uint_eq(e.score.value, 80);
}
END_TEST

START_TEST(an_old_port_adds_nothing)
{
	ck_assert_int_eq(score_explain_host(&host, 30 * DAY_US, &e), 0);
	ck_assert_uint_eq(e.items[0].fresh, 0);
	ck_assert_uint_eq(e.score.value, 70);
}
END_TEST

START_TEST(what_is_accepted_is_shown_last_and_does_not_count)
{
	host.accept_count = 1;
	ck_assert_int_eq(score_explain_host(&host, 30 * DAY_US, &e), 0);
	ck_assert_uint_eq(e.count, 3);
	ck_assert_str_eq(e.items[2].finding.ref, "CVE-2024-0001");
	ck_assert_uint_eq(e.items[2].role, SCORE_EXPLAIN_ACCEPTED);
	ck_assert_ptr_eq(e.items[2].accept, &accepts[0]);
	ck_assert_uint_eq(e.score.value, 30);
}
END_TEST

START_TEST(what_was_accepted_counts_again_afterwards)
{
	host.accept_count = 1;
	ck_assert_int_eq(score_explain_host(&host, 50 * DAY_US, &e), 0);
	ck_assert_ptr_null(e.items[0].accept);
	ck_assert_ptr_eq(e.items[0].expired, &accepts[0]);
	ck_assert_uint_eq(e.score.value, 70);
}
END_TEST

START_TEST(a_port_that_does_not_count_has_no_findings)
{
	service.state = RECORD_MISSING;
	service.misses = 1; /* one lost answer is no evidence */
	ck_assert_int_eq(score_explain_host(&host, 3 * DAY_US, &e), 0);
	ck_assert_uint_gt(e.count, 0);
	score_explain_fini(&e);
	service.misses = RECORD_MISSES_GONE;
	ck_assert_int_eq(score_explain_host(&host, 3 * DAY_US, &e), 0);
	ck_assert_uint_eq(e.count, 0);
	ck_assert_uint_eq(e.score.value, 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("explain");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, each_finding_says_how_it_came_about);
	tcase_add_test(t, an_old_port_adds_nothing);
	tcase_add_test(t, what_is_accepted_is_shown_last_and_does_not_count);
	tcase_add_test(t, what_was_accepted_counts_again_afterwards);
	tcase_add_test(t, a_port_that_does_not_count_has_no_findings);
	return suite_run("score_explain", t);
}
