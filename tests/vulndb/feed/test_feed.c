/* SPDX-License-Identifier: Apache-2.0 */
/* test_feed.c - claims about reading feeds: forms, faults, bounds. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "suite.h"

static struct build b;
static struct error err;

static void begin(void)
{
	ck_assert_int_eq(build_init(&b), 0);
	err.text[0] = '\0';
}

static void end(void)
{
	build_fini(&b);
}

static int read_feed(const char *text)
{
	return feed_read_text(&b, "feed", text, strlen(text), &err);
}

#define CONFS                                                                                      \
	"\"configurations\":[{\"operator\":\"AND\",\"nodes\":["                                    \
	"{\"operator\":\"OR\",\"negate\":false,\"cpeMatch\":[{\"vulnerable\":true,"                \
	"\"criteria\":\"cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*\",\"versionEndExcluding\":\"1.2\"}]},"  \
	"{\"cpeMatch\":[{\"criteria\":\"cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*\","           \
	"\"vulnerable\":false}],\"negate\":true,\"operator\":\"OR\"}]}]"
#define RECORD "{\"id\":\"CVE-2024-1\",\"vulnStatus\":\"Analyzed\"," CONFS "}"
#define RECORD_OK "{\"id\":\"CVE-2024-0001\",\"vulnStatus\":\"Analyzed\"," CONFS "}"
#define SORTED "{" CONFS ",\"id\":\"CVE-2024-0001\",\"vulnStatus\":\"Analyzed\"}"

static const struct {
	const char *text;
	size_t cves, crits, kevs, epss, fixes;
} forms[] = {
	{"{\"cve\":" RECORD_OK "}\n{\"cve\":" RECORD_OK "}\n", 2, 4, 0, 0, 0},
	{"{\"format\":\"NVD_CVE\",\"vulnerabilities\":[{\"cve\":" RECORD_OK "}]}", 1, 2, 0, 0, 0},
	{RECORD_OK, 1, 2, 0, 0, 0},
	{SORTED, 1, 2, 0, 0, 0},
	{"{\"vulnerabilities\":[{\"cve\":" SORTED "}]}", 1, 2, 0, 0, 0},
	{"{\"cve\":{\"id\":\"CVE-2024-0001\",\"vulnStatus\":\"Rejected\"," CONFS "}}", 1, 0, 0, 0,
         0},
	/* If a name is given twice, the last value counts. */
	{"{\"cve\":{\"id\":\"CVE-2024-0009\",\"id\":\"CVE-2024-0001\"}}", 1, 0, 0, 0, 0},
	{"{\"catalogVersion\":\"2024.1\",\"vulnerabilities\":[{\"cveID\":\"CVE-2024-0001\","
         "\"dateAdded\":\"2024-01-02\"}]}",
         0, 0, 1, 0, 0},
	{"#model_version:v1,score_date:2024-01-02\ncve,epss,percentile\nCVE-2024-0001,0.5,0.9\n", 0,
         0, 0, 1, 0},
	{"{\"openssh\":{\"CVE-2024-0001\":{\"releases\":{\"bookworm\":{\"status\":\"resolved\","
         "\"fixed_version\":\"1:9.2p1-2+deb12u3\",\"urgency\":\"high\"},\"sid\":{\"status\":"
         "\"open\"}"
         "}},\"TEMP-1\":{\"releases\":{\"bookworm\":{\"status\":\"open\"}}}}}",
         0, 0, 0, 0, 2},
	{"{\"id\":\"DEBIAN-CVE-2024-0001\",\"affected\":[{\"package\":{\"ecosystem\":\"Debian:12\","
         "\"name\":\"openssh\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":"
         "\"0\"},"
         "{\"fixed\":\"1:9.2p1-2\"}]}]}]}",
         0, 0, 0, 0, 1},
	{"{\"id\":\"RLSA-2024:1\",\"upstream\":[\"CVE-2024-0001\",\"CVE-2024-0002\"],\"affected\":["
         "{"
         "\"package\":{\"ecosystem\":\"Rocky "
         "Linux:9\",\"name\":\"openssh\"},\"ranges\":[{\"events\":["
         "{\"introduced\":\"0\"},{\"fixed\":\"0:8.7p1-38.el9\"}]}]}]}",
         0, 0, 0, 0, 2},
	{"{\"id\":\"CVE-2024-0001\",\"debian\":[{\"eco\":\"Debian:12\",\"pkg\":\"a\",\"ranges\":["
         "{\"introduced\":\"0\"}],\"urgency\":\"unimportant\"}]}",
         0, 0, 0, 0, 1},
	{"{\"products\":[{\"cpe\":{\"deprecated\":false,\"cpeName\":\"cpe:2.3:a:x:y:1:*:*:*:*:*:*:*"
         "\"}}]}",
         0, 0, 0, 0, 0},
	{"{\"id\":\"ALPINE-CVE-2024-0001\",\"affected\":[{\"package\":{\"ecosystem\":\"Alpine:v3."
         "19\","
         "\"name\":\"nginx\"},\"ranges\":[{\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"1.24.0-"
         "r7\"}"
         "]}]}]}",
         0, 0, 0, 0, 1},
	{"{\"id\":\"UBUNTU-CVE-2024-0001\",\"affected\":[{\"package\":{\"ecosystem\":"
         "\"Ubuntu:Pro:16.04:LTS\",\"name\":\"nginx\"},\"ranges\":[{\"events\":[{\"introduced\":"
         "\"0\"}]"
         "}]},{\"package\":{\"ecosystem\":\"Ubuntu:22.04:LTS\",\"name\":\"nginx\"},\"ranges\":[{"
         "\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"1.18\"},{\"introduced\":\"1.20\"}]}]}]}",
         0, 0, 0, 0, 2},
};

