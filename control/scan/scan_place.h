/* SPDX-License-Identifier: Apache-2.0 */
/* scan_place.h - keeps the place of a running scan, from which it can be resumed. Scan's thread;
 * blocks only while the writer's queue is full. */
#ifndef SONDE_SCAN_PLACE_H
#define SONDE_SCAN_PLACE_H

#include "scan_state.h"

/* Sample the positions, and hand a checkpoint to the writer if one is due: ten times a second, or once
 * a second while nothing happens. Call it every 20 ms. 0 or the store's error. */
int scan_place_keep(struct scan *s, int64_t now_us);

/* Hand the last checkpoint to the writer. @hurried: answers are still on their way, so that only what
 * is settled counts as done. 0 or the store's error. */
int scan_place_last(struct scan *s, bool hurried);

/* Add to the record what this run changed in the database, as of the status. */
void scan_place_note_news(struct scan *s);

#endif
