/* SPDX-License-Identifier: Apache-2.0 */
/* launch.h - begins a scan of the dataplane and waits until its workers run. */
#ifndef SONDE_TEST_LAUNCH_H
#define SONDE_TEST_LAUNCH_H

#include <errno.h>
#include <unistd.h>

#include "dp.h"

/* Errors as those of dp_begin() and dp_launch(). */
static inline int launch(struct dp *dp, const struct dp_scan_config *scan, struct error *err)
{
	int ret = dp_begin(dp, scan, err);

	if (ret != 0)
		return ret;
	while ((ret = dp_launch(dp, err)) == -EAGAIN)
		usleep(1000);
	return ret;
}

#endif
