/* SPDX-License-Identifier: Apache-2.0 */
/* test_configuration.c - claims about what NVD's configurations mean. */
#include "fixture.h"
#include "shared_data.h"
#include "suite.h"

#define CVE "CVE-2024-0001"
#define RECORD(confs) "{\"cve\":{\"id\":\"" CVE "\",\"configurations\":[" confs "]}}"
#define CONF(op, nodes) "{" op "\"nodes\":[" nodes "]}"
#define NODE(op, negate, matches)                                                                  \
	"{\"operator\":\"" op "\",\"negate\":" negate ",\"cpeMatch\":[" matches "]}"
#define MATCH(vulnerable, name, bounds)                                                            \
	"{\"vulnerable\":" vulnerable ",\"criteria\":\"cpe:2.3:" name "\"" bounds "}"
#define YES(name) MATCH("true", name ":*:*:*:*:*:*", "")
#define NOT(name) MATCH("false", name ":*:*:*:*:*:*", "")
#define BELOW(name, end) MATCH("true", name, ",\"versionEndExcluding\":\"" end "\"")
#define UP_TO(name, end) MATCH("true", name, ",\"versionEndIncluding\":\"" end "\"")
#define FROM(name, start) MATCH("true", name, ",\"versionStartIncluding\":\"" start "\"")
#define ANY ":*:*:*:*:*:*:*:*"
/* One node with OR in one configuration. */
#define ONE(matches) RECORD(CONF("", NODE("OR", "false", matches)))
#define AND "\"operator\":\"AND\","
#define NEGATED "\"negate\":true,"
#define WINDOWS NOT("o:microsoft:windows:-:*")
#define LINUX NOT("o:linux:linux_kernel:-:*")

static const char aliases[] = "#sonde-facts/1\nA\ta:nginx:nginx\ta:f5:nginx\n";

