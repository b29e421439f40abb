/* SPDX-License-Identifier: Apache-2.0 */
/* test_score.c - claims about score model exposure/1. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "vulndb.h"

#define DAY (INT64_C(86400) * 1000000)

static const int64_t now = 1000 * DAY;

static const struct {
	uint8_t kind, cvss_x10, base;
	bool kev;
	float epss;
	const char *code;
} verdicts[] = {
	{VD_AFFECTED, 50, 82, true, -1, "kev-affected"},
	{VD_POSSIBLE, 50, 62, true, -1, "kev-possible"},
	{VD_FIXED, 98, 0, true, 1, ""},
	{VD_AFFECTED, 90, 70, false, -1, "cvss-critical"},
	{VD_AFFECTED, 50, 70, false, 0.5f, "epss-high"},
	{VD_AFFECTED, 89, 50, false, 0.49f, "cvss-high"},
	{VD_AFFECTED, 70, 50, false, -1, "cvss-high"},
	{VD_AFFECTED, 69, 30, false, -1, "cvss-medium"},
	{VD_AFFECTED, 40, 30, false, -1, "cvss-medium"},
	{VD_AFFECTED, 39, 0, false, -1, ""},
	{VD_POSSIBLE, 98, 50, false, -1, "cvss-critical-possible"},
	{VD_POSSIBLE, 75, 30, false, -1, "cvss-high-possible"},
	{VD_POSSIBLE, 50, 10, false, -1, "cvss-medium-possible"},
};

START_TEST(verdicts_follow_the_table)
{
	struct vd_verdict v = {.cve = "CVE-2024-0001", .kind = verdicts[_i].kind,
			       .cvss_x10 = verdicts[_i].cvss_x10, .kev = verdicts[_i].kev,
			       .epss = verdicts[_i].epss};
	struct vd_finding f = vd_finding_verdict(&v, 443, 6, 0, now);

	ck_assert_int_eq(f.base, verdicts[_i].base);
	ck_assert_str_eq(f.code, verdicts[_i].code);
	ck_assert_str_eq(f.ref, "CVE-2024-0001");
	f = vd_finding_verdict(&v, 443, 6, now - 7 * DAY, now);
	ck_assert_int_eq(f.base, verdicts[_i].base > 0 ? verdicts[_i].base + 10 : 0);
	f = vd_finding_verdict(&v, 443, 6, now - 7 * DAY - 1, now);
	ck_assert_int_eq(f.base, verdicts[_i].base);
}
END_TEST

static const struct {
	uint8_t bases[12];
	uint8_t value, level;
} hosts[] = {
	{{0}, 0, VD_SAFE},
	{{10}, 10, VD_SAFE},
	{{20}, 20, VD_SAFE},
	{{21}, 21, VD_LOW},
	{{41}, 41, VD_MODERATE},
	{{61}, 61, VD_DANGEROUS},
	{{80}, 80, VD_DANGEROUS},
	{{81}, 81, VD_CRITICAL},
	{{70, 60, 60, 60}, 70, VD_DANGEROUS},
	{{70, 61}, 72, VD_DANGEROUS},
	{{82, 70, 70, 70, 70, 70}, 92, VD_CRITICAL},
	{{82, 70, 70, 70, 70, 70, 70, 70, 70}, 92, VD_CRITICAL},
	{{100, 90, 90, 90, 90, 90, 90}, 100, VD_CRITICAL},
	/* The count of small findings never raises the level. */
	{{50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50}, 50, VD_MODERATE},
};

START_TEST(hosts_follow_the_highest_finding)
{
	struct vd_finding list[12] = {0}, backwards[12] = {0};
	struct vd_score s, t;
	size_t n = 0;

	while (n < 12 && hosts[_i].bases[n] > 0) {
		list[n] = (struct vd_finding){.code = "x", .port = (uint16_t)(n + 1),
					      .base = hosts[_i].bases[n]};
		n++;
	}
	for (size_t i = 0; i < n; i++)
		backwards[i] = list[n - 1 - i];
	vd_score(list, n, &s);
	ck_assert_int_eq(s.value, hosts[_i].value);
	ck_assert_int_eq(s.level, hosts[_i].level);
	ck_assert_uint_eq(s.reason_count, n < VD_REASONS_MAX ? n : VD_REASONS_MAX);
	vd_score(backwards, n, &t);
	ck_assert_mem_eq(&s, &t, sizeof(s));
}
END_TEST

START_TEST(every_open_port_has_a_finding)
{
	struct vd_identity id = {.service = "http"};

	ck_assert_int_eq(vd_finding_service(&id, 80, 6, 0, now).base, 10);
	ck_assert_int_eq(vd_finding_service(&id, 48123, 6, 0, now).base, 10);
	id.service[0] = '\0';
	ck_assert_int_eq(vd_finding_service(&id, 48123, 6, 0, now).base, 30);
	ck_assert_int_eq(vd_finding_service(NULL, 22, 6, now, now).base, 20);
}
END_TEST

START_TEST(names_are_those_of_the_document)
{
	ck_assert_str_eq(vd_level_name(VD_CRITICAL), "Critical");
	ck_assert_str_eq(vd_severity_name(VD_SEV_HIGH), "high");
	ck_assert_str_eq(vd_kind_name(VD_POSSIBLE), "possible");
	ck_assert_str_eq(vd_level_name(77), "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("score");
	TCase *t = tcase_create("score");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, verdicts_follow_the_table, 0,
			    sizeof(verdicts) / sizeof(verdicts[0]));
	tcase_add_loop_test(t, hosts_follow_the_highest_finding, 0,
			    sizeof(hosts) / sizeof(hosts[0]));
	tcase_add_test(t, every_open_port_has_a_finding);
	tcase_add_test(t, names_are_those_of_the_document);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
