/* SPDX-License-Identifier: Apache-2.0 */
/* test_calendar.c - dates, compared with those of the C library. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "calendar.h"
#include "splitmix.h"
#include "suite.h"

START_TEST(calendar_agrees_with_the_library_on_every_day)
{
	for (int64_t day = -719528; day <= 2932896; day++) {
		time_t t = (time_t)(day * 86400);
		struct calendar_date d = calendar_date(day);
		struct tm tm;

		gmtime_r(&t, &tm);
		if ((int)d.year != tm.tm_year + 1900 || (int)d.month != tm.tm_mon + 1 ||
		    (int)d.day != tm.tm_mday)
			ck_abort_msg("day %ld is %u-%u-%u", (long)day, d.year, d.month, d.day);
		if (calendar_days(&d) != day)
			ck_abort_msg("%u-%u-%u is not day %ld", d.year, d.month, d.day, (long)day);
	}
}
END_TEST

START_TEST(calendar_formats_as_the_library_does)
{
	uint64_t state = 1;

	for (int i = 0; i < 100000; i++) {
		/* From the year 0 to 9999, before 1970 as well. */
		int64_t us = (int64_t)(splitmix(&state) % 315569520000000000u) - 62167219200000000;
		time_t t = (time_t)((us - (us < 0 ? 999999 : 0)) / 1000000);
		char text[CALENDAR_TEXT], expected[64];
		struct tm tm;

		gmtime_r(&t, &tm);
		snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02dZ",
		         tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		         tm.tm_sec);
		ck_assert_str_eq(calendar_format(us, text), expected);
	}
}
END_TEST

START_TEST(calendar_formats_the_ends_of_time)
{
	char text[CALENDAR_TEXT];

	ck_assert_str_eq(calendar_format(0, text), "1970-01-01T00:00:00Z");
	ck_assert_str_eq(calendar_format(-1, text), "1969-12-31T23:59:59Z");
	ck_assert_int_eq(strncmp(calendar_format(INT64_MAX, text), "9999-12-31T", 11), 0);
	ck_assert_int_eq(strncmp(calendar_format(INT64_MIN, text), "0000-01-01T", 11), 0);
}
END_TEST

static const struct {
	const char *text;
	bool is_date;
} dates[] = {
	{"1970-01-01", true},  {"2024-02-29", true},  {"2000-02-29", true},
	{"9999-12-31", true},  {"0000-01-01", true},  {"2026-11-22T02:10:44Z", true},
	{"2023-02-29", false}, {"1900-02-29", false}, {"2026-04-31", false},
	{"2026-00-10", false}, {"2026-13-10", false}, {"2026-01-00", false},
	{"2026-01-32", false}, {"2026/01/01", false}, {"2026-1-01", false},
	{"2026-01-0", false},  {"-026-01-01", false}, {"2026-01-0x", false},
	{"", false},
};

START_TEST(calendar_reads_days_that_exist)
{
	struct calendar_date d = {1, 2, 3};

	ck_assert_int_eq(calendar_read(dates[_i].text, strlen(dates[_i].text), &d),
	                 dates[_i].is_date);
	if (dates[_i].is_date) {
		char text[CALENDAR_TEXT];

		calendar_format(calendar_days(&d) * 86400 * 1000000, text);
		ck_assert_int_eq(strncmp(text, dates[_i].text, 10), 0);
	} else {
		ck_assert_uint_eq(d.year * 10000 + d.month * 100 + d.day, 10203);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("calendar");

	tcase_add_test(tc, calendar_agrees_with_the_library_on_every_day);
	tcase_add_test(tc, calendar_formats_as_the_library_does);
	tcase_add_test(tc, calendar_formats_the_ends_of_time);
	tcase_add_loop_test(tc, calendar_reads_days_that_exist, 0,
	                    sizeof(dates) / sizeof(dates[0]));
	return suite_run("calendar", tc);
}
