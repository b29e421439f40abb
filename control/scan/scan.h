/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h - one scan: everything it holds, from opening to the closing report.
 *
 * 	cmd_scan -> scan_open (database, knowledge, port, pipeline)
 * 	         -> scan_run (loop.c) -> scan_close
 *
 * One thread, the control thread, owns it.
 */
#ifndef SONDE_SCAN_H
#define SONDE_SCAN_H

#include "scan_state.h"

/*
 * Open everything and begin the scan's record. Sends nothing. Blocks while it opens files and takes
 * the interface. Returns SCAN_DONE, or the reason why the scan cannot run, with @err in words; then
 * @s needs no scan_close(). What @input points to must outlive @s.
 */
enum scan_end scan_open(struct scan *s, const struct scan_input *input, struct error *err);

/* Close everything that scan_open() opened, but a port that is for several scans: its workers are
 * ended, and the caller closes it. Records that wait for the writer are committed first. Blocks
 * until the writer has ended. */
void scan_close(struct scan *s);

#endif