START_TEST(feeds_are_recognised_by_content)
{
	ck_assert_msg(read_feed(forms[_i].text) == 0, "%s", err.text);
	ck_assert_uint_eq(b.cves.count, forms[_i].cves);
	ck_assert_uint_eq(b.crits.count, forms[_i].crits);
	ck_assert_uint_eq(b.kevs.count, forms[_i].kevs);
	ck_assert_uint_eq(b.epss.count, forms[_i].epss);
	ck_assert_uint_eq(b.fixes.count, forms[_i].fixes);
}
END_TEST

START_TEST(nvd_keeps_the_logic)
{
	const struct db_conf *conf;
	const struct db_node *node;

	ck_assert_int_eq(read_feed(SORTED), 0);
	conf = vec_at(&b.confs, 0);
	ck_assert_int_eq(conf->op, DB_AND);
	ck_assert_uint_eq(conf->nodes, 2);
	node = vec_at(&b.nodes, 1);
	ck_assert_int_eq(node->negate, 1);
	ck_assert_int_eq(node->op, DB_OR);
}
END_TEST

#define SCORED(ids)                                                                                \
	"{\"id\":\"CVE-2024-0001\"," ids "\"severity\":[{\"type\":\"CVSS_V3\",\"score\":"          \
	"\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}],\"affected\":[]}"

START_TEST(osv_gives_its_own_cve_a_score)
{
	const struct build_vector *v;

	ck_assert_msg(read_feed(SCORED("")) == 0, "%s", err.text);
	ck_assert_uint_eq(b.vectors.count, 1);
	v = vec_at(&b.vectors, 0);
	ck_assert_uint_eq(v->year, 2024);
	/* The severity of an advisory is not the severity of its CVEs. */
	ck_assert_msg(read_feed(SCORED("\"aliases\":[\"CVE-2024-0002\"],")) == 0, "%s", err.text);
	ck_assert_uint_eq(b.vectors.count, 1);
}
END_TEST

#define V3 "{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}"
#define V2 "{\"type\":\"CVSS_V2\",\"score\":\"AV:N/AC:L/Au:N/C:N/I:N/A:C\"}"
#define V4                                                                                         \
	"{\"type\":\"CVSS_V4\",\"score\":\"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/" \
	"SI:N/SA:N\"}"
#define WORD "{\"type\":\"Ubuntu\",\"score\":\"medium\"}"

static const struct {
	const char *severity, *begins; /* NULL: none */
} severities[] = {
	{V3, "CVSS:3.1"},
	{V3 "," V4, "CVSS:4.0"},
	{V4 "," V3, "CVSS:4.0"},
	{V3 "," WORD, "CVSS:3.1"},
	{V2 "," V3 "," V2, "CVSS:3.1"},
	{V2, "AV:N"},
	{V4, "CVSS:4.0"},
	{WORD, NULL},
};

