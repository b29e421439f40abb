/* SPDX-License-Identifier: Apache-2.0 */
/* hostname.c - finds the host names that a service gives: in its certificate, its redirect, its
 * greeting. */
#include <ctype.h>
#include <string.h>

#include "hostname.h"

static bool is_name(const char *text, size_t len)
{
	bool letter = false;

	if (len == 0 || len > 253 || memchr(text, '.', len) == NULL)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (!isalnum(c) && c != '-' && c != '.' && c != '_')
			return false;
		letter = letter || isalpha(c);
	}
	return letter && text[0] != '.' && text[len - 1] != '.';
}

/* Each of these takes the part of a value that may be a name. A value ends with a NUL, and may hold
 * others, at which the part ends. */
static const char *whole(const char *value, size_t len, size_t *n)
{
	*n = len;
	return value;
}

/* The host of "https://www.example.org:8443/path". */
static const char *url_host(const char *value, size_t len, size_t *n)
{
	const char *host = strstr(value, "://");

	(void)len;
	host = host != NULL ? host + 3 : value + strlen(value);
	*n = strcspn(host, "/:?#");
	return host;
}

/* The first word of "mail.example.org ESMTP", also behind "220 " or "220-". */
static const char *greeter(const char *value, size_t len, size_t *n)
{
	if (len > 4 && strncmp(value, "220", 3) == 0)
		value += 4;
	*n = strcspn(value, " \t\r\n");
	return value;
}

static const struct {
	const char *fact, *source;
	const char *(*part)(const char *value, size_t len, size_t *n);
} places[] = {
	{"ssl.san", "cert", whole},
	{"ssl.cn", "cert", whole},
	{"http.location", "redirect", url_host},
	{"smtp.banner", "banner", greeter},
	{"snmp.name", "snmp", whole},
};

void hostname_each(const struct record *r, hostname_take take, void *arg)
{
	size_t n = r->facts == NULL ? 0 : vd_facts_count(r->facts), len;

	for (size_t i = 0; i < n; i++) {
		const struct vd_fact *f = vd_facts_at(r->facts, i);

		for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++) {
			const char *name;

			if (strcmp(f->name, places[k].fact) != 0)
				continue;
			name = places[k].part(f->value, f->len, &len);
			if (is_name(name, len) && !take(arg, name, len, places[k].source))
				return;
		}
	}
}
