/* SPDX-License-Identifier: Apache-2.0 */
/* timetext.c - parses times as people write them. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "timetext.h"

static const int64_t second_us = 1000000;
static const int64_t day_us = 86400 * 1000000ll;

/* Reads exactly @n digits at *@p as a number from @low to @high and moves *@p behind them. Returns
 * -1 and leaves *@p alone if there is no such number. */
static int number(const char **p, int n, int low, int high)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)(*p)[i]))
			return -1;
		value = value * 10 + ((*p)[i] - '0');
	}
	if (value < low || value > high)
		return -1;
	*p += n;
	return value;
}

static bool skip(const char **p, const char *any_of)
{
	if (**p == '\0' || strchr(any_of, **p) == NULL)
		return false;
	(*p)++;
	return true;
}

static bool parse_date(const char **p, int64_t *us)
{
	struct calendar_date date;

	if (!calendar_read(*p, strlen(*p), &date) || date.year < 1970)
		return false;
	*p += strlen("2026-11-22");
	*us = calendar_days(&date) * day_us;
	return true;
}

static int64_t parse_fraction(const char **p)
{
	int64_t us = 0, unit = second_us / 10;

	if (!skip(p, "."))
		return 0;
	for (; isdigit((unsigned char)**p); (*p)++, unit /= 10)
		us += unit * (**p - '0');
	return us;
}

static bool parse_zone(const char **p, int64_t *offset_s)
{
	int sign = **p == '-' ? -1 : 1;
	int hours, minutes;

	*offset_s = 0;
	if (skip(p, "Zz"))
		return true;
	if (!skip(p, "+-"))
		return false;
	hours = number(p, 2, 0, 23);
	if (hours < 0 || !skip(p, ":"))
		return false;
	minutes = number(p, 2, 0, 59);
	*offset_s = sign * (hours * 3600ll + minutes * 60ll);
	return minutes >= 0;
}

static bool parse_clock(const char **p, int64_t *us)
{
	int64_t offset_s, fraction;
	int h = number(p, 2, 0, 23);
	int m = h < 0 || !skip(p, ":") ? -1 : number(p, 2, 0, 59);
	int s = m < 0 || !skip(p, ":") ? -1 : number(p, 2, 0, 60);

	if (s < 0)
		return false;
	fraction = parse_fraction(p);
	if (!parse_zone(p, &offset_s))
		return false;
	*us += (h * 3600ll + m * 60ll + s - offset_s) * second_us + fraction;
	return true;
}

static bool parse_moment(const char *text, int64_t *us, bool *is_date)
{
	const char *p = text;
	int64_t t;

	if (!parse_date(&p, &t))
		return false;
	*is_date = *p == '\0';
	if (!*is_date && (!skip(&p, "Tt ") || !parse_clock(&p, &t) || *p != '\0'))
		return false;
	*us = t;
	return true;
}

bool timetext_parse(const char *text, int64_t *us)
{
	bool is_date;

	return parse_moment(text, us, &is_date);
}

bool timetext_parse_end(const char *text, int64_t *us)
{
	bool is_date;

	if (!parse_moment(text, us, &is_date))
		return false;
	*us += is_date ? day_us : 0;
	return true;
}

static int64_t unit_us(char c)
{
	switch (c) {
	case 's':
		return second_us;
	case 'm':
		return 60 * second_us;
	case 'h':
		return 3600 * second_us;
	case 'd':
		return day_us;
	case 'w':
		return 7 * day_us;
	default:
		return 0;
	}
}

bool timetext_parse_relative(const char *text, int64_t now_us, int64_t *us, bool *is_date)
{
	bool date = false;
	unsigned long long n;
	int64_t unit;
	char *end;

	if (strncmp(text, "now", 3) != 0) {
		if (!parse_moment(text, us, &date))
			return false;
	} else if (text[3] == '\0') {
		*us = now_us;
	} else {
		if ((text[3] != '-' && text[3] != '+') || !isdigit((unsigned char)text[4]))
			return false;
		n = strtoull(text + 4, &end, 10);
		unit = unit_us(*end);
		if (unit == 0 || end[1] != '\0' || n > (unsigned long long)(36600 * day_us / unit))
			return false;
		*us = now_us + (text[3] == '-' ? -1 : 1) * (int64_t)n * unit;
	}
	if (is_date != NULL)
		*is_date = date;
	return true;
}
