/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - the two clocks, and time as text (RFC 3339 UTC). */
#ifndef SONDE_CLOCK_H
#define SONDE_CLOCK_H

#include <stdint.h>

int64_t clock_now_us(void);       /* microseconds since 1970 UTC */
int64_t clock_monotonic_us(void); /* for durations: never goes back */

enum { CLOCK_TEXT = 32 };
/* "2026-11-22T02:10:44Z" into @out; returns @out. */
char *clock_format(int64_t us, char out[CLOCK_TEXT]);

#endif
