/* SPDX-License-Identifier: Apache-2.0 */
/* accept.c - parses an accepted finding: ADDRESSES[:PORT] ID until DATE, reason TEXT. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

/* "192.0.2.1:443", "[2001:db8::1]:443", "[2001:db8::1]" */
static bool parse_socket(const char *text, struct dp_addr *addr, uint16_t *port)
{
	char host[64];
	const char *rest = text[0] == '[' ? strchr(text, ']') : strchr(text, ':');
	size_t len = rest == NULL ? 0 : (size_t)(rest - text) - (text[0] == '[');

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

/* What parse_socket() reads, "192.0.2.0/24", "192.0.2.1-192.0.2.9", "everywhere" */
static bool parse_target(const char *text, struct store_accept *a)
{
	struct dp_addr_range r;

	if (strcmp(text, "everywhere") == 0) {
		memset(&a->last, 255, sizeof(a->last));
		a->range = true;
		return true;
	}
	if (!addr_range_parse(text, &r))
		return parse_socket(text, &a->addr, &a->port);
	a->range = dp_addr_compare(&r.first, &r.last) != 0;
	a->addr = r.first;
	a->last = r.last;
	return true;
}

/* "2027-01-31", "2027-01-31T12:00:00Z", "30d" */
static bool parse_until(const char *text, int64_t now_us, int64_t *us)
{
	char relative[32];

	snprintf(relative, sizeof(relative), "now+%.20s", text);
	return timetext_parse_end(text, us) || timetext_parse_relative(relative, now_us, us, NULL);
}

/* Ids of CVEs are written in upper case, those of exposures in lower case. */
static void fold(char *id)
{
	bool upper = strncasecmp(id, "CVE-", 4) == 0;

	for (; *id != '\0'; id++)
		*id = (char)(upper ? toupper((unsigned char)*id) : tolower((unsigned char)*id));
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

	if (!parse_target(words->target, &a))
		return fail(err, "address", words->target,
		            "write 192.0.2.1, 192.0.2.1:443, [2001:db8::1]:443, 192.0.2.0/24, "
		            "192.0.2.1-192.0.2.9 or everywhere");
	if (!valid_id(id, sizeof(a.id)))
		return fail(err, "finding", id, "write the id of a CVE or of an exposure");
	if (!parse_until(until, now_us, &a.until_us))
		return fail(err, "date", until, "write 30d, 2027-01-31 or 2027-01-31T12:00:00Z");
	if (a.until_us <= now_us)
		return fail(err, "date", until, "it has passed already");
	if (reason[0] == '\0' || strlen(reason) >= sizeof(a.reason))
		return fail(err, "reason", reason,
		            "1 to 255 bytes that say who answers for it and why");
	snprintf(a.id, sizeof(a.id), "%s", id);
	fold(a.id);
	snprintf(a.reason, sizeof(a.reason), "%s", reason);
	*out = a;
	return 0;
}

bool accept_has(const struct store_accept *a, const struct dp_addr *addr)
{
	return dp_addr_compare(addr, &a->addr) >= 0 &&
	       dp_addr_compare(addr, a->range ? &a->last : &a->addr) <= 0;
}

char *accept_addresses(const struct store_accept *a, char out[ACCEPT_ADDRESSES])
{
	struct dp_addr_range r = {a->addr, a->range ? a->last : a->addr};
	struct store_accept all = {.range = true};

	memset(&all.last, 255, sizeof(all.last));
	if (a->range && dp_addr_compare(&a->addr, &all.addr) == 0 &&
	    dp_addr_compare(&a->last, &all.last) == 0) {
		snprintf(out, ACCEPT_ADDRESSES, "everywhere");
		return out;
	}
	return addr_range_format(&r, out);
}

bool accept_covers(const struct store_accept *a, uint16_t port, const char *id, int64_t now_us)
{
	return now_us < a->until_us && (a->port == 0 || a->port == port) && strcmp(a->id, id) == 0;
}
