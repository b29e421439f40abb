/* SPDX-License-Identifier: Apache-2.0 */
/* test_update.c - claims about updating the present file by feeds. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vulndb.h"
#include "suite.h"

static char dir[64];
static struct error err;

static void begin(void)
{
	snprintf(dir, sizeof(dir), "/tmp/test_update.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	err.text[0] = '\0';
}

static void end(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

/* The path of a file in the test's folder; the last 32 paths stay valid. */
static const char *at(const char *name)
{
	static char path[32][128];
	static unsigned next;
	char *p = path[next++ % 32];

	snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

static const char *feed(const char *name, const char *text)
{
	const char *path = at(name);
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	return path;
}

/* Build @out from up to three feeds, as an update of @base (NULL: from the feeds alone). */
static int build(const char *out, const char *base, const char *a, const char *b, const char *c)
{
	const char *feeds[] = {a, b, c};
	struct vulndb_sources s = {.feeds = feeds, .base = base};

	while (s.feed_count < 3 && feeds[s.feed_count] != NULL)
		s.feed_count++;
	return vulndb_build(at(out), &s, &err);
}

static void append(char *text, const char *key, const char *value)
{
	size_t n = strlen(text);

	ck_assert_uint_lt(n + strlen(key) + strlen(value) + 3, 8192);
	sprintf(text + n, "%s %s\n", key, value);
}

static void append_head(void *text, const struct vd_cve *c)
{
	char line[256];

	if (c->cvss_version_x10 == 0 && c->kev_date[0] == '\0' && c->epss < 0 && c->cwes[0] == '\0')
		return;
	snprintf(line, sizeof(line), "%u %u %u %s %.5f", c->cvss_x10, c->cvss_version_x10,
	         c->severity, c->vector, (double)c->epss);
	append(text, line, c->kev_date);
	append(text, c->kev_name, c->cwes);
	append(text, c->exploitation, c->automatable);
	append(text, "  impact", c->impact);
}

static void append_criterion(void *text, const struct vd_cve_criterion *c)
{
	append(text, c->vulnerable ? "affects" : "with", c->cpe);
	append(text, "  range", c->range);
}

static void append_fix(void *text, const struct vd_cve_fix *f)
{
	append(text, f->release, f->package);
	append(text, f->state == VD_CVE_FIXED ? "  fixed" : "  not fixed", f->version);
}

/* Write what a file states about three CVEs, and its counts, to @text. */
static void tell(const char *name, char text[8192])
{
	static const char *const ids[] = {"CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003"};
	struct vulndb_info info;
	struct vulndb *db;

	ck_assert_msg(vulndb_open(at(name), &db, &err) == 0, "%s", err.text);
	vulndb_describe(db, &info);
	sprintf(text, "%u %u %u %u %u\n", info.cves, info.matches, info.kev, info.epss, info.fixes);
	for (size_t i = 0; i < 3; i++) {
		append(text, ids[i], "");
		vulndb_cve(db, ids[i],
		           &(struct vd_cve_visitor){text, append_head, append_criterion,
		                                    append_fix});
	}
	vulndb_close(db);
}

static void same(const char *one, const char *other)
{
	char a[8192], b[8192];

	tell(one, a);
	tell(other, b);
	ck_assert_str_eq(a, b);
}

#define CVE(id, modified, status, below)                                                            \
	"{\"cve\":{\"id\":\"CVE-2024-000" id "\",\"lastModified\":\"" modified                      \
	"\",\"vulnStatus\":\"" status "\",\"metrics\":{\"ssvcV203\":[{\"ssvcData\":{\"options\":["  \
	"{\"exploitation\":\"poc\"},{\"automatable\":\"no\"},{\"technicalImpact\":\"total\"}]}}]}," \
	"\"weaknesses\":[{\"description\":[{\"lang\":\"en\",\"value\":\"CWE-22\"}]}],"              \
	"\"configurations\":[{\"nodes\":[{\"operator\":\"OR\","                                     \
	"\"negate\":false,\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":\"cpe:2.3:a:f5:nginx:*:"  \
	"*:*:*:*:*:"                                                                                \
	"*:*\",\"versionEndExcluding\":\"" below "\"},{\"vulnerable\":true,\"criteria\":"           \
	"\"cpe:2.3:a:f5:nginx:7.1:p1:*:*:*:linux:*:*\"}]}]}]}}\n"
#define OLD                                                                                        \
	CVE("1", "2024-01-01T00:00:00.000", "Analyzed", "1.1")                                     \
	CVE("2", "2024-01-01T00:00:00.000", "Analyzed", "1.2")
#define NEW                                                                                        \
	CVE("1", "2024-02-01T10:11:12.123", "Modified", "1.5")                                     \
	CVE("3", "2024-02-01T00:00:00.000", "Analyzed", "2.0")
#define KEV(name)                                                                                    \
	"{\"catalogVersion\":\"1\",\"dateReleased\":\"2024-03-01T00:00:00Z\",\"vulnerabilities\":[{" \
	"\"cveID\":\"CVE-2024-0001\",\"dateAdded\":\"2024-02-03\"" name "}]}"
#define EPSS "cve,epss,percentile\nCVE-2024-0001,0.5,0.9\nCVE-2024-0003,0.25,0.9\n"
#define TRACKER(one)                                                                               \
	"{\"nginx\":{\"CVE-2024-0001\":{\"releases\":{\"bookworm\":{\"status\":\"resolved\","      \
	"\"fixed_version\":\"" one                                                                 \
	"\"}}},\"CVE-2024-0002\":{\"releases\":{\"bookworm\":{\"status\":\"open\""                 \
	"}}}}}"
#define TRACKER_NEW                                                                                \
	"{\"nginx\":{\"CVE-2024-0001\":{\"releases\":{\"bookworm\":{\"status\":\"resolved\","      \
	"\"fixed_version\":\"1.22.1-10\"}}}}}"

START_TEST(an_update_equals_a_full_build)
{
	const char *old = feed("old", OLD), *new = feed("new", NEW), *epss = feed("epss", EPSS);

	ck_assert_msg(build("base", NULL, old, epss, NULL) == 0, "%s", err.text);
	ck_assert_msg(build("updated", at("base"), new, NULL, NULL) == 0, "%s", err.text);
	ck_assert_int_eq(build("full", NULL, old, new, epss), 0);
	same("updated", "full");
	/* The order of the feeds does not matter. */
	ck_assert_int_eq(build("turned", NULL, epss, new, old), 0);
	same("turned", "full");
	ck_assert_int_eq(build("backwards", at("full"), old, NULL, NULL), 0);
	same("backwards", "full");
}
END_TEST

/* The weaknesses in OLD are those of each record; a later list of the exploited may leave the name
 * out. */
START_TEST(an_update_keeps_what_a_cve_is_called)
{
	const char *old = feed("old", OLD), *later = feed("later", KEV(""));
	const char *named = feed("named", KEV(",\"vulnerabilityName\":\"Nginx So-and-so\""));
	char text[8192];

	ck_assert_msg(build("base", NULL, old, named, NULL) == 0, "%s", err.text);
	ck_assert_int_eq(build("updated", at("base"), later, NULL, NULL), 0);
	same("updated", "base");
	tell("updated", text);
	ck_assert_ptr_nonnull(strstr(text, "Nginx So-and-so CWE-22\npoc no\n  impact total\n"));
}
END_TEST

START_TEST(an_update_may_write_over_its_base)
{
	const char *old = feed("old", OLD), *new = feed("new", NEW);

	ck_assert_int_eq(build("one", NULL, old, NULL, NULL), 0);
	ck_assert_int_eq(build("one", at("one"), new, NULL, NULL), 0);
	ck_assert_int_eq(build("full", NULL, old, new, NULL), 0);
	same("one", "full");
	ck_assert_int_eq(build("one", at("one"), NULL, NULL, NULL), 0);
	same("one", "full");
}
END_TEST

START_TEST(a_rejected_record_goes)
{
	const char *old = feed("old", OLD);
	const char *gone = feed("gone", CVE("1", "2024-03-01T00:00:00.000", "Rejected", "1.1"));
	char text[8192];

	ck_assert_int_eq(build("base", NULL, old, NULL, NULL), 0);
	ck_assert_int_eq(build("updated", at("base"), gone, NULL, NULL), 0);
	tell("updated", text);
	ck_assert_ptr_nonnull(strstr(text, "CVE-2024-0001 \nCVE-2024-0002 \n"));
	ck_assert_ptr_nonnull(strstr(text, "affects"));
}
END_TEST

START_TEST(a_distributions_newer_word_replaces_its_older_one)
{
	const char *old = feed("old", OLD), *t1 = feed("t1", TRACKER("1.22.1-9"));
	const char *t2 = feed("t2", TRACKER_NEW);

	ck_assert_int_eq(build("base", NULL, old, t1, NULL), 0);
	ck_assert_int_eq(build("updated", at("base"), t2, NULL, NULL), 0);
	ck_assert_int_eq(build("full", NULL, old, t2, NULL), 0);
	same("updated", "full");
}
END_TEST

START_TEST(a_broken_feed_changes_nothing)
{
	const char *old = feed("old", OLD);
	const char *broken = feed("broken", CVE("3", "2024-02-01T00:00:00.000", "Analyzed",
	                                        "2.0") "{\"cve\":{\"id\":\"CVE-2024-0004\",");
	char before[8192], after[8192];

	ck_assert_int_eq(build("one", NULL, old, NULL, NULL), 0);
	tell("one", before);
	ck_assert_int_lt(build("one", at("one"), broken, NULL, NULL), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "broken:2: "));
	tell("one", after);
	ck_assert_str_eq(before, after);
}
END_TEST

