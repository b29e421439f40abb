/* SPDX-License-Identifier: Apache-2.0 */
/*
 * monitor_run.h - delivers the events of a monitor, from where it was.
 *
 * An event is delivered until it is taken; only then the cursor moves on, and is on the disk before
 * the next event. So each is delivered at least once and in order; one is delivered twice only if the
 * process dies in between, with the same id.
 */
#ifndef SONDE_MONITOR_RUN_H
#define SONDE_MONITOR_RUN_H

#include "monitor.h"
#include "store.h"

struct monitor_run {
	const char *db; /* the directory */
	struct store *store;
	const struct monitor *monitor;
	bool follow; /* go on when all is delivered; else end then, or after five failures */
	const _Atomic unsigned *stop;
};

/* 0, -ECANCELED (stopped), -EIO (not delivered, without follow), -EINVAL with @err (the query), or
 * -errno. Blocks. */
int monitor_run(const struct monitor_run *run, struct error *err);
/* Deliver a made-up event, which says that it is a test. 0, or -EIO with @why. */
int monitor_test(const struct monitor *m, char why[MONITOR_ERROR]);

#endif
