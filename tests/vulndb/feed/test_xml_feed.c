/* SPDX-License-Identifier: Apache-2.0 */
/* test_xml_feed.c - claims about the XML feeds: FreeBSD's VuXML and the updateinfo of Amazon Linux. */
#include <errno.h>

#include "build.h"
#include "feed.h"
#include "fixture.h"
#include "suite.h"

#define CVE "CVE-2024-10001"
/* NVD calls the product vulnerable before a version that no package below has. */
#define NVD(product)                                                                               \
	"{\"cve\":{\"id\":\"" CVE "\",\"configurations\":[{\"nodes\":[{\"operator\":\"OR\","       \
	"\"negate\":false,\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":\"cpe:2.3:" product      \
	":*:*:*:*:*:*:*:*\",\"versionEndExcluding\":\"99\"}]}]}]}}\n"
#define HEAD                                                                                       \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- it's ours -->\n"                         \
	"<!DOCTYPE vuxml PUBLIC \"-//vuxml.org//DTD VuXML 1.1//EN\" \"http://example.test/v.dtd\"" \
	" [\n<!ENTITY vuln-2024 SYSTEM \"vuln/2024.xml\">\n]>\n"
#define VULN(package, reference)                                                                   \
	"<vuln vid=\"0\"><topic>x &amp; y</topic><affects>" package                                \
	"</affects><description><body xmlns=\"http://www.w3.org/1999/xhtml\"><p>names <b>one"      \
	"</b></p></body></description><references>" reference "<url>https://example.test/</url>"   \
	"</references><dates><discovery>2024-01-01</discovery><entry>2024-01-02</entry>"           \
	"<modified>2024-05-03</modified></dates></vuln>\n"
#define VUXML(vulns) HEAD "<vuxml xmlns=\"http://www.vuxml.org/apps/vuxml-1\">" vulns "</vuxml>\n"
#define IDS "<cvename>CVE-2024-3</cvename><cvename>" CVE "</cvename>"
#define PORT(names, ranges) VUXML(VULN("<package>" names ranges "</package>", IDS))
#define NGINX_PORT(range)                                                                          \
	PORT("<name>nginx</name><name>nginx-devel</name>", "<range>" range "</range>")
#define LT(version) "<lt>" version "</lt>"
#define LE(version) "<le>" version "</le>"
#define GE(version) "<ge>" version "</ge>"
#define GT(version) "<gt>" version "</gt>"
#define EQ(version) "<eq>" version "</eq>"

#define UPDATES(list) "<?xml version=\"1.0\" ?>\n<updates>" list "</updates>\n"
#define UPDATE(reference, packages)                                                                \
	"<update author=\"x\" from=\"x\" status=\"final\" type=\"security\" version=\"1.4\">"      \
	"<id>ALAS-2024-1</id><title>x</title><issued date=\"2024-02-01 10:00\"/>"                  \
	"<updated date=\"2024-03-04 10:00\"/><severity>medium</severity><description>x"            \
	"</description><references>" reference "</references><pkglist>"                            \
	"<collection short=\"amazon-linux\"><name>Amazon Linux</name>" packages                    \
	"</collection></pkglist></update>\n"
#define REFERENCE                                                                                  \
	"<reference href=\"https://example.test/\" id=\"" CVE "\" title=\"\" type=\"cve\"/>"
#define RPM(epoch, version, release)                                                               \
	"<package arch=\"x86_64\" epoch=\"" epoch "\" name=\"nginx\" release=\"" release           \
	"\" version=\"" version "\"><filename>x.rpm</filename></package>"
#define AL2023 UPDATES(UPDATE(REFERENCE, RPM("1", "1.24.0", "1.amzn2023.0.4")))
#define AL2 UPDATES(UPDATE(REFERENCE, RPM("1", "1.22.1", "1.amzn2.0.3")))
#define REVISION "the package's revision is not known"
#define NO_DATA "the distribution may have fixed it"