static const struct claim {
	const char *record, *cpe, *extra; /* extra: what stands behind the version in the banner */
	uint8_t kind;                     /* 0 = none */
	uint8_t precision;
	const char *why;
} claims[] = {
	/* AND with a platform: it was seen, another one was seen, none was seen. */
	{RECORD(CONF(AND, NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE("OR", "false",
                                                                                WINDOWS))),
         "a:f5:nginx:1.2", "Win64", VD_AFFECTED, VD_EXACT, ""},
	{RECORD(CONF(AND, NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE("OR", "false",
                                                                                WINDOWS))),
         "a:f5:nginx:1.2", "Unix", 0, 0, ""},
	{RECORD(CONF(AND, NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE("OR", "false",
                                                                                WINDOWS))),
         "a:f5:nginx:1.2", "", VD_POSSIBLE, VD_EXACT, "the platform it needs was not seen"},
	{RECORD(CONF(AND, NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE(
				  "OR", "false", WINDOWS "," LINUX))),
         "a:f5:nginx:1.2", "Linux", VD_AFFECTED, VD_EXACT, ""},
	/* The same within one node. */
	{RECORD(CONF("", NODE("AND", "false", YES("a:f5:nginx:1.2:*") "," LINUX))),
         "a:f5:nginx:1.2", "Linux", VD_AFFECTED, VD_EXACT, ""},
	{RECORD(CONF("", NODE("AND", "false", YES("a:f5:nginx:1.2:*") "," LINUX))),
         "a:f5:nginx:1.2", "", VD_POSSIBLE, VD_EXACT, "the platform it needs was not seen"},
	{RECORD(CONF("", NODE("AND", "false", YES("a:f5:nginx:1.2:*") "," LINUX))),
         "a:f5:nginx:1.2", "Windows", 0, 0, ""},
	/* Negation of a node and of a configuration. */
	{RECORD(CONF(AND,
                     NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE("OR", "true", WINDOWS))),
         "a:f5:nginx:1.2", "Linux", VD_AFFECTED, VD_EXACT, ""},
	{RECORD(CONF(AND,
                     NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE("OR", "true", WINDOWS))),
         "a:f5:nginx:1.2", "Windows", 0, 0, ""},
	{RECORD(CONF(AND,
                     NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE("OR", "true", WINDOWS))),
         "a:f5:nginx:1.2", "", VD_POSSIBLE, VD_EXACT, "the platform it needs was not seen"},
	{RECORD(CONF(NEGATED, NODE("OR", "false", YES("a:f5:nginx:1.2:*")))), "a:f5:nginx:1.2", "",
         0, 0, ""},
	/* Vulnerable and other criteria in one node: the others give no hit, and take nothing from
	 * the vulnerable ones. */
	{ONE(YES("a:f5:nginx:1.2:*") "," NOT("a:f5:nginx:1.3:*")), "a:f5:nginx:1.2", "",
         VD_AFFECTED, VD_EXACT, ""},
	{ONE(YES("a:f5:nginx:1.2:*") "," NOT("a:f5:nginx:1.3:*")), "a:f5:nginx:1.3", "", 0, 0, ""},
	{ONE(YES("a:f5:nginx:1.2:*") "," NOT("a:x:library:1.3:*")), "a:x:library:1.3", "", 0, 0,
         ""},
	/* Several nodes and no operator: OR. */
	{RECORD(CONF("", NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE(
				 "OR", "false", YES("a:x:y:3.4:*")))),
         "a:f5:nginx:1.2", "", VD_AFFECTED, VD_EXACT, ""},
	{RECORD(CONF("", NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE(
				 "OR", "false", YES("a:x:y:3.4:*")))),
         "a:x:y:3.4", "", VD_AFFECTED, VD_EXACT, ""},
	/* Two products that must run together. */
	{RECORD(CONF(AND, NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE(
				  "OR", "false", YES("a:x:y:3.4:*")))),
         "a:f5:nginx:1.2", "", VD_POSSIBLE, VD_EXACT, "the platform it needs was not seen"},
	/* ANDed nodes that name one product by its aliases: a literal AND would never hold. */
	{RECORD(CONF(AND, NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE(
				  "OR", "false", YES("a:nginx:nginx:1.3:*")))),
         "a:f5:nginx:1.2", "", VD_AFFECTED, VD_EXACT, ""},
	{RECORD(CONF(AND, NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE(
				  "OR", "false", YES("a:nginx:nginx:1.3:*")))),
         "a:f5:nginx:1.3", "", VD_AFFECTED, VD_EXACT, ""},
	{RECORD(CONF(AND, NODE("OR", "false", YES("a:f5:nginx:1.2:*")) "," NODE(
				  "OR", "false", YES("a:nginx:nginx:1.3:*")))),
         "a:nginx:nginx:1.4", "", 0, 0, ""},
	/* The update in the version, in its own attribute, and at the end of a range. */
	{ONE(YES("a:openbsd:openssh:4.3p2:*")), "a:openbsd:openssh:4.3:p2", "", VD_AFFECTED,
         VD_EXACT, ""},
	{ONE(YES("a:openbsd:openssh:4.3p2:*")), "a:openbsd:openssh:4.3:p1", "", 0, 0, ""},
	{ONE(YES("a:openbsd:openssh:7.1:p1")), "a:openbsd:openssh:7.1p1", "", VD_AFFECTED, VD_EXACT,
         ""},
	{ONE(YES("a:openbsd:openssh:7.1:p1")), "a:openbsd:openssh:7.1:p2", "", 0, 0, ""},
	{ONE(YES("a:openbsd:openssh:7.1:p1")), "a:openbsd:openssh:7.1", "", 0, 0, ""},
	{ONE(UP_TO("a:openbsd:openssh:*:p2:*:*:*:*:*:*", "7.2")), "a:openbsd:openssh:7.2:p2", "",
         VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(UP_TO("a:openbsd:openssh:*:p2:*:*:*:*:*:*", "7.2")), "a:openbsd:openssh:7.2:p3", "", 0,
         0, ""},
	{ONE(UP_TO("a:openbsd:openssh:*:p2:*:*:*:*:*:*", "7.2")), "a:openbsd:openssh:7.2", "",
         VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(UP_TO("a:openbsd:openssh:*:p2:*:*:*:*:*:*", "7.2")), "a:openbsd:openssh:7.1:p9", "",
         VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(UP_TO("a:openbsd:openssh:*:p2:*:*:*:*:*:*", "7.2")), "a:openbsd:openssh:7.3", "", 0, 0,
         ""},
	{ONE(BELOW("a:x:y" ANY, "2.0")), "a:x:y:2.0-rc1", "", VD_AFFECTED, VD_BOUNDED, ""},
	/* "-", no update, excludes every update; "*" includes all. */
	{ONE(YES("a:openbsd:openssh:4.3:-")), "a:openbsd:openssh:4.3:p10", "", 0, 0, ""},
	{ONE(YES("a:openbsd:openssh:4.3:-")), "a:openbsd:openssh:4.3", "", VD_AFFECTED, VD_EXACT,
         ""},
	{ONE(YES("a:openbsd:openssh:4.3:*")), "a:openbsd:openssh:4.3:p10", "", VD_AFFECTED,
         VD_EXACT, ""},
	/* "-" beside stated versions matches no other version; alone it says nothing. */
	{ONE(YES("a:x:y:-:*") "," YES("a:x:y:1.0:*")), "a:x:y:2.0", "", 0, 0, ""},
	{ONE(YES("a:x:y:-:*") "," YES("a:x:y:1.0:*")), "a:x:y:1.0", "", VD_AFFECTED, VD_EXACT, ""},
	{ONE(YES("a:x:y:-:*")), "a:x:y:2.0", "", VD_POSSIBLE, VD_PRODUCT_ONLY,
         "no versions are stated"},
	{ONE(YES("a:x:y:*:*")), "a:x:y:2.0", "", VD_POSSIBLE, VD_PRODUCT_ONLY,
         "no versions are stated"},
	/* Bounds that are no versions. */
	{ONE(UP_TO("a:x:y" ANY, "6.2.*")), "a:x:y:6.1", "", VD_POSSIBLE, VD_BOUNDED,
         "the range's bound is no version"},
	{ONE(BELOW("a:x:y" ANY, "6.2..14")), "a:x:y:6.1", "", VD_POSSIBLE, VD_BOUNDED,
         "the range's bound is no version"},
	{ONE(BELOW("a:x:y" ANY, "6.2..14")), "a:x:y:7.0", "", 0, 0, ""},
	{ONE(BELOW("a:x:y" ANY, "lts_2.414.1")), "a:x:y:2.1.0", "", VD_POSSIBLE, VD_BOUNDED,
         "the range's bound is no version"},
	{ONE(BELOW("a:x:y" ANY, "4d4a4d5f2c")), "a:x:y:2.1.0", "", VD_POSSIBLE, VD_BOUNDED,
         "the range's bound is no version"},
	{ONE(BELOW("a:x:y" ANY, "2021-03-01")), "a:x:y:2.1.0", "", VD_POSSIBLE, VD_BOUNDED,
         "the range's bound is no version"},
	/* A range without an end gives a possible hit, and so does half a version. */
	{ONE(FROM("a:x:y" ANY, "4.0.0")), "a:x:y:4.1.0", "", VD_POSSIBLE, VD_UNBOUNDED,
         "the range has no end"},
	{ONE(FROM("a:x:y" ANY, "4.0.0")), "a:x:y:3.9.9", "", 0, 0, ""},
	{ONE(YES("a:x:y:2.4.1:*") "," BELOW("a:x:y" ANY, "2.4.5")), "a:x:y:2.4", "", VD_POSSIBLE,
         VD_EXACT, "only a part of the version is known"},
	/* A package ecosystem restricts nothing; a platform does. */
	{ONE(BELOW("a:x:y:*:*:*:*:*:maven:*:*", "2.0")), "a:x:y:1.0", "", VD_AFFECTED, VD_BOUNDED,
         ""},
	{ONE(BELOW("a:x:y:*:*:*:*:*:go:*:*", "2.0")), "a:x:y:1.0", "", VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(BELOW("a:x:y:*:*:*:*:*:windows:*:*", "2.0")), "a:x:y:1.0", "", VD_POSSIBLE, VD_BOUNDED,
         "the platform it needs was not seen"},
	{ONE(BELOW("a:x:y:*:*:*:*:*:windows:*:*", "2.0")), "a:x:y:1.0", "Linux", 0, 0, ""},
	/* BIND's preview edition calls itself -S1. */
	{ONE(MATCH("true", "a:isc:bind:9.11.5:s3:*:*:supported_preview:*:*:*", "")),
         "a:isc:bind:9.11.5-S3", "", VD_AFFECTED, VD_EXACT, ""},
	{ONE(MATCH("true", "a:isc:bind:9.11.5:s3:*:*:supported_preview:*:*:*", "")),
         "a:isc:bind:9.11.5", "", 0, 0, ""},
	{ONE(BELOW("a:isc:bind:*:*:*:*:supported_preview:*:*:*", "9.12.0")), "a:isc:bind:9.11.5",
         "", 0, 0, ""},
	/* Jenkins' long-term releases have three numbers. */
	{ONE(BELOW("a:jenkins:jenkins:*:*:*:*:lts:*:*:*", "2.414.1")), "a:jenkins:jenkins:2.401.3",
         "", VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(BELOW("a:jenkins:jenkins:*:*:*:*:lts:*:*:*", "2.414.1")), "a:jenkins:jenkins:2.413",
         "", 0, 0, ""},
	{ONE(BELOW("a:jenkins:jenkins:*:*:*:*:-:*:*:*", "2.414")), "a:jenkins:jenkins:2.413", "",
         VD_AFFECTED, VD_BOUNDED, ""},
	/* GitLab does not say its edition: a criterion for one edition is in doubt, criteria for
	 * both together are not. */
	{ONE(BELOW("a:gitlab:gitlab:*:*:*:*:enterprise:*:*:*", "15.1.2")), "a:gitlab:gitlab:15.1.1",
         "", VD_POSSIBLE, VD_BOUNDED, "the edition it needs is not known"},
	{ONE(BELOW("a:gitlab:gitlab:*:*:*:*:enterprise:*:*:*",
                   "15.1.2") "," BELOW("a:gitlab:gitlab:*:*:*:*:community:*:*:*", "15.1.2")),
         "a:gitlab:gitlab:15.1.1", "", VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(BELOW("a:gitlab:gitlab:*:*:*:*:enterprise:*:*:*", "15.1.2")),
         "a:gitlab:gitlab:15.1.1:*:*:*:community", "", 0, 0, ""},
	/* Application, operating system and hardware of one name are one product. */
	{ONE(BELOW("a:fortinet:fortios" ANY, "6.2.4")), "o:fortinet:fortios:6.2.3", "", VD_AFFECTED,
         VD_BOUNDED, ""},
	{ONE(BELOW("o:fortinet:fortios" ANY, "6.2.4")), "a:fortinet:fortios:6.2.3", "", VD_AFFECTED,
         VD_BOUNDED, ""},
	{ONE(YES("o:fortinet:fortios:6.2.2:*") "," BELOW("a:fortinet:fortios" ANY, "6.2.4")),
         "o:fortinet:fortios:6.2.3", "", VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(YES("h:qnap:qts:4.3.3:*")), "o:qnap:qts:4.3.3", "", VD_AFFECTED, VD_EXACT, ""},
	{ONE(BELOW("a:fortinet:fortios" ANY, "6.2.4")), "o:fortinet:fortiproxy:6.2.3", "", 0, 0,
         ""},
	{RECORD(CONF(AND, NODE("OR", "false", YES("o:x:box_firmware:1.2:*")) "," NODE(
				  "OR", "false", NOT("h:x:box:-:*")))),
         "o:x:box_firmware:1.2", "", VD_AFFECTED, VD_EXACT, ""},
	/* A record that lists a version with and without an update means these alone. */
	{ONE(YES("a:isc:bind:9.9.3:*") "," YES("a:isc:bind:9.9.3:p1")), "a:isc:bind:9.9.3:p2", "",
         0, 0, ""},
	{ONE(YES("a:isc:bind:9.9.3:*") "," YES("a:isc:bind:9.9.3:p1")), "a:isc:bind:9.9.3-P2", "",
         0, 0, ""},
	{ONE(YES("a:isc:bind:9.9.3:*") "," YES("a:isc:bind:9.9.3:p1")), "a:isc:bind:9.9.3-P1", "",
         VD_AFFECTED, VD_EXACT, ""},
	{ONE(YES("a:isc:bind:9.9.3:*") "," YES("a:isc:bind:9.9.3:p1")), "a:isc:bind:9.9.3", "",
         VD_AFFECTED, VD_EXACT, ""},
	{ONE(YES("a:isc:bind:9.9.3:*") "," YES("a:isc:bind:9.9.4:p1")), "a:isc:bind:9.9.3-P2", "",
         VD_AFFECTED, VD_EXACT, ""},
	{RECORD(CONF(AND, NODE("OR", "false",
                               YES("a:isc:bind:9.9.3:*") "," YES(
				       "a:isc:bind:9.9.3:p1")) "," NODE("OR", "false", LINUX))),
         "a:isc:bind:9.9.3-P2", "Linux", 0, 0, ""},
	/* What stands behind a version and says nothing about it. */
	{ONE(UP_TO("a:oracle:mysql" ANY, "5.7.26")), "a:oracle:mysql:5.7.26-log", "", VD_AFFECTED,
         VD_BOUNDED, ""},
	{ONE(YES("a:openbsd:openssh:6.1:*")), "a:openbsd:openssh:6.1_hpn13v11", "", VD_AFFECTED,
         VD_EXACT, ""},
	{ONE(UP_TO("a:openbsd:openssh" ANY, "6.0")), "a:openbsd:openssh:6.1_hpn13v11", "", 0, 0,
         ""},
	{ONE(BELOW("a:x:y" ANY, "2.0")), "a:x:y:2.0-SNAPSHOT", "", VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(YES("a:redhat:jboss:4.2.0:*")), "a:redhat:jboss:4.2.0.GA", "", VD_AFFECTED, VD_EXACT,
         ""},
	/* Jetty's date is an update of its release. */
	{ONE(YES("a:eclipse:jetty:9.4.43:20210629")), "a:eclipse:jetty:9.4.43.v20210629", "",
         VD_AFFECTED, VD_EXACT, ""},
	{ONE(UP_TO("a:eclipse:jetty" ANY, "9.4.43")), "a:eclipse:jetty:9.4.43.v20210629", "",
         VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(BELOW("a:eclipse:jetty" ANY, "9.4.43")), "a:eclipse:jetty:9.4.43.v20210629", "", 0, 0,
         ""},
	{ONE(BELOW("a:eclipse:jetty" ANY, "9.4.44")), "a:eclipse:jetty:9.4.43.v20210629", "",
         VD_AFFECTED, VD_BOUNDED, ""},
	/* OpenSSH's portable release ends in p1, which some systems leave out. */
	{ONE(MATCH("true", "a:openbsd:openssh" ANY,
                   ",\"versionStartIncluding\":\"8.5p1\",\"versionEndExcluding\":\"9.8p1\"")),
         "a:openbsd:openssh:8.5", "", VD_POSSIBLE, VD_BOUNDED,
         "whether it is the portable release is not known"},
	{ONE(MATCH("true", "a:openbsd:openssh" ANY,
                   ",\"versionStartIncluding\":\"8.5p1\",\"versionEndExcluding\":\"9.8p1\"")),
         "a:openbsd:openssh:9.8", "", VD_POSSIBLE, VD_BOUNDED,
         "whether it is the portable release is not known"},
	{ONE(MATCH("true", "a:openbsd:openssh" ANY,
                   ",\"versionStartIncluding\":\"8.5p1\",\"versionEndExcluding\":\"9.8p1\"")),
         "a:openbsd:openssh:9.8:p1", "", 0, 0, ""},
	{ONE(MATCH("true", "a:openbsd:openssh" ANY,
                   ",\"versionStartIncluding\":\"8.5p1\",\"versionEndExcluding\":\"9.8p1\"")),
         "a:openbsd:openssh:8.7", "", VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(BELOW("a:isc:bind" ANY, "9.9.3-p1")), "a:isc:bind:9.9.3", "", VD_AFFECTED, VD_BOUNDED,
         ""},
	/* A product that never writes a last zero has whole versions with one number less. */
	{ONE(YES("o:mikrotik:routeros:6.41.3:*") "," YES("o:mikrotik:routeros:6.41.4:*") "," YES(
		 "o:mikrotik:routeros:6.40:*") "," UP_TO("o:mikrotik:routeros" ANY, "6.42.1")),
         "o:mikrotik:routeros:6.42", "", VD_AFFECTED, VD_BOUNDED, ""},
	{ONE(YES("a:x:y:1.2.3:*") "," YES("a:x:y:1.2.0:*") "," YES("a:x:y:1.4:*") "," YES(
		 "a:x:y:2.4.2:*")),
         "a:x:y:2.4", "", VD_POSSIBLE, VD_EXACT, "only a part of the version is known"},
	/* Without a version nothing can be said. */
	{ONE(YES("a:x:y:*:*")), "a:x:y", "", 0, 0, ""},
	{ONE(YES("a:x:y:-:*")), "a:x:y:*", "", 0, 0, ""},
};

