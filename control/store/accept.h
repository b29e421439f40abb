/* SPDX-License-Identifier: Apache-2.0 */
/* accept.h - parses an accepted finding: ADDRESS[:PORT] ID until DATE, reason TEXT. */
#ifndef SONDE_ACCEPT_H
#define SONDE_ACCEPT_H

#include <stdio.h>

#include "store.h"

/* The parts of an accepted finding as the user writes them; all are required. */
struct accept_words {
	const char *target; /* "192.0.2.1", "192.0.2.1:443", "[2001:db8::1]:443" */
	const char *id;     /* of a CVE or of an exposure */
	const char *until;  /* "2027-01-31" (to the end of that day, UTC) or RFC 3339 */
	const char *reason;
};

/* Parse @words into *@out; its user stays empty. The date must lie after @now_us. 0, or -EINVAL
 * with @err naming the wrong part. Pure. */
int accept_parse(const struct accept_words *words, int64_t now_us, struct store_accept *out,
                 struct error *err);

/* Whether @a takes finding @id of @port out of the score at @now_us. The caller makes sure that @a
 * is of the same host. Pure. */
bool accept_covers(const struct store_accept *a, uint16_t port, const char *id, int64_t now_us);

#endif
