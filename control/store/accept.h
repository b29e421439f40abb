/* SPDX-License-Identifier: Apache-2.0 */
/* accept.h - parses an accepted finding: ADDRESSES[:PORT] ID until DATE, reason TEXT. */
#ifndef SONDE_ACCEPT_H
#define SONDE_ACCEPT_H

#include <stdio.h>

#include "addr_range.h"
#include "store.h"

/* The parts of an accepted finding as the user writes them; all are required. */
struct accept_words {
	/* "192.0.2.1", "192.0.2.1:443", "[2001:db8::1]:443", "192.0.2.0/24", "everywhere" */
	const char *target;
	const char *id;    /* of a CVE or of an exposure, in either case */
	const char *until; /* "30d", "2027-01-31" (to the end of that day, UTC) or RFC 3339 */
	const char *reason;
};

/* Parse @words into *@out; its user stays empty. The date must lie after @now_us. 0, or -EINVAL
 * with @err naming the wrong part. Pure. */
int accept_parse(const struct accept_words *words, int64_t now_us, struct store_accept *out,
                 struct error *err);

/* Whether @addr is one of the addresses of @a. Pure. */
bool accept_has(const struct store_accept *a, const struct dp_addr *addr);

enum { ACCEPT_ADDRESSES = ADDR_RANGE_TEXT };
/* The addresses of @a as text: "192.0.2.1", "192.0.2.0/24", "everywhere". Returns @out. Pure. */
char *accept_addresses(const struct store_accept *a, char out[ACCEPT_ADDRESSES]);

/* Whether @a takes finding @id of @port out of the score at @now_us. The caller makes sure that
 * accept_has() holds for the host. Pure. */
bool accept_covers(const struct store_accept *a, uint16_t port, const char *id, int64_t now_us);

#endif