static void check(const struct claim *c)
{
	char cpe[128];
	struct vd_identity id;
	struct vd_verdict v;

	snprintf(cpe, sizeof(cpe), "cpe:2.3:%s", c->cpe);
	id = fixture_identity(cpe);
	strcpy(id.version_extra, c->extra);
	v = fixture_verdict(&id, CVE);
	ck_assert_msg(v.kind == c->kind, "%s %s is %s (%s): %s", cpe, c->extra,
	              vd_kind_name(v.kind), v.why, c->record);
	ck_assert_msg(v.precision == c->precision, "%s: precision %u", cpe, v.precision);
	ck_assert_str_eq(v.why, c->why);
}

START_TEST(configurations_mean_what_the_nvd_means)
{
	const char *const feeds[] = {aliases, claims[_i].record};

	fixture_build(feeds, 2);
	check(&claims[_i]);
}
END_TEST

/* An update of a file gives the same verdicts as a build: criteria survive the way back into
 * facts. */
START_TEST(configurations_come_through_an_update)
{
	static const char more[] = "cve,epss,percentile\n" CVE ",0.5,0.5\n";
	const char *const feeds[] = {aliases, claims[_i].record};
	struct error err = {""};

	fixture_build(feeds, 2);
	fixture_close();
	ck_assert_msg(fixture_update(fixture_file("more", more, strlen(more)), fixture_path("k"),
	                             &err) == 0,
	              "%s", err.text);
	fixture_open();
	check(&claims[_i]);
}
END_TEST

