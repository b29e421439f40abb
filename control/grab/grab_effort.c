/* SPDX-License-Identifier: Apache-2.0 */
/* grab_effort.c - how much each port may be asked. */
#include "grab_effort.h"

#include <assert.h>

#include "grab_plan.h"

const struct grab_effort *grab_effort(uint32_t level)
{
	static const struct grab_effort levels[GRAB_EFFORT_MOST] = {
		{1, 20000}, {2, 20000},  {3, 20000},  {4, 20000},   {GRAB_CONNECTIONS, 20000},
		{7, 30000}, {10, 45000}, {14, 60000}, {80, 240000},
	};

	assert(level >= 1 && level <= GRAB_EFFORT_MOST);
	return &levels[level - 1];
}
