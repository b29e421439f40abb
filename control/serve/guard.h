/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard.h - what protects a server that a browser can reach: the names in Host, the site that a
 * request comes from, the cookie, the key in a header.
 *
 * A page of another site must not read or change anything through the browser of somebody who may:
 *
 *   rebinding of DNS           Host is an address, localhost, or a name that the operator named
 *   requests from other sites  Sec-Fetch-Site of browsers is same-origin or none, but for a key in a
 *                              header, which no other site can send
 *   forms                      a request that changes something has the type application/json
 */
#ifndef SONDE_GUARD_H
#define SONDE_GUARD_H

#include "caller.h"

/* Whether the value of Host names this server: an IP address, localhost, or one of the
 * NULL-terminated @names, each with or without a port. Pure. */
bool guard_host_fits(const char *host, const char *const *names);

/* Find the value of the cookie @name in a Cookie field. Returns whether it is there and fits into
 * @size bytes. Pure. */
bool guard_cookie(const char *field, const char *name, char *out, size_t size);

/* The key in "Bearer KEY" of Authorization, or NULL. Points into @field. Pure. */
const char *guard_bearer(const char *field);

/* What a browser says of a request; NULL: nothing. */
struct guard_request {
	const char *site; /* Sec-Fetch-Site */
	const char *type; /* Content-Type */
	bool changes;     /* the request changes something */
	bool has_body;
};

/* Whether a request of @by may go on; if not, *@why says what is wrong (static text). Pure. */
bool guard_allows(const struct guard_request *r, enum caller_by by, const char **why);

#endif
