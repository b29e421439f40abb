/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - the two clocks. */
#ifndef SONDE_CLOCK_H
#define SONDE_CLOCK_H

#include <stdint.h>

/* Microseconds since 1970, UTC. The operator may set this clock, also backwards. */
int64_t clock_now_us(void);
/* Microseconds since an unspecified start; never goes back. For durations and waits. */
int64_t clock_monotonic_us(void);

#endif
