/* SPDX-License-Identifier: Apache-2.0 */
/* scan_way.h - by which way grabs reach what the probes reach. */
#ifndef SONDE_SCAN_WAY_H
#define SONDE_SCAN_WAY_H

#include "scan_state.h"

/*
 * Let the grabs go the way of the probes: through the kernel's sockets, bound to the same interface and
 * address, or, where the kernel has no such way or --grab-via says so, through the scan's own TCP. Where
 * neither can, the scan goes on without grabs, and scan.way says why. SCAN_DONE, or SCAN_USAGE or
 * SCAN_FAILED with @err.
 */
enum scan_end scan_way_take(struct scan *s, struct error *err);

/* Whether grabs may still need the workers at @now_us (monotonic). */
bool scan_way_needs_workers(const struct scan *s, int64_t now_us);

#endif
