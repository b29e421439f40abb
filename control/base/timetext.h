/* SPDX-License-Identifier: Apache-2.0 */
/* timetext.h - parses times as people write them: RFC 3339, dates, "now-7d". The results are
 * microseconds since 1970 (UTC). */
#ifndef SONDE_TIMETEXT_H
#define SONDE_TIMETEXT_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-22", "2026-11-22T02:10:44Z", "2026-11-22T02:10:44.5+09:00". A date without a time means
 * the start of that day. Returns false if @text is no such time, and leaves *@us alone. */
bool timetext_parse(const char *text, int64_t *us);

/* The same for the end of a range: a date without a time means the end of that day, which is the
 * start of the next one. */
bool timetext_parse_end(const char *text, int64_t *us);

/* Like timetext_parse(), and also "now", "now-7d", "now+1h" (units s m h d w), counted from
 * @now_us. Sets *@is_date (may be NULL) to whether @text is a date without a time. */
bool timetext_parse_relative(const char *text, int64_t now_us, int64_t *us, bool *is_date);

#endif
