/* SPDX-License-Identifier: Apache-2.0 */
/* test_exposure.c - claims about the exposure table, on the bundled one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exposure.h"
#include "vulndb.h"
#include "suite.h"

enum { NOW_DAYS = 20000 }; /* 2024-10-04 */

static const struct {
	const char *service, *fact, *value, *eol;
	uint16_t port;
	const char *id;
	uint8_t base; /* 0 = not found */
} cases[] = {
	{"redis", "redis.version", "7.0.1", "", 6379, "redis-no-auth", 90},
	{"redis", "redis.auth_required", "true", "", 6379, "redis-no-auth", 0},
	{"redis", "redis.auth_required", "true", "", 6379, "redis-reachable", 70},
	{"mongodb", "mongodb.auth_required", "false", "", 27017, "mongodb-no-auth", 90},
	{"docker", "docker.version", "20.10", "", 2375, "docker-api", 82},
	{"rdp", "rdp.protocols", "1", "", 3389, "rdp-reachable", 70},
	{"x11", "x11.open", "true", "", 6000, "x11-no-auth", 90},
	{"x11", "x11.open", "false", "", 6000, "x11-no-auth", 0},
	{"socks5", "socks.auth_required", "false", "", 1080, "socks-open", 90},
	{"varnish", "varnish.auth_required", "true", "", 6082, "varnish-no-auth", 0},
	{"xdmcp", "xdmcp.willing", "true", "", 177, "xdmcp-reachable", 70},
	{"telnet", "telnet.banner", "login:", "", 23, "telnet-clear-text", 50},
	{"ssh", "ssh.banner", "OpenSSH_9.2p1", "", 22, "ssh-reachable", 30},
	{"https", "ssl.not_after", "2024-10-03T23:59:59Z", "", 443, "cert-expired", 30},
	{"https", "ssl.not_after", "2024-10-04T00:00:01Z", "", 443, "cert-expired", 0},
	{"https", "ssl.not_before", "2024-10-05T00:00:00Z", "", 443, "cert-not-yet-valid", 30},
	{"https", "ssl.selfsigned", "true", "", 443, "cert-self-signed", 30},
	{"https", "ssl.selfsigned", "false", "", 443, "cert-self-signed", 0},
	{"https", "ssl.version", "TLSv1.1", "", 443, "tls-old", 30},
	{"https", "ssl.version", "TLSv1.3", "", 443, "tls-old", 0},
	{"http", "http.server", "x", "2024-10-03", 80, "end-of-life", 70},
	{"http", "http.server", "x", "2024-10-05", 80, "end-of-life", 0},
	{"http", "http.server", "x", "", 80, "end-of-life", 0},
};

START_TEST(exposures_follow_the_table)
{
	struct vd_exposure out[VD_EXPOSURES_MAX];
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id = {0};
	struct vulndb *db;
	struct error err;
	uint8_t base = 0;
	size_t n;

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &db, &err) == 0, "%s", err.text);
	snprintf(id.service, sizeof(id.service), "%s", cases[_i].service);
	snprintf(id.eol, sizeof(id.eol), "%s", cases[_i].eol);
	vd_facts_add(facts, cases[_i].fact, cases[_i].value, strlen(cases[_i].value));
	n = vulndb_expose(db, &(struct vd_subject){&id, facts, cases[_i].port, 6},
	                  INT64_C(86400) * 1000000 * NOW_DAYS, out);
	for (size_t i = 0; i < n; i++)
		if (strcmp(out[i].id, cases[_i].id) == 0)
			base = out[i].base;
	ck_assert_int_eq(base, cases[_i].base);
	vd_facts_free(facts);
	vulndb_close(db);
}
END_TEST

/* The end of the vendor's support says nothing about a package that a distribution maintains. */
static const struct {
	const char *distro, *release;
	bool end_of_life; /* on 2024-10-04 */
} maintained[] = {
	{"", "", true},
	{"debian", "12", false},
	{"debian", "10", true},
	{"raspbian", "12", false},
	{"ubuntu", "22.04", false},
	{"ubuntu", "18.04", true},
	{"ubuntu", "", false}, /* which release, the banner does not say */
	{"alpine", "3.10", false},
};