/* OSV states vectors, not scores: the newest vector whose score can be computed counts. */
START_TEST(osv_takes_the_vector_it_can_score)
{
	char text[1024];

	snprintf(text, sizeof(text), "{\"id\":\"CVE-2024-0001\",\"severity\":[%s],\"affected\":[]}",
	         severities[_i].severity);
	ck_assert_msg(read_feed(text) == 0, "%s", err.text);
	ck_assert_uint_eq(b.vectors.count, severities[_i].begins != NULL);
	if (severities[_i].begins != NULL) {
		const struct build_vector *v = vec_at(&b.vectors, 0);

		ck_assert_ptr_nonnull(strstr(pool_get(&b.pool, v->vector), severities[_i].begins));
	}
}
END_TEST

/* Advisories of a maker state vectors, too; some have a score of their own beside it. */
static const struct {
	const char *text, *begins; /* NULL: none */
} rated[] = {
	{"{\"name\":\"CVE-2024-0001\",\"cvss3\":{\"cvss3_base_score\":\"9.8\",\"cvss3_scoring_vector\":"
         "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\",\"status\":\"verified\"},"
         "\"affected_release\":[]}",
         "CVSS:3.1"},
	{"{\"name\":\"CVE-2024-0001\",\"cvss\":{\"cvss_scoring_vector\":\"AV:N/AC:L/Au:N/C:N/I:N/A:C\"},"
         "\"affected_release\":[]}",
         "AV:N"},
	{"{\"name\":\"CVE-2024-0001\",\"cvss3\":{\"cvss3_scoring_vector\":\"\"},\"affected_release\":[]}",
         NULL},
	{"{\"document\":{\"csaf_version\":\"2.0\"},\"vulnerabilities\":[{\"scores\":[{\"cvss_v3\":{"
         "\"vectorString\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"},\"products\":[\"x\"]},{"
         "\"cvss_v4\":{\"vectorString\":\"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/"
         "SI:N/SA:N\"}}],\"cve\":\"CVE-2024-0001\"}]}",
         "CVSS:4.0"},
	/* The vector of one vulnerability is not that of the next. */
	{"{\"document\":{\"csaf_version\":\"2.0\"},\"vulnerabilities\":[{\"scores\":[{\"cvss_v3\":{"
         "\"vectorString\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}}],\"title\":\"x\"},{\"cve\":"
         "\"CVE-2024-0001\"}]}",
         NULL},
};

START_TEST(advisories_state_vectors)
{
	ck_assert_msg(read_feed(rated[_i].text) == 0, "%s", err.text);
	ck_assert_uint_eq(b.vectors.count, rated[_i].begins != NULL);
	if (rated[_i].begins != NULL) {
		const struct build_vector *v = vec_at(&b.vectors, 0);

		ck_assert_uint_eq(v->number, 1);
		ck_assert_ptr_eq(strstr(pool_get(&b.pool, v->vector), rated[_i].begins),
		                 pool_get(&b.pool, v->vector));
	}
}
END_TEST

#define LONG_V4                                                                                    \
	"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:X/CR:X/IR:X/AR:X/"      \
	"MAV:X/MAC:X"                                                                              \
	"/MAT:X/MPR:X/MUI:X/MVC:X/MVI:X/MVA:X/MSC:X/MSI:X/MSA:X/S:X/AU:X/R:X/V:X/RE:X/U:Clear"
#define METRIC(name, type, vector, score)                                                          \
	"\"" name "\":[{\"type\":\"" type "\",\"cvssData\":{\"vectorString\":\"" vector            \
	"\",\"baseScore\":" score "}}]"
#define METRIC_31                                                                                  \
	METRIC("cvssMetricV31", "Primary", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "7.5")