static const struct {
	const char *feed, *distro, *release, *upstream, *revision;
	uint8_t kind;
	const char *why, *fixed_by;
} cases[] = {
	/* The revision is known. As text, each pair would be in the other order: 9 is below 12. */
	{NGINX_PORT(LT("1.24.0_12,3")), "freebsd", "", "1.24.0", "1.24.0_12,3", VD_FIXED, "",
         "freebsd:ports nginx 1.24.0_12,3"},
	{NGINX_PORT(LT("1.24.0_12,3")), "freebsd", "", "1.24.0", "1.24.0_9,3", VD_AFFECTED, "",
         "freebsd:ports nginx 1.24.0_12,3"},
	{NGINX_PORT(LT("1.24.0_12,3")), "freebsd", "", "1.24.0", "1.24.0_12,2", VD_AFFECTED, "",
         "freebsd:ports nginx 1.24.0_12,3"},
	{NGINX_PORT(LE("1.24.0_3,3")), "freebsd", "", "1.24.0", "1.24.0_3,3", VD_AFFECTED, "",
         "freebsd:ports nginx >1.24.0_3,3"},
	{NGINX_PORT(LE("1.24.0_3,3")), "freebsd", "", "1.24.0", "1.24.0_4,3", VD_FIXED, "",
         "freebsd:ports nginx >1.24.0_3,3"},
	{NGINX_PORT(GE("1.20.0,3") LT("1.24.0_2,3")), "freebsd", "", "1.19.1", "1.19.1,3", VD_FIXED,
         "", "freebsd:ports nginx 1.24.0_2,3"},
	{NGINX_PORT(GT("1.24.0,3") LT("1.24.0_4,3")), "freebsd", "", "1.24.0", "1.24.0,3", VD_FIXED,
         "", "freebsd:ports nginx 1.24.0_4,3"},
	{NGINX_PORT(GT("1.24.0,3") LT("1.24.0_4,3")), "freebsd", "", "1.24.0", "1.24.0_1,3",
         VD_AFFECTED, "", "freebsd:ports nginx 1.24.0_4,3"},
	{NGINX_PORT(EQ("1.24.0_1,3")), "freebsd", "", "1.24.0", "1.24.0_1,3", VD_AFFECTED, "",
         "freebsd:ports nginx >1.24.0_1,3"},
	{NGINX_PORT(EQ("1.24.0_1,3")), "freebsd", "", "1.24.0", "1.24.0_2,3", VD_FIXED, "",
         "freebsd:ports nginx >1.24.0_1,3"},
	/* It is not: the upstream version decides where it differs from that of the fix. */
	{NGINX_PORT(LT("1.24.0_12,3")), "freebsd", "", "1.24.0", "", VD_POSSIBLE, REVISION,
         "freebsd:ports nginx 1.24.0_12,3"},
	{NGINX_PORT(LE("1.24.0,3")), "freebsd", "", "1.24.0", "", VD_POSSIBLE, REVISION,
         "freebsd:ports nginx >1.24.0,3"},
	{NGINX_PORT(LT("1.24.0_12,3")), "freebsd", "", "1.22.1", "", VD_AFFECTED, "",
         "freebsd:ports nginx 1.24.0_12,3"},
	{NGINX_PORT(LT("1.24.0_12,3")), "freebsd", "", "1.26.0", "", VD_FIXED, "",
         "freebsd:ports nginx 1.24.0_12,3"},
	/* Every package of the version has the fix that its first one has. */
	{NGINX_PORT(LT("1.24.0,3")), "freebsd", "", "1.24.0", "", VD_FIXED, "",
         "freebsd:ports nginx 1.24.0,3"},
	/* Releases of FreeBSD have the same ports. */
	{NGINX_PORT(LT("1.24.0,3")), "freebsd", "14.1", "1.22.1", "", VD_AFFECTED, "",
         "freebsd:ports nginx 1.24.0,3"},
	/* Several ranges, and several records: what lies in any of them is vulnerable. */
	{PORT("<name>nginx</name>",
              "<range>" LT("1.20.1,3") "</range><range>" GE("1.21.0,3") LT("1.21.3,3") "</range>"),
         "freebsd", "", "1.20.2", "", VD_FIXED, "", "freebsd:ports nginx 1.20.1,3"},
	{PORT("<name>nginx</name>",
              "<range>" LT("1.20.1,3") "</range><range>" GE("1.21.0,3") LT("1.21.3,3") "</range>"),
         "freebsd", "", "1.21.1", "", VD_AFFECTED, "", "freebsd:ports nginx 1.21.3,3"},
	{VUXML(VULN("<package><name>nginx</name><range>" LT("1.20.1,3") "</range></package>", IDS)
                       VULN("<package><name>nginx</name><range>" LT(
				    "1.20.3,3") "</range></package>",
                            IDS)),
         "freebsd", "", "1.20.2", "1.20.2,3", VD_AFFECTED, "", "freebsd:ports nginx 1.20.3,3"},
	/* No end: all that is listed is vulnerable, and the list is as old as its newest version. */
	{NGINX_PORT(GT("0")), "freebsd", "", "1.24.0", "", VD_POSSIBLE, REVISION, ""},
	{NGINX_PORT(GE("0")), "freebsd", "", "1.24.0", "1.24.0,3", VD_AFFECTED, "", ""},
	{PORT("<name>nginx</name>", "<range>" GE("1.20.0,3") "</range>"), "freebsd", "", "1.24.0",
         "1.24.0,3", VD_POSSIBLE, "the package is newer than the distribution's data", ""},
	{NGINX_PORT(GE("1.26.0,3")), "freebsd", "", "1.24.0", "1.24.0,3", VD_FIXED, "",
         "freebsd:ports nginx is not affected"},
	/* Of another package, of the system itself, taken back, or without a version: not known. */
	{PORT("<name>nginx-devel</name>", "<range>" LT("1.25.0") "</range>"), "freebsd", "",
         "1.24.0", "1.24.0,3", VD_POSSIBLE, NO_DATA, ""},
	{PORT("<name>FreeBSD</name><name>FreeBSD-kernel</name>", "<range>" LT("14.1_3") "</range>"),
         "freebsd", "", "1.24.0", "1.24.0,3", VD_POSSIBLE, NO_DATA, ""},
	{VUXML(VULN("<system><name>nginx</name><range>" LT("2,3") "</range></system>", IDS)),
         "freebsd", "", "1.24.0", "1.24.0,3", VD_POSSIBLE, NO_DATA, ""},
	{VUXML("<vuln vid=\"1\"><cancelled superseded=\"2\"/></vuln>"), "freebsd", "", "1.24.0",
         "1.24.0,3", VD_POSSIBLE, NO_DATA, ""},
	{NGINX_PORT(LT("")), "freebsd", "", "1.24.0", "1.24.0,3", VD_POSSIBLE, NO_DATA, ""},
	/* Amazon Linux: by the order of RPM, of the release that the package's mark names. */
	{AL2023, "amazon", "2023", "1.24.0", "1:1.24.0-1.amzn2023.0.4", VD_FIXED, "",
         "amazon:2023 nginx 1:1.24.0-1.amzn2023.0.4"},
	{AL2023, "amazon", "2023", "1.24.0", "1:1.24.0-1.amzn2023.0.3", VD_AFFECTED, "",
         "amazon:2023 nginx 1:1.24.0-1.amzn2023.0.4"},
	{AL2023, "amazon", "2023", "1.24.0", "1:1.24.0-1.amzn2023.0.10", VD_FIXED, "",
         "amazon:2023 nginx 1:1.24.0-1.amzn2023.0.4"},
	{AL2023, "amazon", "2023", "1.24.0", "", VD_POSSIBLE, REVISION,
         "amazon:2023 nginx 1:1.24.0-1.amzn2023.0.4"},
	{AL2023, "amazon", "2023", "1.22.1", "", VD_AFFECTED, "",
         "amazon:2023 nginx 1:1.24.0-1.amzn2023.0.4"},
	{AL2023, "amazon", "", "1.22.1", "", VD_POSSIBLE, "the distribution's release is not known",
         "amazon:2023 nginx 1:1.24.0-1.amzn2023.0.4"},
	{AL2023, "amazon", "", "1.24.0", "", VD_POSSIBLE, REVISION,
         "amazon:2023 nginx 1:1.24.0-1.amzn2023.0.4"},
	{AL2, "amazon", "2", "1.22.1", "1:1.22.1-1.amzn2.0.2", VD_AFFECTED, "",
         "amazon:2 nginx 1:1.22.1-1.amzn2.0.3"},
	{AL2, "amazon", "2023", "1.22.1", "1:1.22.1-1.amzn2023.0.1", VD_POSSIBLE, NO_DATA, ""},
	{UPDATES(UPDATE(REFERENCE, RPM("", "1.24.0", "1.amzn2023.0.4"))), "amazon", "2023",
         "1.24.0", "0:1.24.0-1.amzn2023.0.4", VD_FIXED, "",
         "amazon:2023 nginx 0:1.24.0-1.amzn2023.0.4"},
	/* An advisory that names no CVE, and the package of another distribution. */
	{UPDATES(UPDATE("<reference id=\"ALAS-2024-1\" type=\"self\"/>",
                        RPM("1", "1.24.0", "1.amzn2023.0.4"))),
         "amazon", "2023", "1.24.0", "1:1.24.0-1.amzn2023.0.3", VD_POSSIBLE, NO_DATA, ""},
	{UPDATES(UPDATE(REFERENCE, RPM("1", "1.24.0", "1.fc39"))), "amazon", "2023", "1.24.0",
         "1:1.24.0-1.amzn2023.0.3", VD_POSSIBLE, NO_DATA, ""},
	{UPDATES(UPDATE(REFERENCE, RPM("1", "1.24.0", "amzn2023"))), "amazon", "2023", "1.24.0",
         "1:1.24.0-1.amzn2023.0.3", VD_POSSIBLE, NO_DATA, ""},
};

