/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h - one scan: everything it holds, from opening to the closing report.
 *
 * 	cmd_scan -> scan_open (database, knowledge, port, pipeline) -> scan_run (loop.c) -> scan_close
 *
 * One thread, the control thread, owns it.
 */
#ifndef SONDE_SCAN_H
#define SONDE_SCAN_H

#include "scan_state.h"

/*
 * Open everything and begin the scan's record. Nothing is sent yet; it blocks while files are
 * opened and the interface is taken. SCAN_DONE, or what stands in the way with @err; then @s needs
 * no scan_close. What @input points to must outlive @s.
 */
enum scan_end scan_open(struct scan *s, const struct scan_input *input, struct error *err);

/* Close all that scan_open() opened, in reverse order. What was found is committed before. Blocks
 * while the writer ends. */
void scan_close(struct scan *s);

#endif
