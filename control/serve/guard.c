/* SPDX-License-Identifier: Apache-2.0 */
/* guard.c - what protects a server that a browser can reach. */
#include <string.h>
#include <strings.h>

#include "guard.h"

/* Cut the port off. Returns false where what stands behind the name is no port. */
static bool host_name(const char *host, char out[256])
{
	const char *end = host[0] == '[' ? strchr(host, ']') : NULL;
	size_t len = end != NULL ? (size_t)(end - host) + 1 : strcspn(host, ":");
	const char *port = host + len;

	if (len == 0 || len >= 256 || (host[0] == '[' && end == NULL))
		return false;
	if (*port == ':')
		port += 1 + strspn(port + 1, "0123456789");
	memcpy(out, host, len);
	out[len] = '\0';
	return *port == '\0';
}

static bool is_address(char *name)
{
	size_t len = strlen(name);
	struct dp_addr addr;

	if (name[0] == '[' && name[len - 1] == ']') {
		name[len - 1] = '\0';
		name++;
	}
	return dp_addr_parse(name, &addr) == 0;
}

bool guard_host_fits(const char *host, const char *const *names)
{
	char name[256];

	if (!host_name(host, name))
		return false;
	if (strcasecmp(name, "localhost") == 0)
		return true;
	for (size_t i = 0; names != NULL && names[i] != NULL; i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return is_address(name);
}

bool guard_cookie(const char *field, const char *name, char *out, size_t size)
{
	size_t len = strlen(name);

	while (*field != '\0') {
		size_t n;

		field += strspn(field, " ;");
		n = strcspn(field, ";");
		if (n > len && strncmp(field, name, len) == 0 && field[len] == '=') {
			n -= len + 1;
			if (n >= size)
				return false;
			memcpy(out, field + len + 1, n);
			out[n] = '\0';
			return true;
		}
		field += n;
	}
	return false;
}

const char *guard_bearer(const char *field)
{
	if (strncasecmp(field, "Bearer ", 7) != 0)
		return NULL;
	field += 7;
	return field + strspn(field, " ");
}

static bool is_json(const char *type)
{
	size_t n;

	if (type == NULL)
		return false;
	n = strcspn(type, "; ");
	return (n == 16 && strncasecmp(type, "application/json", n) == 0) ||
	       (n == 20 && strncasecmp(type, "application/x-ndjson", n) == 0);
}

bool guard_allows(const struct guard_request *r, enum caller_by by, const char **why)
{
	bool same = r->site != NULL && strcmp(r->site, "same-origin") == 0;

	if (by == CALLER_KEY)
		return true;
	if (r->site != NULL && !same && strcmp(r->site, "none") != 0) {
		*why = "a page of another site sent it (Sec-Fetch-Site)";
		return false;
	}
	if (r->changes && by == CALLER_COOKIE && !same) {
		*why = "with a cookie, only a page of this server may change something "
		       "(Sec-Fetch-Site: same-origin); programs send a key";
		return false;
	}
	if (r->changes && r->has_body && !is_json(r->type)) {
		*why = "expected Content-Type: application/json";
		return false;
	}
	return true;
}
