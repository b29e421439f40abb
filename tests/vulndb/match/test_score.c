/* SPDX-License-Identifier: Apache-2.0 */
/* test_score.c - claims about score model exposure/1, and about the table that it is read from. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score.h"
#include "suite.h"

#define DAY (INT64_C(86400) * 1000000)

static const int64_t now = 1000 * DAY;
static struct vd_model *model;

static void begin(void)
{
	ck_assert_int_eq(vd_model_bundled(&model), 0);
}

static void end(void)
{
	vd_model_close(model);
}

static struct vd_spot at(uint16_t port, int64_t opened_us)
{
	return (struct vd_spot){port, 6, opened_us, now};
}

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
	struct vd_verdict v = {.cve = "CVE-2024-0001",
	                       .kind = verdicts[_i].kind,
	                       .cvss_x10 = verdicts[_i].cvss_x10,
	                       .kev = verdicts[_i].kev,
	                       .epss = verdicts[_i].epss};
	struct vd_spot spot = at(443, 0);
	struct vd_finding f = vd_finding_verdict(model, &v, &spot);

	ck_assert_int_eq(f.base, verdicts[_i].base);
	ck_assert_str_eq(f.code, verdicts[_i].code);
	ck_assert_str_eq(f.ref, "CVE-2024-0001");
	spot = at(443, now - 7 * DAY);
	f = vd_finding_verdict(model, &v, &spot);
	ck_assert_int_eq(f.base, verdicts[_i].base > 0 ? verdicts[_i].base + 10 : 0);
	spot = at(443, now - 7 * DAY - 1);
	f = vd_finding_verdict(model, &v, &spot);
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
		list[n] = (struct vd_finding){
			.code = "x", .port = (uint16_t)(n + 1), .base = hosts[_i].bases[n]};
		n++;
	}
	for (size_t i = 0; i < n; i++)
		backwards[i] = list[n - 1 - i];
	vd_score(model, list, n, &s);
	ck_assert_int_eq(s.value, hosts[_i].value);
	ck_assert_int_eq(s.level, hosts[_i].level);
	ck_assert_uint_eq(s.reason_count, n < VD_REASONS_MAX ? n : VD_REASONS_MAX);
	vd_score(model, backwards, n, &t);
	ck_assert_mem_eq(&s, &t, sizeof(s));
}
END_TEST

START_TEST(every_open_port_has_a_finding)
{
	struct vd_identity id = {.service = "http"};
	struct vd_spot web = at(80, 0), odd = at(48123, 0), fresh = at(22, now);

	ck_assert_int_eq(vd_finding_service(model, &id, &web).base, 10);
	ck_assert_int_eq(vd_finding_service(model, &id, &odd).base, 10);
	id.service[0] = '\0';
	ck_assert_int_eq(vd_finding_service(model, &id, &odd).base, 30);
	ck_assert_int_eq(vd_finding_service(model, NULL, &fresh).base, 20);
}
END_TEST

/* Any number and mixture of verdicts without a further finding of 61 or more weighs what its worst
 * verdict does. */
START_TEST(the_count_of_cves_alone_never_raises_the_level)
{
	static struct vd_finding list[300];
	struct vd_spot spot = at(443, 0);
	unsigned int seed = 7;

	for (int round = 0; round < 2000; round++) {
		size_t n = (size_t)(1 + rand_r(&seed) % 300);
		struct vd_score one, all;
		uint8_t worst = 0;

		for (size_t i = 0; i < n; i++) {
			/* no finding above 60 */
			const uint8_t cvss = (uint8_t)(rand_r(&seed) % 90);
			struct vd_verdict v = {.kind = (uint8_t)(VD_AFFECTED + rand_r(&seed) % 3),
			                       .cvss_x10 = cvss,
			                       .epss = -1};

			snprintf(v.cve, sizeof(v.cve), "CVE-2024-%04zu", i);
			list[i] = vd_finding_verdict(model, &v, &spot);
			if (list[i].base > worst) {
				worst = list[i].base;
				vd_score(model, &list[i], 1, &one);
			}
		}
		vd_score(model, list, n, &all);
		ck_assert_uint_eq(all.value, worst);
		if (worst > 0)
			ck_assert_uint_eq(all.level, one.level);
	}
}
END_TEST

/* Further findings of 61 and more add at most 10, however many there are, and nothing passes
 * 100. */
START_TEST(further_findings_add_two_each_up_to_ten)
{
	struct vd_finding list[40];
	struct vd_score s;

	for (uint8_t base = 61; base <= 100; base++)
		for (size_t n = 1; n <= 40; n++) {
			size_t more = 2 * (n - 1) < 10 ? 2 * (n - 1) : 10;

			for (size_t i = 0; i < n; i++)
				list[i] = (struct vd_finding){
					.code = "x", .port = (uint16_t)i, .base = base};
			vd_score(model, list, n, &s);
			ck_assert_uint_eq(s.value, base + more < 100 ? base + more : 100);
		}
}
END_TEST

static const struct {
	const char *class;
	uint8_t base;
} classes[] = {
	{"open", 90},       {"at-sight", 82},  {"internal", 70}, {"end-of-life", 70},
	{"clear-text", 50}, {"amplifier", 50}, {"weak-tls", 30}, {"ssh", 30},
};

START_TEST(exposures_weigh_what_their_class_does)
{
	uint8_t base = 0;

	ck_assert(score_class(model, classes[_i].class, &base));
	ck_assert_uint_eq(base, classes[_i].base);
	ck_assert(!score_class(model, "nonsense", &base));
}
END_TEST

