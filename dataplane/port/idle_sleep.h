/* SPDX-License-Identifier: Apache-2.0 */
/* idle_sleep.h - lets an idle worker give its core away. Cold. */
#ifndef SONDE_IDLE_SLEEP_H
#define SONDE_IDLE_SLEEP_H

#include <stdint.h>

/* Sleep for about @us microseconds, at most 1000. */
void idle_sleep(uint64_t us);

#endif
