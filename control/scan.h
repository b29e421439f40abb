/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h - one scan: everything it holds, from opening to the closing report.
 *
 *	cmd_scan -> scan_open (database, knowledge, port, pipeline) -> scan_run (loop.c) -> scan_close
 *
 * One thread, the control thread, owns it.
 */
#ifndef SONDE_SCAN_H
#define SONDE_SCAN_H

#include <stdio.h>

#include "agent.h"
#include "auto_rate.h"
#include "coverage.h"
#include "ctl.h"
#include "deny.h"
#include "marks.h"
#include "pipeline.h"
#include "plan.h"
#include "status.h"
#include "throttle.h"

struct scan {
	/* set by scan_open, not owned */
	const struct config *config;
	const struct plan *plan;
	/* owned */
	struct store *store;
	struct vulndb *knowledge; /* NULL: none was found */
	struct dp *dp;
	struct enricher *enricher;
	struct grabber *grabber;
	struct scheduler *sched;
	struct dp_watch *watch;   /* the services known open */
	struct coverage *coverage; /* NULL: a single pass */
	struct writer *writer;
	struct pipeline *pipeline;
	struct ctl *ctl;
	FILE *status_out;         /* of --status-json; NULL = none */
	/* the state */
	char db_path[CONFIG_PATH];
	char agent[AGENT_SIZE];   /* what --contact makes; the grabber reads it */
	struct store_scan record; /* what the checkpoints write */
	struct status status;
	struct throttle throttle;
	struct deny deny;
	struct auto_rate auto_rate; /* in force while `automatic` */
	struct sentinels sentinels;
	bool examine;             /* control probes are sent */
	bool automatic;           /* the rate is found, not given */
	uint64_t turn_sent;       /* probes sent before the rate was last changed by it */
	double wanted_pps;
	bool resumed;
	bool paused;
	bool began;               /* the workers were launched: there is something to report */
	bool gone;                /* the kernel's interface went away */
	unsigned stops;           /* requests to end that were obeyed */
	volatile unsigned *stop_requests; /* Ctrl-C, SIGTERM; written by the signal handler */
	struct marks marks;
	int64_t again_us;         /* when the next known host is asked again; monotonic */
	int64_t launch_us;        /* of the workers; monotonic; 0 = not yet */
	int64_t start_us, ctl_us, tick_us, second_us, checkpoint_us; /* monotonic */
	uint64_t tick_sent;
};

/*
 * Open everything and begin the scan's record; @resume (NULL = a new scan) is what is gone on with. @command is
 * the command line for the audit. Nothing is sent yet. Returns an exit code; other than CMD_OK, @err says
 * what stands in the way and @s needs no scan_close.
 */
int scan_open(struct scan *s, const struct config *config, const struct plan *plan,
	      const struct store_scan *resume, const char *command, struct dp_error *err);

/* Send, receive and store until done or stopped. *@stop_requests counts wishes to end: one stops sending
 * and waits for answers, two end at once. Returns an exit code, @err with it. */
int scan_run(struct scan *s, volatile unsigned *stop_requests, struct dp_error *err);

void scan_close(struct scan *s);

/* Answers the control socket; a ctl_handler whose @arg is the scan. */
json_t *scan_answer(void *arg, const char *command, const char *argument);

/* Bring s->status up to date. */
void scan_observe(struct scan *s);

#endif
