/* SPDX-License-Identifier: Apache-2.0 */
/* test_nvd_native.c - claims about records as the NVD's API gives them, from the shared samples. */
#include <sys/stat.h>

#include "fixture.h"
#include "shared_data.h"
#include "suite.h"

#define SAMPLES "nvd2-native-samples-and-schema.tar.zst"

static struct error err;

/* Write one file of the archive into the test's folder. */
static void keep(void *arg, const char *name, const char *text, size_t len)
{
	const char *base = strrchr(name, '/');
	char path[160];

	(void)arg;
	/* Skip the resource forks that macOS adds to an archive. */
	if (base == NULL || base[1] == '\0' || base[1] == '.')
		return;
	snprintf(path, sizeof(path), "native/%.100s", base + 1);
	fixture_file(path, text, len);
}

/* Unpack the archive's files into the test's folder. False: the archive is absent. */
static bool unpack_samples(void)
{
	size_t len;
	char *tar = shared_data(SAMPLES, &len);

	if (tar == NULL)
		return false;
	ck_assert_int_eq(mkdir(fixture_path("native"), 0700), 0);
	tar_each(tar, len, keep, NULL);
	free(tar);
	return true;
}

static const char *sample_path(void)
{
	static char path[4096];
	const char *dir = getenv("SONDE_DATA");

	snprintf(path, sizeof(path), "%s/" SAMPLES,
	         dir != NULL ? dir : SONDE_SOURCE_ROOT "/../shared/data");
	return path;
}

static struct vulndb_info built(const char *path)
{
	struct vulndb_info info;

	ck_assert_msg(fixture_update(path, NULL, &err) == 0, "%s", err.text);
	fixture_open();
	vulndb_describe(fixture_db, &info);
	return info;
}

/* Each file with records, and how many CVEs in it are not rejected. */
static const struct {
	const char *file;
	uint32_t cves, matches;
} files[] = {
	{"cves-1999.json.gz", 197, 838},      {"cves-2023.json.gz", 199, 705},
	{"cves-CVE-2023-0001.json.gz", 1, 2}, {"vunnel-full-page.json", 38, 56},
	{"TrustDSAI-jenkins.json", 228, 301}, {"osvdev-CVE-2023-4863.json", 1, 0},
	{"osvdev-CVE-2014-1424.json", 1, 0},
};

START_TEST(a_file_of_the_api_gives_all_its_records)
{
	struct vulndb_info info;
	char path[160];

	if (!unpack_samples())
		return;
	snprintf(path, sizeof(path), "native/%s", files[_i].file);
	info = built(fixture_path(path));
	ck_assert_uint_eq(info.cves, files[_i].cves);
	if (files[_i].matches > 0)
		ck_assert_uint_eq(info.matches, files[_i].matches);
	else
		ck_assert_uint_gt(info.matches, 0);
}
END_TEST

/* The folder and the archive itself give the same result; files that are not feeds are passed
 * over. */
START_TEST(all_native_samples_are_read)
{
	struct vulndb_info folder, archive;

	if (!unpack_samples())
		return;
	folder = built(fixture_path("native"));
	fixture_close();
	ck_assert_uint_gt(folder.cves, 650);
	archive = built(sample_path());
	ck_assert_uint_eq(archive.cves, folder.cves);
	ck_assert_uint_eq(archive.matches, folder.matches);
	ck_assert_str_eq(archive.sources, folder.sources);
	ck_assert_ptr_nonnull(strstr(archive.sources, "CPE dictionary, 2023-07-31"));
}
END_TEST

static const struct {
	const char *cpe, *cve;
	uint8_t kind;
	const char *range, *cvss;
	uint8_t x10;
} known[] = {
	/* Google's libwebp: bounded, and Chrome's own range in the same record. */
	{"cpe:2.3:a:webmproject:libwebp:1.3.1", "CVE-2023-4863", VD_AFFECTED, "<1.3.2", "3.1", 88},
	{"cpe:2.3:a:webmproject:libwebp:1.3.2", "CVE-2023-4863", 0, "", "", 0},
	{"cpe:2.3:a:google:chrome:116.0.5845.186", "CVE-2023-4863", VD_AFFECTED, "<116.0.5845.187",
         "3.1", 88},
	/* xz's two releases, each named exactly. */
	{"cpe:2.3:a:tukaani:xz:5.6.1", "CVE-2024-3094", VD_AFFECTED, "=5.6.1", "3.1", 100},
	{"cpe:2.3:a:tukaani:xz:5.6.2", "CVE-2024-3094", 0, "", "", 0},
	{"cpe:2.3:a:samba:samba:4.15.9", "CVE-2022-32746", 0, "", "", 0},
	{"cpe:2.3:a:samba:samba:4.15.8", "CVE-2022-32746", VD_AFFECTED, ">=4.15.0 <4.15.9", "3.1",
         54},
};

START_TEST(native_records_give_their_verdicts)
{
	struct vd_identity id;
	struct vd_verdict v;

	if (!unpack_samples())
		return;
	built(fixture_path("native"));
	id = fixture_identity(known[_i].cpe);
	v = fixture_verdict(&id, known[_i].cve);
	ck_assert_msg(v.kind == known[_i].kind, "%s: %s %s is %s (%s)", known[_i].cpe,
	              known[_i].cve, v.range, vd_kind_name(v.kind), v.why);
	ck_assert_str_eq(v.range, known[_i].range);
	ck_assert_str_eq(v.cvss_version, known[_i].cvss);
	ck_assert_uint_eq(v.cvss_x10, known[_i].x10);
}
END_TEST

/* Names that the dictionary marks as replaced lead to records, which use the new names. */
START_TEST(the_dictionary_tells_other_names)
{
	static const char record[] =
		"{\"cve\":{\"id\":\"CVE-2024-0001\",\"configurations\":[{\"nodes\":[{\"operator\":"
		"\"OR\",\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":\"cpe:2.3:a:oracle:mysql:5."
		"0:*:"
		"*:*:*:*:*:*\"},"
		"{\"vulnerable\":true,\"criteria\":\"cpe:2.3:a:cisco:secure_access_control_server:"
		"5.0:*"
		":*:*:*:*:*:*\"}"
		"]}]}]}}";
	struct vd_identity id;

	if (!unpack_samples())
		return;
	fixture_file("native/own.json", record, strlen(record));
	built(fixture_path("native"));
	id = fixture_identity("cpe:2.3:a:mysql:mysql:5.0");
	ck_assert_int_eq(fixture_verdict(&id, "CVE-2024-0001").kind, VD_AFFECTED);
	/* Only some versions of this product were replaced: it is not an alias. */
	id = fixture_identity("cpe:2.3:h:cisco:secure_access_control_server_solution_engine:5.0");
	ck_assert_int_eq(fixture_verdict(&id, "CVE-2024-0001").kind, 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("nvd_native");

	tcase_add_checked_fixture(t, fixture_begin, fixture_end);
	tcase_add_loop_test(t, a_file_of_the_api_gives_all_its_records, 0,
	                    sizeof(files) / sizeof(files[0]));
	tcase_add_test(t, all_native_samples_are_read);
	tcase_add_loop_test(t, native_records_give_their_verdicts, 0,
	                    sizeof(known) / sizeof(known[0]));
	tcase_add_test(t, the_dictionary_tells_other_names);
	return suite_run("nvd_native", t);
}
