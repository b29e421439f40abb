/* SPDX-License-Identifier: Apache-2.0 */
/* scan_ctl.h - the answers of a running scan to the control socket. */
#ifndef SONDE_SCAN_CTL_H
#define SONDE_SCAN_CTL_H

#include "scan_state.h"

/* A ctl_handler whose @arg is the struct scan; runs in the scan's thread. */
void scan_answer(void *arg, const char *command, const char *argument, struct json *answer);

#endif
