/* SPDX-License-Identifier: Apache-2.0 */
/* test_feed_file.c - claims about the files and archives that hold feeds, and the faults in
 * them. */
#include <errno.h>
#include <sys/stat.h>

#include "fixture.h"
#include "members.h"
#include "packed.h"
#include "unpack.h"
#include "suite.h"

#define CVE(id, below)                                                                             \
	"{\"id\":\"CVE-2024-000" id "\",\"vulnStatus\":\"Analyzed\",\"lastModified\":"             \
	"\"2024-01-01T00:00:00.000\",\"configurations\":[{\"nodes\":[{\"operator\":\"OR\","        \
	"\"cpeMatch\":[{"                                                                          \
	"\"vulnerable\":true,\"criteria\":\"cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*\","                 \
	"\"versionEndExcluding\":\"" below "\"}]}]}]}"
#define PAGE                                                                                       \
	"{\"resultsPerPage\":2,\"format\":\"NVD_CVE\",\"version\":\"2.0\",\"vulnerabilities\":["   \
	"\n{\"cve\":" CVE("1", "1.2") "},\n{\"cve\":" CVE("2", "1.3") "}]}\n"
#define LINES "{\"cve\":" CVE("1", "1.2") "}\n{\"cve\":" CVE("2", "1.3") "}\n"
#define OSV(n)                                                                                     \
	"{\"id\":\"DEBIAN-CVE-2024-000" n                                                          \
	"\",\"affected\":[{\"package\":{\"ecosystem\":\"Debian:12\","                              \
	"\"name\":\"nginx\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":"     \
	"\"0\"},"                                                                                  \
	"{\"fixed\":\"1.22.1-9\"}]}]}]}"

static struct error err;
static struct packed packed;

static void begin(void)
{
	fixture_begin();
	packed = (struct packed){0};
	err.text[0] = '\0';
}

static void end(void)
{
	free(packed.data);
	fixture_end();
}

static struct vulndb_info info(void)
{
	struct vulndb_info i;

	fixture_open();
	vulndb_describe(fixture_db, &i);
	fixture_close();
	return i;
}

static const char *const texts[] = {PAGE, LINES, CVE("1", "1.2") "\n" CVE("2", "1.3")};

enum { TEXTS = sizeof(texts) / sizeof(texts[0]), PACKINGS = 9 };

