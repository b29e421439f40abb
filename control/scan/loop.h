/* SPDX-License-Identifier: Apache-2.0 */
/* loop.h - a scan from its first probe to its end. */
#ifndef SONDE_LOOP_H
#define SONDE_LOOP_H

#include "scan_state.h"

/* Send, receive and store until done or stopped. *@stop_requests counts wishes to end: one stops
 * sending and waits for answers, two end at once. @err is empty, or says what was in the way. */
enum scan_end scan_run(struct scan *s, const struct scan_view *view,
                       volatile unsigned *stop_requests, struct error *err);

#endif