/* ---- the real records, from what is bundled ---- */

static const struct {
	const char *cpe, *cve;
	uint8_t kind; /* 0 = none */
} real[] = {
	/* "*:p2" up to 7.2, "*:p1" up to 7.2. */
	{"a:openbsd:openssh:7.2:p2", "CVE-2015-8325", VD_AFFECTED},
	{"a:openbsd:openssh:7.2:p3", "CVE-2015-8325", 0},
	{"a:openbsd:openssh:7.2:p1", "CVE-2016-3115", VD_AFFECTED},
	{"a:openbsd:openssh:7.2:p2", "CVE-2016-3115", 0},
	/* A node with vulnerable and other versions. */
	{"a:mit:krb5:1.6.3", "CVE-2009-0847", VD_AFFECTED},
	{"a:mit:krb5:1.7", "CVE-2009-0847", 0},
	/* "-" beside exact versions of httpd. */
	{"a:apache:http_server:2.4.58", "CVE-2007-4465", 0},
	{"a:apache:http_server:2.4.58", "CVE-2007-5000", 0},
	{"a:apache:http_server:2.0.46", "CVE-2007-4465", VD_AFFECTED},
	/* BIND's preview editions, Jenkins' long-term ones. */
	{"a:isc:bind:9.11.5-S3", "CVE-2018-5743", VD_AFFECTED},
	{"a:jenkins:jenkins:1.466.1", "CVE-2012-4438", VD_AFFECTED},
	{"a:jenkins:jenkins:1.466.2", "CVE-2012-4438", 0},
	/* GitLab: one edition alone, and both. */
	{"a:gitlab:gitlab:6.6.0", "CVE-2014-3456", VD_POSSIBLE},
	{"a:gitlab:gitlab:3.0.3", "CVE-2013-4580", VD_AFFECTED},
	/* maven and go restrict nothing. */
	{"a:eclipse:jetty:9.4.16", "CVE-2019-10247", VD_AFFECTED},
	{"a:hashicorp:consul:1.2.3:*:*:*:community", "CVE-2023-5332", VD_AFFECTED},
	/* Two products that must run together. */
	{"a:php:php:5.6.9", "CVE-2015-6837", VD_POSSIBLE},
	/* Samba from 4.0.0 on, without an end. */
	{"a:samba:samba:4.19.0", "CVE-2018-1057", VD_POSSIBLE},
};