START_TEST(a_maintained_package_is_not_at_its_end_of_life)
{
	struct vd_exposure out[VD_EXPOSURES_MAX];
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id = {.service = "dns", .eol = "2024-01-01"};
	struct vulndb *db;
	struct error err;
	bool found = false;
	size_t n;

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &db, &err) == 0, "%s", err.text);
	snprintf(id.distro, sizeof(id.distro), "%s", maintained[_i].distro);
	snprintf(id.distro_release, sizeof(id.distro_release), "%s", maintained[_i].release);
	n = vulndb_expose(db, &(struct vd_subject){&id, facts, 53, 6},
	                  INT64_C(86400) * 1000000 * NOW_DAYS, out);
	for (size_t i = 0; i < n; i++)
		found = found || strcmp(out[i].id, "end-of-life") == 0;
	ck_assert(found == maintained[_i].end_of_life);
	vd_facts_free(facts);
	vulndb_close(db);
}
END_TEST

static const struct {
	const char *text, *where;
} faults[] = {
	{"a\thigh\t70\ttitle\n", ":1:1:"},
	{"# x\na\tbad\t70\ttitle\tservice=x\n", ":2:3:"},
	{"a\thigh\t170\ttitle\tservice=x\n", ":1:8:"},
	{"a\thigh\tnonsense\ttitle\tservice=x\n", ":1:8:"},
	{"a\thigh\t70\ttitle\tservice\n", ":1:17:"},
	{"a\thigh\topen\ttitle\tservice=x nonsense\n", ":1:29:"},
	{"a\thigh\t70\ttitle\teol=1\n", ":1:17:"},
};

START_TEST(exposure_faults_name_their_line)
{
	struct exposure_table *t;
	struct error err = {""};
	struct vd_model *model;

	ck_assert_int_eq(vd_model_bundled(&model), 0);
	ck_assert_int_eq(exposure_open(faults[_i].text, strlen(faults[_i].text), model, &t, &err),
	                 -EINVAL);
	ck_assert_msg(strstr(err.text, faults[_i].where) != NULL, "%s", err.text);
	vd_model_close(model);
}
END_TEST

/* A date is reached if it begins or ends between the two moments; a short date is its whole day. */
static const struct {
	const char *date;
	int64_t then_day, now_day;
	bool reached;
} dates[] = {
	{"2024-10-04T00:00:00Z", 19999, 20000, true}, /* at the very second */
	{"2024-10-04T00:00:01Z", 19999, 20000, false},
	{"2024-10-04T00:00:01Z", 20000, 20001, true},
	{"2024-10-04T00:00:01Z", 20001, 20002, false},
	{"2024-10-04", 19999, 20000, true}, /* the day begins */
	{"2024-10-04", 20000, 20001, true}, /* and is over */
	{"2024-10-04", 20001, 20002, false},
	{"2024-10-04", 19998, 19999, false},
	{"nonsense", 1, 20000, false},
	{"", 1, 20000, false},
};

START_TEST(a_date_is_reached_once)
{
	const int64_t day = INT64_C(86400) * 1000000;

	ck_assert_int_eq(vd_date_reached(dates[_i].date, strlen(dates[_i].date),
	                                 dates[_i].then_day * day, dates[_i].now_day * day),
	                 dates[_i].reached);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("exposure");

	tcase_add_loop_test(t, exposures_follow_the_table, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(t, a_maintained_package_is_not_at_its_end_of_life, 0,
	                    sizeof(maintained) / sizeof(maintained[0]));
	tcase_add_loop_test(t, exposure_faults_name_their_line, 0,
	                    sizeof(faults) / sizeof(faults[0]));
	tcase_add_loop_test(t, a_date_is_reached_once, 0, sizeof(dates) / sizeof(dates[0]));
	return suite_run("exposure", t);
}
