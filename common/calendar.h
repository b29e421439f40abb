/* SPDX-License-Identifier: Apache-2.0 */
/* calendar.h - the Gregorian calendar, UTC, without leap seconds and without a clock. */
#ifndef SONDE_CALENDAR_H
#define SONDE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct calendar_date {
	unsigned year, month, day; /* 0 to 9999, 1 to 12, 1 to 31 */
};

/* Parse a date such as "2026-11-22" from the first ten bytes of @text. Returns false, and does not
 * write @out, if there are fewer bytes, if the date has another form, or if the calendar has no
 * such day. Pure. */
bool calendar_read(const char *text, size_t len, struct calendar_date *out);

/* How many days lie between 1970-01-01 and @date; negative before it. Pure. */
int64_t calendar_days(const struct calendar_date *date);

/* The date that lies @days days after 1970-01-01. A day outside the years 0 to 9999 gives the first
 * or the last date of that range. Pure. */
struct calendar_date calendar_date(int64_t days);

enum { CALENDAR_TEXT = 21 };
/* Write the time @us, in microseconds since 1970, as "2026-11-22T02:10:44Z" (RFC 3339). Returns
 * @out. Pure. */
char *calendar_format(int64_t us, char out[CALENDAR_TEXT]);

#endif