START_TEST(real_records_give_their_verdicts)
{
	struct error err = {""};
	struct vd_identity id;
	struct vd_verdict v;
	char cpe[128];

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &fixture_db, &err) == 0, "%s", err.text);
	fixture_scratch = vd_scratch_new(fixture_db);
	snprintf(cpe, sizeof(cpe), "cpe:2.3:%s", real[_i].cpe);
	id = fixture_identity(cpe);
	v = fixture_verdict(&id, real[_i].cve);
	ck_assert_msg(v.kind == real[_i].kind, "%s %s: %s (%s, %s)", real[_i].cpe, real[_i].cve,
	              vd_kind_name(v.kind), v.range, v.why);
}
END_TEST

START_TEST(all_shared_records_are_read)
{
	struct vulndb_info info;
	struct error err = {""};
	size_t len;
	char *text = shared_data("nvd2-selected.jsonl.zst", &len);

	if (text == NULL)
		return;
	ck_assert_msg(fixture_update(fixture_file("all", text, len), NULL, &err) == 0, "%s",
	              err.text);
	free(text);
	fixture_open();
	vulndb_describe(fixture_db, &info);
	ck_assert_uint_eq(info.cves, 9839);
	ck_assert_uint_eq(info.matches, 260923);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("configuration");

	tcase_add_checked_fixture(t, fixture_begin, fixture_end);
	tcase_add_loop_test(t, configurations_mean_what_the_nvd_means, 0,
	                    sizeof(claims) / sizeof(claims[0]));
	tcase_add_loop_test(t, configurations_come_through_an_update, 0,
	                    sizeof(claims) / sizeof(claims[0]));
	tcase_add_loop_test(t, real_records_give_their_verdicts, 0, sizeof(real) / sizeof(real[0]));
	tcase_add_test(t, all_shared_records_are_read);
	return suite_run("configuration", t);
}
