/* SPDX-License-Identifier: Apache-2.0 */
/* grab_effort.h - how much each port may be asked. */
#ifndef SONDE_GRAB_EFFORT_H
#define SONDE_GRAB_EFFORT_H

#include <stdint.h>

enum { GRAB_EFFORT_MOST = 9, GRAB_EFFORT_USUAL = 5 };

struct grab_effort {
	uint32_t connections; /* to one port, one after another */
	uint32_t time_ms;     /* for one port, without the listening once more */
};

/* @level: 1 to GRAB_EFFORT_MOST. Static. */
const struct grab_effort *grab_effort(uint32_t level);

#endif
