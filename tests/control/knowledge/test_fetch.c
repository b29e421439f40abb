/* SPDX-License-Identifier: Apache-2.0 */
/* test_fetch.c - claims about checksum files and about which URLs are fetched. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"
#include "suite.h"

#define HEX "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const struct {
	const char *text;
	bool ok, unpacked;
} sidecars[] = {
	{HEX, true, false},
	{HEX "  year.json.gz\n", true, false},
	{" \n" HEX "\n", true, false},
	{"lastModifiedDate:2026\r\nsize:3\r\nsha256:"
         "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F200"
         "15AD\r\n",
         true, true},
	{HEX "0", false, false},
	{"", false, false},
	{"sha256:", false, true},
	{"<html>not found</html>", false, false},
	{"ba7816bf", false, false},
};

START_TEST(sidecars_are_read_in_their_forms)
{
	char hex[FETCH_HEX];
	bool unpacked;

	ck_assert_int_eq(fetch_sum_read(sidecars[_i].text, hex, &unpacked), sidecars[_i].ok);
	if (!sidecars[_i].ok)
		return;
	ck_assert_str_eq(hex, HEX);
	ck_assert_int_eq(unpacked, sidecars[_i].unpacked);
}
END_TEST

static const struct {
	const char *text;
	size_t len;
	const char *name; /* NULL: refused */
} newest[] = {
#define LATEST(text, name)                                                                         \
	{                                                                                          \
		text, sizeof(text) - 1, name                                                       \
	}
	LATEST("csaf_vex_2026-11-30.tar.zst\n", "csaf_vex_2026-11-30.tar.zst"),
	LATEST("csaf_vex_2026-11-30.tar.zst", "csaf_vex_2026-11-30.tar.zst"),
	LATEST("csaf.tar.bz2\r\n", "csaf.tar.bz2"),
	LATEST("", NULL),
	LATEST("\n", NULL),
	LATEST(".tar.zst\n", NULL),
	LATEST("csaf.tar.zst\nother.tar.zst\n", NULL),
	LATEST("csaf.tar.zst\n\n", NULL),
	LATEST(" csaf.tar.zst\n", NULL),
	LATEST("../csaf.tar.zst\n", NULL),
	LATEST("/etc/csaf.tar.zst\n", NULL),
	LATEST("a/csaf.tar.zst\n", NULL),
	LATEST("a%2fcsaf.tar.zst\n", NULL),
	LATEST("http://192.0.2.1/csaf.tar.zst\n", NULL),
	LATEST("a@192.0.2.1.tar.zst\n", NULL),
	LATEST("csaf.tar.zst?x=.tar.zst\n", NULL),
	LATEST("-csaf.tar.zst\n", NULL),
	LATEST("csaf\0.tar.zst\n", NULL),
	LATEST("csaf\xc3\xa9.tar.zst\n", NULL),
	LATEST("csaf.json\n", NULL),
	LATEST("<html>.tar.zst\n", NULL),
	LATEST("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
               "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.tar.zst\n",
               NULL),
};

START_TEST(the_newest_archive_is_a_plain_name_on_one_line)
{
	char name[FETCH_NAME] = "as it was";

	ck_assert_int_eq(fetch_latest_read(newest[_i].text, newest[_i].len, name),
	                 newest[_i].name != NULL);
	ck_assert_str_eq(name, newest[_i].name != NULL ? newest[_i].name : "as it was");
}
END_TEST

START_TEST(only_its_own_url_names_the_newest_archive)
{
	ck_assert_uint_eq(fetch_latest_folder("https://h.example/a/archive_latest.txt"), 19);
	ck_assert_uint_eq(fetch_latest_folder("https://h.example/a/archive_latest.txt?x"), 0);
	ck_assert_uint_eq(fetch_latest_folder("https://h.example/a/my_archive_latest.txt"), 0);
	ck_assert_uint_eq(fetch_latest_folder("/archive_latest.txt"), 0);
}
END_TEST

/* FIPS 180-2, B.1: the digest of "abc". */
START_TEST(a_sum_is_that_of_the_file)
{
	char path[] = "/tmp/test_fetch.XXXXXX", hex[FETCH_HEX];
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "abc", 3), 3);
	close(fd);
	ck_assert_int_eq(fetch_sum(path, false, hex), 0);
	ck_assert_str_eq(hex, HEX);
	unlink(path);
	ck_assert_int_lt(fetch_sum(path, false, hex), 0);
}
END_TEST

START_TEST(only_https_is_fetched)
{
	char dir[] = "/tmp/test_fetch.XXXXXX", path[256];
	struct error err;
	struct fetch_config config = {.dir = mkdtemp(dir), .max_bytes = 100, .stall_s = 1};

	ck_assert(fetch_is_url("http://127.0.0.1/x"));
	ck_assert(!fetch_is_url("/tmp/x.json"));
	ck_assert_int_lt(fetch(&config, "http://127.0.0.1:1/x", path, sizeof(path), &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "--insecure-http"));
	ck_assert_int_lt(fetch(&config, "file:///etc/hostname", path, sizeof(path), &err), 0);
	snprintf(path, sizeof(path), "rm -rf %s", dir);
	ck_assert_int_eq(system(path), 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("fetch");

	tcase_add_loop_test(t, sidecars_are_read_in_their_forms, 0,
	                    sizeof(sidecars) / sizeof(sidecars[0]));
	tcase_add_loop_test(t, the_newest_archive_is_a_plain_name_on_one_line, 0,
	                    sizeof(newest) / sizeof(newest[0]));
	tcase_add_test(t, only_its_own_url_names_the_newest_archive);
	tcase_add_test(t, a_sum_is_that_of_the_file);
	tcase_add_test(t, only_https_is_fetched);
	return suite_run("fetch", t);
}