/* The identity that a banner with this version and package gives. */
static struct vd_identity identity(const char *product, const char *version, const char *package)
{
	struct vd_identity id;
	char cpe[96];

	snprintf(cpe, sizeof(cpe), "cpe:2.3:%s:%s", product, version);
	id = fixture_identity(cpe);
	strcpy(id.rule, "x");
	strcpy(id.package, package);
	return id;
}

START_TEST(each_form_leads_to_its_verdict)
{
	const char *const feeds[] = {NVD("a:f5:nginx"), cases[_i].feed};
	struct vd_identity id;
	struct vd_verdict v;

	fixture_build(feeds, 2);
	id = identity("a:f5:nginx", cases[_i].upstream, "nginx");
	strcpy(id.distro, cases[_i].distro);
	strcpy(id.distro_release, cases[_i].release);
	strcpy(id.package_version, cases[_i].revision);
	v = fixture_verdict(&id, CVE);
	ck_assert_msg(v.kind == cases[_i].kind, "%d: %s (%s, %s)", _i, vd_kind_name(v.kind), v.why,
	              v.fixed_by);
	ck_assert_msg(strcmp(v.why, cases[_i].why) == 0, "%d: %s", _i, v.why);
	ck_assert_msg(strcmp(v.fixed_by, cases[_i].fixed_by) == 0, "%d: %s", _i, v.fixed_by);
}
END_TEST

