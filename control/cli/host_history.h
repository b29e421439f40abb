/* SPDX-License-Identifier: Apache-2.0 */
/* host_history.h - prints what each port of a host was, and from when to when. */
#ifndef SONDE_HOST_HISTORY_H
#define SONDE_HOST_HISTORY_H

#include "output_format.h"
#include "store.h"

struct host_history;

/* Begin to print to the standard output in @format: a table a host, one array of intervals, or one
 * interval a line. NULL: no memory. host_history_close() ends it. */
struct host_history *host_history_open(enum output_format format);

/* Print the intervals of @addr, of @port alone unless it is -1. Returns how many there were, or
 * -errno. */
int host_history_put(struct host_history *t, struct store *s, const struct dp_addr *addr, int port);

/* Finish and free. 0, or -EIO if something could not be written. */
int host_history_close(struct host_history *t);

#endif
