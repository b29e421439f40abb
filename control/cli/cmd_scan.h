/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_scan.h - what another command needs to run a scan. */
#ifndef SONDE_CMD_SCAN_H
#define SONDE_CMD_SCAN_H

#include "scan_request.h"

/* Run `sonde scan` and, when a scan was made to its end, call @after. Returns the exit code. */
int cmd_scan_run(int argc, char **argv, void (*after)(const struct scan_request *r));

#endif