/* FreeBSD writes the branch of a product into the name of its port, without dots. */
static const struct {
	const char *ports, *product, *package, *version;
	uint8_t kind;
	const char *fixed_by;
} branches[] = {
	{"<name>apache24</name>", "a:apache:http_server", "apache2", "2.4.57", VD_AFFECTED,
         "freebsd:ports apache24 2.4.58"},
	{"<name>apache24</name>", "a:apache:http_server", "apache2", "2.4.58", VD_FIXED,
         "freebsd:ports apache24 2.4.58"},
	{"<name>apache22</name><name>apache24</name>", "a:apache:http_server", "apache2", "2.2.34",
         VD_AFFECTED, "freebsd:ports apache22 2.4.58"},
	{"<name>php81</name><name>php82</name>", "a:php:php", "php8.2", "2.4.1", 0, ""},
	{"<name>mysql80-server</name>", "a:oracle:mysql", "mysql-8.0", "2.4.1", VD_AFFECTED,
         "freebsd:ports mysql80-server 2.4.58"},
	/* The server of the system is no port. */
	{"<name>openssh-portable</name>", "a:openbsd:openssh", "openssh", "2.4.1", VD_POSSIBLE, ""},
};

START_TEST(a_port_is_found_by_the_product_and_its_branch)
{
	char nvd[1024], port[1024];
	const char *const feeds[] = {nvd, port};
	struct vd_identity id;
	struct vd_verdict v;

	snprintf(nvd, sizeof(nvd), NVD("%s"), branches[_i].product);
	snprintf(port, sizeof(port),
	         "<vuxml><vuln><affects><package>%s<range><lt>2.4.58</lt></range>"
	         "</package></affects><references>" IDS "</references></vuln></vuxml>",
	         branches[_i].ports);
	fixture_build(feeds, 2);
	id = identity(branches[_i].product, branches[_i].version, branches[_i].package);
	strcpy(id.distro, "freebsd");
	v = fixture_verdict(&id, CVE);
	if (branches[_i].kind != 0)
		ck_assert_msg(v.kind == branches[_i].kind, "%d: %s (%s)", _i, vd_kind_name(v.kind),
		              v.why);
	else
		ck_assert_uint_ne(v.kind, VD_FIXED);
	ck_assert_str_eq(v.fixed_by, branches[_i].fixed_by);
}
END_TEST

/* A banner without any sign of a distribution: FreeBSD's ports are what the makers release, so that one
 * says something only where it has a fix of its own in this very version. */
