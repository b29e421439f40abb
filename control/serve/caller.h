/* SPDX-License-Identifier: Apache-2.0 */
/* caller.h - who makes a request, and what that one may see. */
#ifndef SONDE_CALLER_H
#define SONDE_CALLER_H

#include "key.h"
#include "quota.h"

enum caller_by {
	CALLER_NOBODY, /* without a key: over loopback or the unix socket while there are no keys */
	CALLER_KEY,    /* a key in a header */
	CALLER_COOKIE, /* a session that was begun with a key */
};

struct caller {
	uint8_t by;          /* enum caller_by */
	uint8_t scopes;      /* bits of enum key_scope; 0: no right key */
	char name[KEY_NAME]; /* of the key; "" = nobody */
	char id[KEY_ID];
	uint8_t range_count; /* 0 = sees all */
	struct dp_addr_range ranges[KEY_RANGES];
	struct quota *quota; /* a reference; NULL = none */
};

/* Whether the caller may see @addr. Pure. */
bool caller_sees(const struct caller *c, const struct dp_addr *addr);
/* Whether the caller may see all of @range. Pure. */
bool caller_sees_range(const struct caller *c, const struct dp_addr_range *range);

/*
 * Write to @out the query that finds what @query finds (NULL or "": all that is open) within the
 * caller's prefixes. Returns whether it fits into @size bytes. @query must be one that
 * query_parse() takes. Pure.
 */
bool caller_query(const struct caller *c, const char *query, char *out, size_t size);

#endif
