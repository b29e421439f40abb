/* SPDX-License-Identifier: Apache-2.0 */
/* accept.c - parses an accepted finding: ADDRESS[:PORT] ID until DATE, reason TEXT. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "timetext.h"

static int fail(struct error *err, const char *what, const char *value, const char *hint)
{
	return error_set(err, -EINVAL, "%s \"%.100s\": %s", what, value, hint);
}

static bool parse_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!isdigit((unsigned char)text[0]) || *end != '\0' || n == 0 || n > 65535)
		return false;
	*port = (uint16_t)n;
	return true;
}

/* "192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]:443" */
static bool parse_target(const char *text, struct dp_addr *addr, uint16_t *port)
{
	char host[64];
	const char *rest;
	size_t len;

	*port = 0;
	if (dp_addr_parse(text, addr) == 0)
		return true;
	rest = text[0] == '[' ? strchr(text, ']') : strchr(text, ':');
	len = rest == NULL ? 0 : (size_t)(rest - text) - (text[0] == '[');
	if (rest == NULL || len >= sizeof(host))
		return false;
	memcpy(host, text + (text[0] == '['), len);
	host[len] = '\0';
	if (text[0] == '[')
		rest++;
	if (dp_addr_parse(host, addr) != 0)
		return false;
	return *rest == '\0' || (*rest == ':' && parse_port(rest + 1, port));
}

static bool valid_id(const char *id, size_t size)
{
	size_t len = strlen(id);

	if (len == 0 || len >= size)
		return false;
	for (; *id != '\0'; id++)
		if (!isalnum((unsigned char)*id) && strchr("-_.", *id) == NULL)
			return false;
	return true;
}

int accept_parse(const struct accept_words *words, int64_t now_us, struct store_accept *out,
                 struct error *err)
{
	const char *id = words->id, *until = words->until, *reason = words->reason;
	struct store_accept a = {.made_us = now_us};

	if (!parse_target(words->target, &a.addr, &a.port))
		return fail(err, "address", words->target,
		            "write 192.0.2.1, 192.0.2.1:443 or [2001:db8::1]:443");
	if (!valid_id(id, sizeof(a.id)))
		return fail(err, "finding", id, "write the id of a CVE or of an exposure");
	if (!timetext_parse_end(until, &a.until_us))
		return fail(err, "date", until, "write 2027-01-31 or 2027-01-31T12:00:00Z");
	if (a.until_us <= now_us)
		return fail(err, "date", until, "it has passed already");
	if (reason[0] == '\0' || strlen(reason) >= sizeof(a.reason))
		return fail(err, "reason", reason,
		            "1 to 255 bytes that say who answers for it and why");
	snprintf(a.id, sizeof(a.id), "%s", id);
	snprintf(a.reason, sizeof(a.reason), "%s", reason);
	*out = a;
	return 0;
}

bool accept_covers(const struct store_accept *a, uint16_t port, const char *id, int64_t now_us)
{
	return now_us < a->until_us && (a->port == 0 || a->port == port) && strcmp(a->id, id) == 0;
}
