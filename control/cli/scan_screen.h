/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_screen.h - all that `sonde scan` shows: how it begins, its findings, its progress, its end.
 *
 * Findings go to the standard output, everything else to the standard error. --quiet leaves errors
 * and what went wrong.
 */
#ifndef SONDE_SCAN_SCREEN_H
#define SONDE_SCAN_SCREEN_H

#include "scan.h"
#include "scan_findings.h"
#include "scan_log.h"

struct scan_screen {
	const struct config *config;
	struct scan_view view; /* for scan_input; points to this struct */
	struct scan_log log;
	struct scan_findings *findings; /* NULL: none are shown */
	struct outlet *progress;        /* of a terminal on stderr alone; NULL: none */
	bool shared;                    /* findings and progress go to the same terminal */
	FILE *lines;                    /* of --status-json; NULL: none */
};

/* Open the outputs that @config names. Prints why it fails. Returns an exit code of cmd.h. */
int scan_screen_open(struct scan_screen *s, const struct config *config);

/* Say what the scan is going to do, before scan_run(). */
void scan_screen_introduce(struct scan_screen *s, const struct scan *scan);

/*
 * Print the findings that wait, the closing report, and how to go on with a scan that is not
 * complete. @message: what ended the scan, "" = nothing special. Returns CMD_OK, or CMD_FAILED if the
 * findings could not be written.
 */
int scan_screen_conclude(struct scan_screen *s, const struct scan *scan, enum scan_end end,
                         const char *message);

/* Close the outputs; also where nothing was run. */
void scan_screen_close(struct scan_screen *s);

#endif
