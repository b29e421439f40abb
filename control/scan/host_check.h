/* SPDX-License-Identifier: Apache-2.0 */
/* host_check.h - sends the control probes that find out which hosts answer on every port. One
 * thread. */
#ifndef SONDE_HOST_CHECK_H
#define SONDE_HOST_CHECK_H

#include "dp.h"
#include "middlebox.h"
#include "writer.h"

/* The pace of control probes. Zero it to begin. */
struct host_check {
	int64_t ran_us; /* when host_check_run() last ran; monotonic */
	double credit;  /* control probes that may be sent now */
};

/* Whom it works with; none is owned. */
struct host_check_to {
	struct middlebox *hosts;
	struct dp *dp;
	struct writer *writer;
};

/* As pipeline_check_hosts(), whose arguments these are. */
int host_check_run(struct host_check *c, const struct host_check_to *to, double pps, bool sending);

#endif