static const struct {
	const char *feed, *version;
	uint8_t kind;
	const char *fixed_by;
} bare[] = {
	{NGINX_PORT(LT("1.24.0_2,3")), "1.24.0", VD_POSSIBLE, "freebsd:ports nginx 1.24.0_2,3"},
	{NGINX_PORT(LT("1.24.0_2,3")), "1.22.1", VD_AFFECTED, ""},
	{NGINX_PORT(LE("1.24.0,3")), "1.24.0", VD_AFFECTED, ""},
	{NGINX_PORT(GE("1.24.0,3") LT("1.26.0,3")), "1.24.0", VD_AFFECTED, ""},
	{VUXML(VULN("<package><name>nginx</name><range>" LT("1.24.0,3") "</range></package>",
                    "<cvename>CVE-2024-10002</cvename>")),
         "1.24.0", VD_AFFECTED, ""},
	{AL2023, "1.24.0", VD_POSSIBLE, "amazon:2023 nginx 1:1.24.0-1.amzn2023.0.4"},
	{AL2023, "1.22.1", VD_AFFECTED, ""},
};

START_TEST(a_bare_version_is_possible_where_it_may_have_the_fix)
{
	const char *const feeds[] = {NVD("a:f5:nginx"), bare[_i].feed};
	struct vd_identity id;
	struct vd_verdict v;

	fixture_build(feeds, 2);
	id = identity("a:f5:nginx", bare[_i].version, "nginx");
	v = fixture_verdict(&id, CVE);
	ck_assert_msg(v.kind == bare[_i].kind, "%d: %s (%s)", _i, vd_kind_name(v.kind), v.why);
	ck_assert_str_eq(v.fixed_by, bare[_i].fixed_by);
}
END_TEST

/* ---- broken input ---- */

static const char *const texts[] = {NGINX_PORT(LT("1.24.0_12,3")), AL2023};

static int read_text(const char *text, size_t len, struct error *err, uint64_t *rows)
{
	struct build b;
	int ret;

	ck_assert_int_eq(build_init(&b), 0);
	err->text[0] = '\0';
	ret = feed_read_text(&b, "x", text, len, err);
	*rows = b.fixes.count;
	build_fini(&b);
	return ret;
}

START_TEST(a_text_that_is_cut_short_is_refused)
{
	size_t len = strlen(texts[_i]) - 1; /* the line's end is no loss */
	struct error err;
	uint64_t rows;

	for (size_t cut = 1; cut < len; cut++)
		ck_assert_msg(read_text(texts[_i], cut, &err, &rows) != 0, "%.*s", (int)cut,
		              texts[_i]);
	ck_assert_msg(read_text(texts[_i], len, &err, &rows) == 0, "%s", err.text);
	ck_assert_uint_gt(rows, 0);
}
END_TEST

static const struct {
	const char *text, *says;
} hostile[] = {
	{"<vuxml>\n<vuln>\n</vuxml>", "x:3: mismatched tag"},
	{"<!DOCTYPE vuxml [<!ENTITY a \"b\">]><vuxml>&a;</vuxml>", "it declares entities"},
	{HEAD "<vuxml>&vuln-2024;</vuxml>", "it refers to other files"},
	{"<vuxml><vuln>\xff</vuln></vuxml>", "invalid token"},
	{"<updates></updates>x", "x:1: "},
};

START_TEST(what_is_no_list_is_refused_with_its_line)
{
	struct error err;
	uint64_t rows;

	ck_assert_int_ne(read_text(hostile[_i].text, strlen(hostile[_i].text), &err, &rows), 0);
	ck_assert_msg(strstr(err.text, hostile[_i].says) != NULL, "%s", err.text);
}
END_TEST