#define METRIC_40 METRIC("cvssMetricV40", "Secondary", LONG_V4, "9.3")
#define V31 "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
#define V31_LOW "CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:L/I:L/A:N"
#define V30 "CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H"
#define METRIC_30 METRIC("cvssMetricV30", "Primary", V30, "8.1")
#define SECOND_31 METRIC("cvssMetricV31", "Secondary", V31_LOW, "4.0")
#define BOTH_31                                                                                    \
	"\"cvssMetricV31\":[{\"type\":\"Secondary\",\"cvssData\":{\"vectorString\":\"" V31_LOW     \
	"\",\"baseScore\":4.0}},{\"type\":\"Primary\",\"cvssData\":{\"vectorString\":\"" V31       \
	"\",\"baseScore\":7.5}}]"
#define V20 "AV:N/AC:L/Au:N/C:P/I:N/A:N"
#define METRIC_20 METRIC("cvssMetricV2", "Primary", V20, "5.0")
#define UNSCORED(name, vector)                                                                     \
	"\"" name "\":[{\"type\":\"Primary\",\"cvssData\":{\"vectorString\":\"" vector "\"}}]"

static const struct {
	const char *metrics;
	uint8_t x10, version, severity;
	const char *vector;
} metrics[] = {
	{METRIC_40, 93, 40, VD_SEV_CRITICAL, LONG_V4},
	{METRIC_40 "," METRIC_20, 93, 40, VD_SEV_CRITICAL, LONG_V4},
	{METRIC_40 "," METRIC_31, 93, 40, VD_SEV_CRITICAL, LONG_V4},
	{METRIC_31 "," METRIC_20, 75, 31, VD_SEV_HIGH,
         "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"},
	{METRIC_20, 50, 20, VD_SEV_MEDIUM, "AV:N/AC:L/Au:N/C:P/I:N/A:N"},
	/* In any order the newest version counts, whoever states it. */
	{METRIC_20 "," METRIC_30 "," METRIC_31 "," METRIC_40, 93, 40, VD_SEV_CRITICAL, LONG_V4},
	{METRIC_30 "," SECOND_31, 40, 31, VD_SEV_MEDIUM, V31_LOW},
	{SECOND_31 "," METRIC_30, 40, 31, VD_SEV_MEDIUM, V31_LOW},
	{METRIC_20 "," METRIC_30, 81, 30, VD_SEV_HIGH, V30},
	/* A vector without a score is scored; without a whole vector either, it rates nothing. */
	{UNSCORED("cvssMetricV40", LONG_V4) "," METRIC_31, 93, 40, VD_SEV_CRITICAL, LONG_V4},
	{UNSCORED("cvssMetricV31", V31), 75, 31, VD_SEV_HIGH, V31},
	{UNSCORED("cvssMetricV30", V30), 81, 30, VD_SEV_HIGH, V30},
	{UNSCORED("cvssMetricV2", V20), 50, 20, VD_SEV_MEDIUM, V20},
	{UNSCORED("cvssMetricV40", "CVSS:4.0/AV:N") "," METRIC_31, 75, 31, VD_SEV_HIGH, V31},
	{UNSCORED("cvssMetricV40", "") "," METRIC_20, 50, 20, VD_SEV_MEDIUM, V20},
	/* Of one version NVD's own counts. */
	{BOTH_31, 75, 31, VD_SEV_HIGH, V31},
	{SECOND_31, 40, 31, VD_SEV_MEDIUM, V31_LOW},
	/* No score is no score of none. */
	{"\"ssvcV203\":[{\"ssvcData\":{\"options\":[{\"exploitation\":\"none\"}]}}]", 0, 0,
         VD_SEV_NONE, ""},
};

START_TEST(nvd_states_scores_of_all_versions)
{
	const struct db_cve *c;
	char text[2048];

	snprintf(text, sizeof(text), "{\"cve\":{\"id\":\"CVE-2024-0001\",\"metrics\":{%s}}}",
	         metrics[_i].metrics);
	ck_assert_msg(read_feed(text) == 0, "%s", err.text);
	c = vec_at(&b.cves, 0);
	ck_assert_uint_eq(c->cvss_x10, metrics[_i].x10);
	ck_assert_uint_eq(c->cvss_version, metrics[_i].version);
	ck_assert_uint_eq(c->severity, metrics[_i].severity);
	ck_assert_str_eq(pool_get(&b.pool, c->vector), metrics[_i].vector);
}
END_TEST

