/* SPDX-License-Identifier: Apache-2.0 */
/* scan_recall.h - finds the open ports of the database that are to be asked without a probe. */
#ifndef SONDE_SCAN_RECALL_H
#define SONDE_SCAN_RECALL_H

#include "scan_state.h"

/* Restore the state of every open port that the interrupted run found, and queue those that it did not
 * ask. 0, -ENOMEM or the store's error. */
int scan_recall_run(struct scan *s);

/* Queue the known open ports of the plan that --refresh names: those that nobody has asked, or all that
 * this scan has not asked yet. 0, -ENOMEM or the store's error. */
int scan_recall_refresh(struct scan *s);

#endif
