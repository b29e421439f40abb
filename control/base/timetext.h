/* SPDX-License-Identifier: Apache-2.0 */
/* timetext.h - reads moments as people write them: RFC 3339, dates, "now-7d". Microseconds since
 * 1970. */
#ifndef SONDE_TIMETEXT_H
#define SONDE_TIMETEXT_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-22", "2026-11-22T02:10:44Z", "2026-11-22T02:10:44.5+09:00". A date means its first
 * moment. */
bool timetext_parse(const char *text, int64_t *us);

/* The same, but a date means the first moment after it: "until". */
bool timetext_parse_end(const char *text, int64_t *us);

/* Also "now", "now-7d", "now+1h" (units s m h d w), counted from @now_us. @is_date (may be NULL)
 * says that the text named a whole day. */
bool timetext_parse_relative(const char *text, int64_t now_us, int64_t *us, bool *is_date);

#endif
