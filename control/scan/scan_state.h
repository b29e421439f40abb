/* SPDX-License-Identifier: Apache-2.0 */
/* scan_state.h - the state of a running scan, which its files share. One thread. */
#ifndef SONDE_SCAN_STATE_H
#define SONDE_SCAN_STATE_H

#include "agent.h"
#include "auto_rate.h"
#include "coverage.h"
#include "ctl.h"
#include "exclude.h"
#include "judge.h"
#include "news.h"
#include "pipeline.h"
#include "plan.h"
#include "progress.h"
#include "status.h"
#include "throttle.h"

/* How a scan ended, or why it could not begin. */
enum scan_end {
	SCAN_DONE,
	SCAN_SILENT,    /* done, but no answer of any kind came back */
	SCAN_STOPPED,   /* it was told to end and can be resumed */
	SCAN_USAGE,     /* the configuration does not fit the interface or the lists */
	SCAN_DATABASE,  /* absent, not ours, or written by another scan */
	SCAN_FULL,      /* the disk is full; everything committed is there */
	SCAN_KNOWLEDGE, /* the named knowledge file is absent or unusable */
	SCAN_NETWORK,   /* interface missing or down, gateway silent */
	SCAN_PRIVILEGE, /* not allowed */
	SCAN_FAILED,    /* memory, or an unexpected failure of the system */
};

/* Callbacks that show a running scan; called in the scan's thread, but for @found. A member may be
 * NULL. */
struct scan_view {
	void *arg;
	news_each found; /* in the writer's thread: it may not block */
	/* once a second; four times a second while neighbours are resolved */
	void (*report)(void *arg, const struct status *s);
	void (*stopping)(void *arg); /* sending has stopped, the scan waits for answers */
};

/* The input of scan_open(). */
struct scan_input {
	const struct config *config;
	const struct plan *plan;
	const struct store_scan *before; /* the record of the scan to resume; NULL: a new scan */
	const char *command;             /* for the audit */
	const struct store_words *words; /* the command line, for --resume */
	const struct scan_view *view;
	/* where the port of an earlier scan is, and is left for a later one; NULL: the scan opens
	 * and closes its own */
	struct dp **port;
};

struct scan {
	/* not owned */
	const struct config *config;
	const struct plan *plan;
	const struct store_scan *before; /* the record of the scan to resume; NULL: a new scan */
	const char *command;             /* for the audit */
	const struct store_words *words; /* the command line, for --resume */
	struct dp **port;                /* of struct scan_input */
	const struct scan_view *view;
	/* owned */
	struct store *store;
	struct vulndb *knowledge; /* NULL: none was found */
	struct dp *dp;            /* not owned where @port is not NULL */
	struct enricher *enricher;
	struct judge *judge; /* of the thread that writes */
	struct store_judge by;
	struct lanes *lanes;                /* NULL: no grabs */
	struct dp_grab_way way;             /* that the grabs take; @why is said to the operator */
	bool own_tcp;                       /* they go through the connections of the workers */
	uint64_t never[DP_CONN_PORTS / 64]; /* as dp_scan_config.never */
	struct grab_admission *admission;
	struct dp_known_open *known_open; /* the services known open */
	struct coverage *coverage;        /* NULL: a single pass */
	struct revisit *revisit;          /* NULL: silent services are not asked again */
	struct news *news;
	struct writer *writer;
	struct pipeline *pipeline;
	struct ctl *ctl;
	/* the state */
	char db_path[CONFIG_PATH];
	/* random, of this run alone: keys cookies, control ports and the slots of tables */
	uint8_t secret[16];
	char agent[AGENT_SIZE];   /* the User-Agent made from --contact; the grabber points to it */
	struct store_scan record; /* what the checkpoints write */
	struct status status;
	struct throttle throttle;
	struct exclude exclude;
	struct auto_rate auto_rate; /* in force while `automatic` */
	struct loss_probes loss_probes;
	/* extra probes can be sent; from scan_run() on: source ports are kept for them */
	bool extras;
	bool check_hosts;   /* control probes are sent */
	bool automatic;     /* auto_rate chooses the rate, not the operator */
	uint64_t turn_sent; /* probes sent before the present period of auto_rate */
	/* the walk at the last tick, and the farthest that it has been */
	uint64_t hits_done, hits_sent, hits_open, farthest;
	int64_t hits_us;  /* when that was */
	int64_t ended_us; /* since when nothing is sent; 0 = the workers send */
	bool judged;      /* the last probes have been looked at for losses */
	double wanted_pps;
	bool resumed;
	bool paused;
	bool began;      /* the workers were launched: there is something to report */
	bool gone;       /* the kernel's interface went away */
	bool privileged; /* the privileges could not be dropped */
	/* why answers are kept without being judged; "" = they are judged */
	char unknowing[512];
	char fewer[256]; /* why there are fewer connections at once than asked for; "" = no fewer */
	unsigned stops;  /* requests to end that were obeyed */
	/* counts Ctrl-C, SIGTERM and SIGHUP (written by the signal handler) and the request "stop" */
	_Atomic unsigned *stop_requests;
	struct progress progress;
	int64_t revisit_us;    /* when silent services were last asked; monotonic */
	int64_t loss_probe_us; /* when the next loss probe is due; monotonic */
	int64_t launch_us;     /* of the workers; monotonic; 0 = not yet */
	int64_t start_us, ctl_us, tick_us, second_us, checkpoint_us; /* monotonic */
	int64_t written_us; /* when the last checkpoint was handed to the writer; monotonic */
	uint64_t written;   /* records committed by then */
	unsigned calm;      /* turns of the loop in which nothing came */
	uint64_t tick_sent;
	struct status_rates second_stages; /* what each stage had done a second ago */
};

#endif
