/* SPDX-License-Identifier: Apache-2.0 */
/* caller.c - what the prefixes of a key let it see. */
#include <stdio.h>
#include <string.h>

#include "caller.h"

bool caller_sees(const struct caller *c, const struct dp_addr *addr)
{
	for (unsigned i = 0; i < c->range_count; i++)
		if (addr_range_has(&c->ranges[i], addr))
			return true;
	return c->range_count == 0;
}

bool caller_sees_range(const struct caller *c, const struct dp_addr_range *range)
{
	for (unsigned i = 0; i < c->range_count; i++)
		if (addr_range_has(&c->ranges[i], &range->first) &&
		    addr_range_has(&c->ranges[i], &range->last))
			return true;
	return c->range_count == 0;
}

/* Whether @query is "" or "*", which find all that is open. */
static bool is_all(const char *query)
{
	query += strspn(query, " \t\r\n");
	query += *query == '*';
	return query[strspn(query, " \t\r\n")] == '\0';
}

bool caller_query(const struct caller *c, const char *query, char *out, size_t size)
{
	bool all = query == NULL || is_all(query);
	char range[ADDR_RANGE_TEXT];
	size_t n = 0;

	for (unsigned i = 0; i < c->range_count && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%sip:%s", i > 0 ? " OR " : "(",
		                      addr_range_format(&c->ranges[i], range));
	if (c->range_count > 0 && n < size)
		n += (size_t)snprintf(out + n, size - n, all ? ")" : ") (%s)", query);
	else if (n < size)
		n += (size_t)snprintf(out + n, size - n, "%s", query != NULL ? query : "");
	return n < size;
}
