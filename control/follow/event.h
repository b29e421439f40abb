/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event.h - a change of the log as an event: JSON of CloudEvents 1.0.
 *
 * The id is the number of the change and its time, so it is the same in each attempt and each
 * process. "data" has the change as `sonde changes -o ndjson` prints it, and the service as
 * `sonde export --services` does, if there is one.
 */
#ifndef SONDE_EVENT_H
#define SONDE_EVENT_H

#include "store.h"

struct event {
	char id[48];
	char *body; /* owned */
	size_t len;
};

/* Make the event of @c for the monitor @name. @h and @r: the host and the service now; NULL: none.
 * 0 or -ENOMEM. The caller frees it by event_fini(). */
int event_make(const char *name, const struct store_change *c, const struct store_host *h,
               const struct record *r, struct event *out);
void event_fini(struct event *e); /* a zeroed event is fine */

#endif