START_TEST(the_bundled_knowledge_comes_through_an_update_whole)
{
	struct vulndb_sources s = {.base = getenv("VULNDB_FILE")};
	struct vulndb_info was, is;
	struct vulndb *db;

	ck_assert_msg(vulndb_build(at("copy"), &s, &err) == 0, "%s", err.text);
	ck_assert_int_eq(vulndb_open(s.base, &db, &err), 0);
	vulndb_describe(db, &was);
	vulndb_close(db);
	ck_assert_msg(vulndb_open(at("copy"), &db, &err) == 0, "%s", err.text);
	vulndb_describe(db, &is);
	vulndb_close(db);
	ck_assert_uint_eq(is.cves, was.cves);
	ck_assert_uint_eq(is.matches, was.matches);
	ck_assert_uint_eq(is.kev, was.kev);
	ck_assert_uint_eq(is.epss, was.epss);
	ck_assert_uint_eq(is.fixes, was.fixes);
	ck_assert_uint_eq(is.rules, was.rules);
	ck_assert_uint_eq(is.exposures, was.exposures);
	ck_assert_str_eq(is.sources, was.sources);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("update");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, an_update_equals_a_full_build);
	tcase_add_test(t, an_update_keeps_what_a_cve_is_called);
	tcase_add_test(t, an_update_may_write_over_its_base);
	tcase_add_test(t, a_rejected_record_goes);
	tcase_add_test(t, a_distributions_newer_word_replaces_its_older_one);
	tcase_add_test(t, a_broken_feed_changes_nothing);
	tcase_add_test(t, the_bundled_knowledge_comes_through_an_update_whole);
	return suite_run("update", t);
}
