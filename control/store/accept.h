/* SPDX-License-Identifier: Apache-2.0 */
/* accept.h - the words of an accepted finding: ADDRESS[:PORT] ID until DATE, reason TEXT. */
#ifndef SONDE_ACCEPT_H
#define SONDE_ACCEPT_H

#include <stdio.h>

#include "store.h"

/* Fill address and port from "192.0.2.1", "192.0.2.1:443", "[2001:db8::1]:443", id, date and
 * reason. @until: "2027-01-31" (to the end of that day, UTC) or RFC 3339, must lie after @now_us. 0
 * or -EINVAL with @err naming the part that is wrong. user stays empty. */
int accept_parse(struct store_accept *out, const char *target, const char *id, const char *until,
                 const char *reason, int64_t now_us, struct store_error *err);

/* True if @a takes finding @id of @port out of the score at @now_us. Pure. */
bool accept_covers(const struct store_accept *a, uint16_t port, const char *id, int64_t now_us);

#endif
