/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendar.c - converts days to dates and back.
 *
 * Years begin in March here, so that a leap day is the last day of its year. 400 years, an era,
 * have 146,097 days. (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013, explains
 * the arithmetic.)
 */
#include "calendar.h"

#include <string.h>

enum {
	ERA_YEARS = 400,
	ERA_DAYS = 146097,
	EPOCH = 719468, /* days from 0000-03-01 to 1970-01-01 */
};

/* The value of the @n decimal digits at @text, or UINT32_MAX if one of these bytes is not a
 * digit. */
static unsigned digits(const char *text, size_t n)
{
	unsigned value = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return UINT32_MAX;
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	return value;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

bool calendar_read(const char *text, size_t len, struct calendar_date *out)
{
	struct calendar_date d;

	if (len < 10 || text[4] != '-' || text[7] != '-')
		return false;
	d = (struct calendar_date){digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
	if (d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 ||
	    d.day > days_of_month(d.year, d.month))
		return false;
	*out = d;
	return true;
}

int64_t calendar_days(const struct calendar_date *date)
{
	int64_t year = (int64_t)date->year + ERA_YEARS - (date->month <= 2);
	int64_t month = (date->month + 9) % 12; /* 0: March */
	int64_t of_year = (153 * month + 2) / 5 + date->day - 1;

	return year * 365 + year / 4 - year / 100 + year / 400 + of_year - ERA_DAYS - EPOCH;
}

struct calendar_date calendar_date(int64_t days)
{
	const int64_t first = -719528, last = 2932896; /* 0000-01-01, 9999-12-31 */
	unsigned era, of_era, year, of_year, month;

	days = days < first ? first : days > last ? last : days;
	days += EPOCH + ERA_DAYS; /* add one era, so that no year is negative */
	era = (unsigned)(days / ERA_DAYS);
	of_era = (unsigned)(days % ERA_DAYS);
	year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * year + year / 4 - year / 100);
	month = (5 * of_year + 2) / 153; /* 0: March */
	return (struct calendar_date){
		.year = year + era * ERA_YEARS + (month >= 10) - ERA_YEARS,
		.month = month < 10 ? month + 3 : month - 9,
		.day = of_year - (153 * month + 2) / 5 + 1,
	};
}

static void put(char *out, unsigned value, unsigned n)
{
	for (; n > 0; n--, value /= 10)
		out[n - 1] = (char)('0' + value % 10);
}

char *calendar_format(int64_t us, char out[CALENDAR_TEXT])
{
	const int64_t day_us = 86400 * 1000000ll;
	int64_t days = us / day_us - (us % day_us < 0), rest = us % day_us;
	unsigned second = (unsigned)((rest < 0 ? rest + day_us : rest) / 1000000);
	struct calendar_date d = calendar_date(days);

	memcpy(out, "0000-00-00T00:00:00Z", CALENDAR_TEXT);
	put(out, d.year, 4);
	put(out + 5, d.month, 2);
	put(out + 8, d.day, 2);
	put(out + 11, second / 3600, 2);
	put(out + 14, second / 60 % 60, 2);
	put(out + 17, second % 60, 2);
	return out;
}