static const struct {
	const char *members, *cwes;
	uint8_t ssvc;
} weaknesses[] = {
	{"", "", 0},
	{"\"weaknesses\":[{\"description\":[{\"lang\":\"en\",\"value\":\"CWE-79\"}]}]", "CWE-79",
         0},
	{"\"weaknesses\":[{\"type\":\"Primary\",\"description\":[{\"value\":\"CWE-79\"}]},{\"type\":"
         "\"Secondary\",\"description\":[{\"value\":\"CWE-79\"},{\"value\":\"CWE-7\"}]}]",
         "CWE-79 CWE-7", 0},
	{"\"weaknesses\":[{\"description\":[{\"value\":\"NVD-CWE-Other\"},{\"value\":\"CWE-\"},"
         "{\"value\":\"CWE-x\"}]}]",
         "", 0},
	{"\"descriptions\":[{\"lang\":\"en\",\"value\":\"CWE-22\"}]", "", 0},
	{"\"metrics\":{\"ssvcV203\":[{\"ssvcData\":{\"options\":[{\"exploitation\":\"active\"},"
         "{\"automatable\":\"yes\"},{\"technicalImpact\":\"total\"}]}}]}",
         "", 3 << DB_SSVC_EXPLOITATION | 2 << DB_SSVC_AUTOMATABLE | 2 << DB_SSVC_IMPACT},
	{"\"metrics\":{\"ssvcV203\":[{\"ssvcData\":{\"options\":[{\"exploitation\":\"maybe\"},"
         "{\"automatable\":\"no\"}]}}]}",
         "", 1 << DB_SSVC_AUTOMATABLE},
};

START_TEST(nvd_states_weaknesses_and_decision_points)
{
	const struct db_cve *c;
	char text[1024];

	snprintf(text, sizeof(text), "{\"cve\":{\"id\":\"CVE-2024-0001\"%s%s}}",
	         weaknesses[_i].members[0] != '\0' ? "," : "", weaknesses[_i].members);
	ck_assert_msg(read_feed(text) == 0, "%s", err.text);
	c = vec_at(&b.cves, 0);
	ck_assert_str_eq(pool_get(&b.pool, c->cwes), weaknesses[_i].cwes);
	ck_assert_uint_eq(c->ssvc, weaknesses[_i].ssvc);
}
END_TEST

/* More weaknesses than there is room for: those that fit whole stay. */
START_TEST(nvd_keeps_whole_weaknesses)
{
	char text[8192] = "{\"cve\":{\"id\":\"CVE-2024-0001\",\"weaknesses\":[{\"description\":[";
	const char *cwes;

	for (int i = 0; i < 100; i++)
		sprintf(text + strlen(text), "%s{\"value\":\"CWE-%d\"}", i > 0 ? "," : "",
		        1000 + i);
	strcat(text, "]}]}}");
	ck_assert_msg(read_feed(text) == 0, "%s", err.text);
	cwes = pool_get(&b.pool, ((const struct db_cve *)vec_at(&b.cves, 0))->cwes);
	ck_assert_uint_gt(strlen(cwes), 100);
	ck_assert_uint_eq((strlen(cwes) + 1) % strlen("CWE-1000 "), 0);
}
END_TEST

static const struct {
	const char *text, *where;
} faults[] = {
	{"{\"cve\":" RECORD_OK "}\n{\"cve\":{\"id\":\"CVE-2024-0002\",", "feed:2:"},
	{"{\"cve\":" RECORD_OK "}\n{\"cve\":{\"id\":\"nonsense\"}}\n", "feed:2:"},
	{"{\"cve\":" RECORD "}", "feed:1:"},
	{"{\"cve\":{\"id\":\"CVE-2024-0001\",\n\"configurations\":[{\"nodes\":[{\"cpeMatch\":[{"
         "\"criteria\":\"nonsense\"}]}]}]}}",
         "feed:2:"},
	{"{\"cve\":{\"id\":\"CVE-2024-0001\"]}", "feed:1:"},
	{"{\"catalogVersion\":\"1\",\"vulnerabilities\":[{\"cveID\":\"CVE-2024-0001\"}]}",
         "feed:1:"},
	{"cve,epss\nCVE-2024-0001,2\n", "feed:2:"},
	{"cve,epss\n\nnonsense\n", "feed:3:"},
	{"#sonde-facts/1\nX\n", "feed:2:"},
	{"#sonde-facts/1\nM\tv\ta:x:y:1\n", "feed:2:"},
	{"{\"products\":[\n{\"cpe\":{\"cpeName\":\"nonsense\"}}]}",
         "feed:2: a name that is no CPE name"},
	{"{\"nginx\":{\"CVE-2024-0001\":{\"releases\":{\"bookworm\":{\n\"status\":", "feed:2:"},
	{"{\"affected\":[{\n\"package\":", "feed:2:"},
	{"hello", "no feed"},
	{"", "no feed"},
};

