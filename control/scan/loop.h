/* SPDX-License-Identifier: Apache-2.0 */
/* loop.h - a scan from its first probe to its end. */
#ifndef SONDE_LOOP_H
#define SONDE_LOOP_H

#include "scan_state.h"

/* Send, receive and store until the scan is done or stopped; blocks as long as that takes.
 * *@stop_requests counts the requests to end: the first stops sending and waits for answers, the
 * second ends the scan at once. The writer has ended when it returns. @err is empty, or says what
 * went wrong. */
enum scan_end scan_run(struct scan *s, _Atomic unsigned *stop_requests, struct error *err);

#endif
