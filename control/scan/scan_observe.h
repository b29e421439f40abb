/* SPDX-License-Identifier: Apache-2.0 */
/* scan_observe.h - the status of a running scan. */
#ifndef SONDE_SCAN_OBSERVE_H
#define SONDE_SCAN_OBSERVE_H

#include "scan_state.h"

/* Bring s->status up to date. Does not block. */
void scan_observe(struct scan *s);

#endif