START_TEST(broken_feeds_say_where)
{
	ck_assert_int_eq(read_feed(faults[_i].text), -EINVAL);
	ck_assert_msg(strstr(err.text, faults[_i].where) != NULL, "%s", err.text);
}
END_TEST

START_TEST(every_cut_of_a_feed_is_noticed)
{
	static const char text[] = "{\"vulnerabilities\":[{\"cve\":" SORTED "}]}";

	for (size_t len = strlen("{\"vulnerabilities\":[{\"cve\":{"); len < strlen(text); len++) {
		struct build cut;

		ck_assert_int_eq(build_init(&cut), 0);
		ck_assert_msg(feed_read_text(&cut, "feed", text, len, &err) != 0, "%zu bytes", len);
		build_fini(&cut);
	}
}
END_TEST

/* A handler that notes the longest text it was given. */
static int longest(void *arg, const struct sax_event *e)
{
	size_t *max = arg;

	if (e->len > *max)
		*max = e->len;
	return 0;
}

START_TEST(a_huge_string_is_not_kept)
{
	static char chunk[1 << 20];
	size_t max = 0;
	struct sax *j = sax_new(longest, &max);

	memset(chunk, 'x', sizeof(chunk));
	chunk[77] = '\\';
	chunk[78] = '"';
	ck_assert_int_eq(sax_feed(j, "{\"a\":\"", 6), 0);
	for (int i = 0; i < 1024; i++)
		ck_assert_int_eq(sax_feed(j, chunk, sizeof(chunk)), 0);
	ck_assert_int_eq(sax_feed(j, "\"}", 2), 0);
	ck_assert_int_eq(sax_end(j), 0);
	ck_assert_uint_le(max, SAX_STRING_MAX);
	sax_free(j);
}
END_TEST

START_TEST(depth_and_numbers_are_capped)
{
	char text[SAX_DEPTH_MAX + 2], digits[200];
	size_t max = 0;
	struct sax *j = sax_new(longest, &max);

	memset(text, '[', sizeof(text));
	ck_assert_int_eq(sax_feed(j, text, sizeof(text)), -EINVAL);
	sax_free(j);
	memset(digits, '1', sizeof(digits));
	j = sax_new(longest, &max);
	ck_assert_int_eq(sax_feed(j, digits, sizeof(digits)), -EINVAL);
	sax_free(j);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("feed");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_loop_test(t, feeds_are_recognised_by_content, 0,
	                    sizeof(forms) / sizeof(forms[0]));
	tcase_add_test(t, osv_gives_its_own_cve_a_score);
	tcase_add_loop_test(t, advisories_state_vectors, 0, sizeof(rated) / sizeof(rated[0]));
	tcase_add_loop_test(t, osv_takes_the_vector_it_can_score, 0,
	                    sizeof(severities) / sizeof(severities[0]));
	tcase_add_loop_test(t, nvd_states_scores_of_all_versions, 0,
	                    sizeof(metrics) / sizeof(metrics[0]));
	tcase_add_loop_test(t, nvd_states_weaknesses_and_decision_points, 0,
	                    sizeof(weaknesses) / sizeof(weaknesses[0]));
	tcase_add_test(t, nvd_keeps_whole_weaknesses);
	tcase_add_test(t, nvd_keeps_the_logic);
	tcase_add_loop_test(t, broken_feeds_say_where, 0, sizeof(faults) / sizeof(faults[0]));
	tcase_add_test(t, every_cut_of_a_feed_is_noticed);
	tcase_add_test(t, a_huge_string_is_not_kept);
	tcase_add_test(t, depth_and_numbers_are_capped);
	return suite_run("feed", t);
}
