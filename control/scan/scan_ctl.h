/* SPDX-License-Identifier: Apache-2.0 */
/* scan_ctl.h - the answers of a running scan to the control socket. */
#ifndef SONDE_SCAN_CTL_H
#define SONDE_SCAN_CTL_H

#include "scan_state.h"

/* A ctl_handler whose @arg is the struct scan; runs in the scan's thread. */
void scan_answer(void *arg, const char *command, const char *argument, struct json *answer);

/* An order that a scan obeys. */
struct scan_ctl_order {
	const char *name;
	const char *argument; /* what stands behind the name: "PPS"; NULL: nothing */
};

/* Order number @i; NULL behind the last. Pure. */
const struct scan_ctl_order *scan_ctl_order_at(size_t i);

#endif
