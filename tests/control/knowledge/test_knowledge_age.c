/* SPDX-License-Identifier: Apache-2.0 */
/* test_knowledge_age.c - claims about old knowledge, and about the list of known feeds. */
#include <string.h>

#include "calendar.h"
#include "feeds.h"
#include "knowledge_age.h"
#include "suite.h"

static int64_t day(unsigned year, unsigned month, unsigned d)
{
	return calendar_days(&(struct calendar_date){year, month, d}) * 86400 * INT64_C(1000000);
}

static const struct {
	const char *sources, *old; /* NULL: nothing is old */
} cases[] = {
	{"", NULL},
	{"NVD, 2026-11-01T00:00:00, 5 records in 1 file, public domain\n", NULL},
	{"NVD, 2026-10-31, 5 records in 1 file, public domain\n", NULL},
	{"NVD, 2026-10-30, 5 records in 1 file, public domain\n", "NVD of 2026-10-30"},
	{"bundled NVD, 2025-02-11, 5\nNVD, 2026-11-20, 5\n", NULL},
	{"NVD, 2026-11-20, 5\nbundled EPSS, 2021-08-31, 5\nbundled Debian, 2025-02-11, 5\n",
         "EPSS of 2021-08-31, Debian of 2025-02-11"},
	{"bundled Debian, 2025-02-11, 5\nDebian tracker, no date, 5\n", NULL},
	{"OSV, 2020-01-01, 5\n", "OSV of 2020-01-01"},
	{"Recog, 2020-01-01, 5\n", NULL},
	{"NVDX, 2020-01-01\nNVD\n, 2020-01-01\nNVD,2020-01-01\n", NULL},
};

START_TEST(what_is_older_than_30_days_is_named)
{
	char text[KNOWLEDGE_AGE_TEXT];
	bool old = knowledge_age_of(cases[_i].sources, day(2026, 11, 30), text);

	ck_assert(old == (cases[_i].old != NULL));
	if (old) {
		ck_assert_msg(strstr(text, cases[_i].old) != NULL, "%s", text);
		ck_assert_ptr_nonnull(strstr(text, "sonde vulndb update"));
	} else {
		ck_assert_str_eq(text, "");
	}
}
END_TEST

START_TEST(every_year_of_the_nvd_is_a_feed)
{
	static struct feeds f;
	char name[64];

	ck_assert_int_eq(feeds_list(NULL, day(2026, 11, 30), &f), 0);
	ck_assert_uint_eq(f.count, 25 + 10);
	ck_assert_str_eq(f.url[0],
	                 "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-2002.json.gz");
	ck_assert_str_eq(f.url[24],
	                 "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-2026.json.gz");
	for (unsigned i = 0; i < f.count; i++)
		ck_assert(strncmp(f.url[i], "https://", 8) == 0);
	feeds_name(f.count, day(2026, 11, 30), name);
	ck_assert_str_eq(name, "");
}
END_TEST

START_TEST(a_mirror_has_all_of_them_in_one_folder)
{
	static struct feeds f;
	char long_name[300];

	ck_assert_int_eq(feeds_list("https://mirror.example/feeds/", day(2026, 11, 30), &f), 0);
	ck_assert_str_eq(f.url[24], "https://mirror.example/feeds/nvdcve-2.0-2026.json.gz");
	ck_assert_str_eq(f.url[26], "https://mirror.example/feeds/epss_scores-current.csv.gz");
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	ck_assert_int_lt(feeds_list(long_name, 0, &f), 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, what_is_older_than_30_days_is_named, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, every_year_of_the_nvd_is_a_feed);
	tcase_add_test(tc, a_mirror_has_all_of_them_in_one_folder);
	return suite_run("knowledge_age", tc);
}
