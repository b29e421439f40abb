/* SPDX-License-Identifier: Apache-2.0 */
/* test_timetext.c - claims about times as people write them. */
#include <string.h>

#include "calendar.h"
#include "splitmix.h"
#include "suite.h"
#include "timetext.h"

#define NOW INT64_C(1795305600000000) /* 2026-11-22T00:00:00Z */
#define HOUR INT64_C(3600000000)

static const struct {
	const char *text;
	int64_t us;
	bool is_date;
} moments[] = {
	{"2026-11-22", NOW, true},
	{"2026-11-22T00:00:00Z", NOW, false},
	{"2026-11-22t01:00:00z", NOW + HOUR, false},
	{"2026-11-22 01:00:00Z", NOW + HOUR, false},
	{"2026-11-22T02:10:44.5Z", NOW + 2 * HOUR + 644500000, false},
	{"2026-11-22T09:00:00+09:00", NOW, false},
	{"2026-11-21T19:30:00-04:30", NOW, false},
	{"2026-11-22T00:00:00.1234567Z", NOW + 123456, false},
	{"1970-01-01", 0, true},
	{"now", NOW, false},
	{"now-7d", NOW - 7 * 24 * HOUR, false},
	{"now+1h", NOW + HOUR, false},
	{"now-90s", NOW - 90000000, false},
	{"now-5m", NOW - 300000000, false},
	{"now-2w", NOW - 14 * 24 * HOUR, false},
};

START_TEST(a_moment_is_read)
{
	int64_t us = -1;
	bool is_date = !moments[_i].is_date;

	ck_assert(timetext_parse_relative(moments[_i].text, NOW, &us, &is_date));
	ck_assert_int_eq(us, moments[_i].us);
	ck_assert_int_eq(is_date, moments[_i].is_date);
	us = -1;
	ck_assert_int_eq(timetext_parse(moments[_i].text, &us), moments[_i].text[0] != 'n');
	if (us >= 0)
		ck_assert_int_eq(us, moments[_i].us);
	if (timetext_parse_end(moments[_i].text, &us))
		ck_assert_int_eq(us, moments[_i].us + (is_date ? 24 * HOUR : 0));
}
END_TEST

static const char *const refused[] = {
	"",
	"yesterday",
	"2026",
	"2026-11",
	"2026-11-31",
	"2026-02-29",
	"1969-12-31",
	"2026-11-22T",
	"2026-11-22T24:00:00Z",
	"2026-11-22T00:60:00Z",
	"2026-11-22T00:00:00",
	"2026-11-22T00:00:00+9:00",
	"2026-11-22T00:00:00Zx",
	"2026-11-22x",
	"nowadays",
	"now-",
	"now-7",
	"now-7y",
	"now-7dd",
	"now--7d",
	"now-99999999999999999999d",
	"now*2",
};

START_TEST(what_is_no_moment_is_refused_and_nothing_is_written)
{
	int64_t us = 42;
	bool is_date;

	ck_assert_msg(!timetext_parse_relative(refused[_i], NOW, &us, &is_date), "%s", refused[_i]);
	ck_assert(!timetext_parse(refused[_i], &us));
	ck_assert(!timetext_parse_end(refused[_i], &us));
	ck_assert_int_eq(us, 42);
}
END_TEST

START_TEST(what_the_calendar_writes_is_read_back)
{
	uint64_t state = 7;

	for (int i = 0; i < 20000; i++) {
		int64_t us = (int64_t)(splitmix(&state) % 253402300800) * 1000000, back;
		char text[CALENDAR_TEXT];

		ck_assert(timetext_parse(calendar_format(us, text), &back));
		ck_assert_int_eq(back, us);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("timetext");

	tcase_add_loop_test(tc, a_moment_is_read, 0, sizeof(moments) / sizeof(moments[0]));
	tcase_add_loop_test(tc, what_is_no_moment_is_refused_and_nothing_is_written, 0,
	                    sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tc, what_the_calendar_writes_is_read_back);
	return suite_run("timetext", tc);
}
