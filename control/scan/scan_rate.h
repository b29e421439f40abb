/* SPDX-License-Identifier: Apache-2.0 */
/* scan_rate.h - the rate of a running scan: that of the operator, or the one that the network
 * carries. Scan's thread; nothing blocks. */
#ifndef SONDE_SCAN_RATE_H
#define SONDE_SCAN_RATE_H

#include "scan_state.h"

/* Send the next loss probe if it is due. */
void scan_rate_ask(struct scan *s, int64_t now_us);

/* Begin the search for the rate in a scan that runs at the operator's rate; the caller then sets
 * s->automatic. Call it after scan_observe(). 0, or -EINVAL with @err: the scan cannot search. */
int scan_rate_search(struct scan *s, struct error *err);

/* Set the rate, and let what was lost be sent again. Call it after scan_observe(), ten times a
 * second. */
void scan_rate_tick(struct scan *s, int64_t now_us);

/* Whether all that was sent has been judged: then nothing has to be sent again because of losses. */
bool scan_rate_is_judged(const struct scan *s, int64_t now_us);

/* What was sent after this time may have to be sent again (monotonic); INT64_MAX: nothing may. */
int64_t scan_rate_clean_us(const struct scan *s);

#endif