/* Pages, lines and bare records; plain, gzip, zstd, bzip2, xz, in several members or frames. */
START_TEST(feeds_are_read_however_they_are_packed)
{
	const char *text = texts[_i % TEXTS];
	size_t len = strlen(text), half = len / 2;
	const char *path;

	switch (_i / TEXTS) {
	case 0:
		packed_add(&packed, text, len);
		break;
	case 1:
		packed_gzip(&packed, text, len);
		break;
	case 2:
		packed_zstd(&packed, text, len);
		break;
	case 3:
		packed_gzip(&packed, text, half);
		packed_gzip(&packed, text + half, len - half);
		break;
	case 4:
	case 5:
		packed_filter(&packed, _i / TEXTS == 5, text, len);
		break;
	case 6:
	case 7:
		packed_filter(&packed, _i / TEXTS == 7, text, half);
		packed_filter(&packed, _i / TEXTS == 7, text + half, len - half);
		break;
	default:
		packed_zstd(&packed, text, half);
		packed_zstd(&packed, text + half, len - half);
	}
	/* The name of the file does not matter, only its content does. */
	path = fixture_file("feed.txt", packed.data, packed.len);
	ck_assert_msg(fixture_update(path, NULL, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(info().cves, 2);
}
END_TEST

START_TEST(a_single_record_of_the_api_is_a_feed)
{
	const char text[] =
		"{\"resultsPerPage\":1,\"vulnerabilities\":[{\"cve\":" CVE("1", "1.2") "}]}";

	ck_assert_int_eq(fixture_update(fixture_file("f", text, strlen(text)), NULL, &err), 0);
	ck_assert_uint_eq(info().cves, 1);
	ck_assert_int_eq(fixture_update(fixture_file("f", CVE("1", "1.2"), strlen(CVE("1", "1.2"))),
	                                NULL, &err),
	                 0);
	ck_assert_uint_eq(info().cves, 1);
}
END_TEST

static const struct packed_member records[] = {
	{"osv/", NULL},
	{"osv/DEBIAN-CVE-2024-0001.json", OSV("1")},
	{"osv/README.md", "not a feed\n"},
	{"osv/empty.json", ""},
	{"osv/DEBIAN-CVE-2024-0002.json", OSV("2")},
};

enum { RECORDS = sizeof(records) / sizeof(records[0]) };

START_TEST(an_archive_is_a_folder_of_feeds)
{
	packed_archive(&packed, _i % 2 == 0, records, RECORDS);
	if (_i >= 2) {
		struct packed outer = {0};

		if (_i < 4)
			packed_gzip(&outer, packed.data, packed.len);
		else if (_i >= 6)
			packed_filter(&outer, _i >= 8, packed.data, packed.len);
		else
			packed_zstd(&outer, packed.data, packed.len);
		free(packed.data);
		packed = outer;
	}
	ck_assert_msg(fixture_update(fixture_file("all.zip", packed.data, packed.len), NULL,
	                             &err) == 0,
	              "%s", err.text);
	ck_assert_uint_eq(info().fixes, 2);
}
END_TEST

START_TEST(a_folder_may_hold_all_forms)
{
	struct packed zip = {0};
	struct vulndb_info all;

	ck_assert_int_eq(mkdir(fixture_path("d"), 0700), 0);
	ck_assert_int_eq(mkdir(fixture_path("d/e"), 0700), 0);
	packed_archive(&zip, true, records, RECORDS);
	packed_gzip(&packed, PAGE, strlen(PAGE));
	fixture_file("d/e/year.json.gz", packed.data, packed.len);
	fixture_file("d/all.zip", zip.data, zip.len);
	fixture_file("d/notes.txt", "hello\n", 6);
	fixture_file("d/epss.csv", "cve,epss,percentile\nCVE-2024-0001,0.5,0.9\n", 42);
	free(zip.data);
	ck_assert_msg(fixture_update(fixture_path("d"), NULL, &err) == 0, "%s", err.text);
	all = info();
	ck_assert_uint_eq(all.cves, 2);
	ck_assert_uint_eq(all.fixes, 2);
	ck_assert_uint_eq(all.epss, 1);
}
END_TEST

/* Wherever an archive is cut, either nothing is built or all of its feeds were read. */
START_TEST(every_cut_of_an_archive_is_noticed)
{
	static const struct packed_member two[] = {{"a.json", OSV("1")}, {"b.json", OSV("2")}};
	size_t whole;

	packed_archive(&packed, _i == 0, two, 2);
	/* The zeros at the end of a tar and the directory of a zip can be cut without loss. */
	whole = packed.len;
	for (size_t len = 1; len < whole; len++) {
		struct vulndb_info i;
		int ret;

		if (len % 512 != 0 && len % 7 != 0)
			continue;
		ret = fixture_update(fixture_file("cut", packed.data, len), NULL, &err);
		if (ret != 0) {
			ck_assert_ptr_nonnull(strstr(err.text, "cut"));
			continue;
		}
		i = info();
		ck_assert_msg(i.fixes == 2, "%zu of %zu bytes: %u fixes", len, whole, i.fixes);
	}
}
END_TEST

static const struct {
	struct packed_member members[3];
	size_t n;
	const char *says;
} faults[] = {
	{{{"ok.json", OSV("1")},
          {"d/bad.json", "{\"id\":\"DEBIAN-CVE-2024-0001\",\n\"affected\":[}"}},
         2,
         "all/d/bad.json:2: this is no valid JSON"},
	{{{"ok.json", OSV("1")}, {"cut.json", "{\"affected\":[{\n\n\"package\":"}},
         2,
         "all/cut.json:3: "},
	/* The error has the member's name, without the byte that would control a terminal. */
	{{{"../../etc/\x1b[31mx", "{\"affected\":[}"}}, 1, "all/../../etc/?[31mx:1: "},
};

START_TEST(a_fault_in_an_archive_names_the_member_and_the_line)
{
	packed_archive(&packed, true, faults[_i].members, faults[_i].n);
	ck_assert_int_eq(fixture_update(fixture_file("all", packed.data, packed.len), NULL, &err),
	                 -EINVAL);
	ck_assert_msg(strstr(err.text, faults[_i].says) != NULL, "%s", err.text);
}
END_TEST

START_TEST(an_archive_in_an_archive_is_not_opened)
{
	struct packed inner = {0};
	struct packed_member outer = {"inner.zip", NULL};
	struct unpack *u;
	struct members *m;
	size_t len;

	packed_archive(&inner, false, records, RECORDS);
	/* The packer takes a member as a C string: replace the NULs of the tar. Its magic stays. */
	for (size_t i = 0; i < inner.len; i++)
		if (inner.data[i] == '\0')
			inner.data[i] = ' ';
	inner.data[inner.len] = '\0';
	outer.text = inner.data;
	packed_archive(&packed, true, &outer, 1);
	ck_assert_int_eq(unpack_open(fixture_file("o", packed.data, packed.len), &u), 0);
	ck_assert(members_are(unpack_head(u, 512, &len), 512));
	ck_assert_int_eq(members_open(u, &m), 0);
	ck_assert_int_eq(members_next(m), 1);
	ck_assert_str_eq(members_name(m), "inner.zip");
	ck_assert_int_eq(members_next(m), 0);
	members_close(m);
	unpack_close(u);
	ck_assert_int_eq(fixture_update(fixture_path("o"), NULL, &err), 0);
	ck_assert_uint_eq(info().fixes, 0);
	free(inner.data);
}
END_TEST

START_TEST(what_is_no_feed_is_refused)
{
	ck_assert_int_eq(fixture_update(fixture_file("f", "hello", 5), NULL, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "no feed that is known"));
	ck_assert_int_eq(fixture_update(fixture_file("f", "", 0), NULL, &err), -EINVAL);
	ck_assert_int_eq(fixture_update(fixture_path("absent"), NULL, &err), -ENOENT);
	if (_i == 0)
		packed_gzip(&packed, PAGE, strlen(PAGE));
	else
		packed_filter(&packed, _i == 2, PAGE, strlen(PAGE));
	for (size_t len = 10; len < packed.len; len += 11) {
		ck_assert_int_lt(fixture_update(fixture_file("f", packed.data, len), NULL, &err),
		                 0);
		ck_assert_ptr_nonnull(strstr(err.text, "broken or cut short"));
	}
}
END_TEST

/* Each layer may multiply the bytes: only an archive may lie within a packing. */
START_TEST(what_is_packed_twice_is_unpacked_once)
{
	struct packed outer = {0};
	char first[4];
	struct unpack *u;

	packed_filter(&packed, false, PAGE, strlen(PAGE));
	packed_filter(&outer, false, packed.data, packed.len);
	ck_assert_int_eq(unpack_open(fixture_file("f", outer.data, outer.len), &u), 0);
	ck_assert_uint_eq(unpack_read(u, first, 4), 4);
	ck_assert_mem_eq(first, "BZh", 3);
	unpack_close(u);
	free(outer.data);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("feed_file");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_loop_test(t, feeds_are_read_however_they_are_packed, 0, TEXTS * PACKINGS);
	tcase_add_test(t, a_single_record_of_the_api_is_a_feed);
	tcase_add_loop_test(t, an_archive_is_a_folder_of_feeds, 0, 10);
	tcase_add_test(t, a_folder_may_hold_all_forms);
	tcase_add_loop_test(t, every_cut_of_an_archive_is_noticed, 0, 2);
	tcase_add_loop_test(t, a_fault_in_an_archive_names_the_member_and_the_line, 0,
	                    sizeof(faults) / sizeof(faults[0]));
	tcase_add_test(t, an_archive_in_an_archive_is_not_opened);
	tcase_add_loop_test(t, what_is_no_feed_is_refused, 0, 3);
	tcase_add_test(t, what_is_packed_twice_is_unpacked_once);
	return suite_run("feed_file", t);
}
