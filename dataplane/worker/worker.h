/* SPDX-License-Identifier: Apache-2.0 */
/* worker.h - runs a worker's share of a scan to its end. */
#ifndef SONDE_WORKER_H
#define SONDE_WORKER_H

#include "worker_state.h"

/* The lcore's function; @arg is a struct worker. Returns 0 when the scan is over. */
int worker_run(void *arg);

#endif