START_TEST(the_table_names_its_model)
{
	struct vd_model_rules rules = vd_model_rules(model);
	struct vd_model *again;

	ck_assert_str_eq(vd_model_name(model), "exposure/1");
	ck_assert_uint_eq(rules.possible_less, 20);
	ck_assert_uint_eq(rules.further_from, 61);
	ck_assert_int_eq(rules.new_port_us, 7 * DAY);
	ck_assert_int_eq(vd_model_open(vd_model_text(model), strlen(vd_model_text(model)), &again),
	                 0);
	ck_assert_str_eq(vd_model_text(again), vd_model_text(model));
	vd_model_close(again);
}
END_TEST

/* What replaces a line of the bundled table, and the complaint about it; NULL: the end. */
static const struct {
	const char *line, *by, *where;
} faults[] = {
	{"model\t", "modle\texposure/1", ":1: no word of the score's table"},
	{"model\t", "model\tExposure 1", ":7: expected 1 to 31 of"},
	{"model\t", "# gone", ":1: one of model, possible-less"},
	{"model\t", "model\ta\tb", ":1: another number of fields"},
	{"possible-less", "possible-less\t-20", ":15: expected a number up to 100"},
	{"possible-less", "possible-less\t20\npossible-less\t20", ":15: it is there twice"},
	{"verdict\tkev", "verdict\tkev-affected\tkev-possible\tkev\t101", ":39: expected a number"},
	{"verdict\tkev", "verdict\tkev-affected\tkev-possible\tkev cvss>=11\t82",
         ":35: expected a number above 0"},
	{"verdict\tkev", "verdict\tkev-affected\tkev-possible\texploited\t82",
         ":35: expected kev, cvss"},
	{"exposure\tssh", "exposure\topen\t30", ":10: it is there twice"},
	{"service\tknown", "service\tseen\tservice\t10", ":9: expected known, usual-port"},
	{"service\tknown", "# gone", ":1: one of service known"},
	{"level\tLow", "level\tMiddle\t40", ":7: the levels are"},
	{"level\tLow", "level\tLow\t20", ":11: it is not above"},
	{"level\tCritical", "# gone", ":1: a level is missing"},
};

START_TEST(faults_of_the_table_name_line_and_column)
{
	const char *text = vd_model_text(model), *line = strstr(text, faults[_i].line), *end;
	struct error err = {""};
	struct vd_model *m;
	char *broken;

	ck_assert_ptr_nonnull(line);
	end = strchr(line, '\n');
	ck_assert_int_gt(
		asprintf(&broken, "%.*s%s%s", (int)(line - text), text, faults[_i].by, end), 0);
	ck_assert_int_eq(score_table_open("dir/score.tsv", broken, strlen(broken), &m, &err),
	                 -EINVAL);
	ck_assert_msg(strncmp(err.text, "dir/score.tsv:", 14) == 0, "%s", err.text);
	ck_assert_msg(strstr(err.text, faults[_i].where) != NULL, "%s", err.text);
	free(broken);
}
END_TEST

/* Another table gives other scores: the code has no weights of its own. */
START_TEST(another_table_gives_another_score)
{
	static const char text[] =
		"model\tmine/2\nverdict\ta\tb\tepss>=0.1 kev\t44\npossible-less\t50\n"
		"service\tknown\ts\t1\nservice\tusual-port\ts\t2\n"
		"service\tunusual-port\tu\t3\nnew-port\t1\t5\nfurther\t40\t3\t4\n"
		"level\tSafe\t1\nlevel\tLow\t2\nlevel\tModerate\t3\nlevel\tDangerous\t4\n"
		"level\tCritical\t50\n";
	struct vd_verdict v = {.kind = VD_AFFECTED, .kev = true, .epss = 0.2f};
	struct vd_spot spot = at(443, now - DAY);
	struct vd_finding list[3];
	struct vd_model *m;
	struct vd_score s;

	ck_assert_int_eq(vd_model_open(text, sizeof(text) - 1, &m), 0);
	list[0] = list[1] = list[2] = vd_finding_verdict(m, &v, &spot);
	ck_assert_uint_eq(list[0].base, 49);
	vd_score(m, list, 2, &s);
	ck_assert_uint_eq(s.value, 50); /* 49 + 3, at most 50 */
	v.kind = VD_POSSIBLE;
	ck_assert_uint_eq(vd_finding_verdict(m, &v, &spot).base, 0);
	v.kev = false;
	v.kind = VD_AFFECTED;
	ck_assert_uint_eq(vd_finding_verdict(m, &v, &spot).base, 0);
	vd_model_close(m);
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
	TCase *t = tcase_create("score");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_loop_test(t, verdicts_follow_the_table, 0,
	                    sizeof(verdicts) / sizeof(verdicts[0]));
	tcase_add_loop_test(t, hosts_follow_the_highest_finding, 0,
	                    sizeof(hosts) / sizeof(hosts[0]));
	tcase_add_test(t, every_open_port_has_a_finding);
	tcase_add_test(t, the_count_of_cves_alone_never_raises_the_level);
	tcase_add_test(t, further_findings_add_two_each_up_to_ten);
	tcase_add_loop_test(t, exposures_weigh_what_their_class_does, 0,
	                    sizeof(classes) / sizeof(classes[0]));
	tcase_add_test(t, the_table_names_its_model);
	tcase_add_loop_test(t, faults_of_the_table_name_line_and_column, 0,
	                    sizeof(faults) / sizeof(faults[0]));
	tcase_add_test(t, another_table_gives_another_score);
	tcase_add_test(t, names_are_those_of_the_document);
	return suite_run("score", t);
}