START_TEST(nesting_and_tags_without_end_are_refused)
{
	static char text[6 << 20];
	struct error err;
	uint64_t rows;
	size_t len = 0;

	len += (size_t)sprintf(text, "<vuxml>");
	for (int i = 0; i < 1000; i++)
		len += (size_t)sprintf(text + len, "<a>");
	ck_assert_int_eq(read_text(text, len, &err, &rows), -EINVAL);
	ck_assert_msg(strstr(err.text, "nested too deep") != NULL, "%s", err.text);
	len = (size_t)sprintf(text, "<vuxml><vuln vid=\"");
	memset(text + len, 'x', sizeof(text) - len);
	ck_assert_int_eq(read_text(text, sizeof(text), &err, &rows), -EINVAL);
	ck_assert_msg(strstr(err.text, "a tag is too long") != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_record_is_bounded)
{
	static char text[1 << 20];
	struct error err;
	uint64_t rows;
	size_t len =
		(size_t)sprintf(text, "<updates><update><references>" REFERENCE "</references>");

	for (int i = 0; i <= 4096; i++)
		len += (size_t)sprintf(text + len,
		                       "<package name=\"p\" version=\"%d\" "
		                       "release=\"1.amzn2\"/>",
		                       i);
	ck_assert_int_eq(read_text(text, len, &err, &rows), -EINVAL);
	ck_assert_msg(strstr(err.text, "more than 4096 ranges") != NULL, "%s", err.text);
	ck_assert_uint_eq(rows, 0);
}
END_TEST

/* The root decides, whatever stands before it. */
static const struct {
	const char *text;
	const struct feed_kind *kind;
} roots[] = {
	{"<vuxml xmlns=\"x\">", &feed_vuxml},
	{HEAD "<vuxml>", &feed_vuxml},
	{"\xef\xbb\xbf\n <?xml version=\"1.0\"?><v:vuxml xmlns:v=\"x\"/>", &feed_vuxml},
	{"<!DOCTYPE vuxml [<!-- it's > ] here --><!ENTITY a SYSTEM \"]>\">]><vuxml>", &feed_vuxml},
	{"<?xml version='1.0'?><updates><update>", &feed_updateinfo},
	{"<fingerprints matches=\"ssh.banner\">", NULL},
	{"<!-- <vuxml> --><html>", NULL},
	{"<?xml version=\"1.0\"?>", NULL},
	{"<", NULL},
	{"<>", NULL},
};

START_TEST(a_list_is_known_by_its_root)
{
	ck_assert_ptr_eq(feed_recognise(roots[_i].text, strlen(roots[_i].text)), roots[_i].kind);
}
END_TEST

/* What a feed says replaces what the file in use has of the same CVE and package, and the rest of the
 * file goes through an update unchanged. */
START_TEST(an_update_keeps_and_replaces)
{
	const char *const feeds[] = {NVD("a:f5:nginx"), NGINX_PORT(LE("1.24.0,3"))};
	struct error err = {""};
	struct vd_identity id;
	char base[512];

	fixture_build(feeds, 2);
	fixture_close();
	snprintf(base, sizeof(base), "%s", fixture_path("base"));
	ck_assert_int_eq(rename(fixture_path("k"), base), 0);
	ck_assert_msg(fixture_update(fixture_file("f", AL2023, strlen(AL2023)), base, &err) == 0,
	              "%s", err.text);
	fixture_open();
	id = identity("a:f5:nginx", "1.24.0", "nginx");
	strcpy(id.distro, "freebsd");
	strcpy(id.package_version, "1.24.0_1,3");
	ck_assert_str_eq(fixture_verdict(&id, CVE).fixed_by, "freebsd:ports nginx >1.24.0,3");
	fixture_close();
	ck_assert_msg(fixture_update(fixture_file("f", NGINX_PORT(LT("1.24.0_2,3")),
	                                          strlen(NGINX_PORT(LT("1.24.0_2,3")))),
	                             base, &err) == 0,
	              "%s", err.text);
	fixture_open();
	ck_assert_str_eq(fixture_verdict(&id, CVE).fixed_by, "freebsd:ports nginx 1.24.0_2,3");
	ck_assert_uint_eq(fixture_verdict(&id, CVE).kind, VD_AFFECTED);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("xml_feed");

	tcase_add_checked_fixture(t, fixture_begin, fixture_end);
	tcase_add_loop_test(t, each_form_leads_to_its_verdict, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(t, a_port_is_found_by_the_product_and_its_branch, 0,
	                    sizeof(branches) / sizeof(branches[0]));
	tcase_add_loop_test(t, a_bare_version_is_possible_where_it_may_have_the_fix, 0,
	                    sizeof(bare) / sizeof(bare[0]));
	tcase_add_loop_test(t, a_text_that_is_cut_short_is_refused, 0,
	                    sizeof(texts) / sizeof(texts[0]));
	tcase_add_loop_test(t, what_is_no_list_is_refused_with_its_line, 0,
	                    sizeof(hostile) / sizeof(hostile[0]));
	tcase_add_test(t, nesting_and_tags_without_end_are_refused);
	tcase_add_test(t, a_record_is_bounded);
	tcase_add_loop_test(t, a_list_is_known_by_its_root, 0, sizeof(roots) / sizeof(roots[0]));
	tcase_add_test(t, an_update_keeps_and_replaces);
	return suite_run("xml_feed", t);
}
