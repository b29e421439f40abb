/* SPDX-License-Identifier: Apache-2.0 */
/* idle_sleep.c - lets an idle worker give its core away. */
#include "idle_sleep.h"

#include <time.h>

void idle_sleep(uint64_t us)
{
	struct timespec t = {.tv_nsec = (long)(us > 1000 ? 1000 : us) * 1000};

	nanosleep(&t, NULL);
}
