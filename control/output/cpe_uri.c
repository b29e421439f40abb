/* SPDX-License-Identifier: Apache-2.0 */
/* cpe_uri.c - writes the older form of a CPE name. */
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "cpe_uri.h"

enum { PARTS = 5 }; /* part, vendor, product, version, update */

static size_t put_char(char *out, char c)
{
	if (ascii_is_alpha(c) || ascii_is_digit(c) || strchr("._-~", c) != NULL) {
		*out = c;
		return 1;
	}
	return (size_t)snprintf(out, 4, "%%%02x", (unsigned char)c);
}

/* Copy the component at *@at and move *@at behind it. Returns how many bytes it has in the URI. */
static size_t component(const char **at, char *out, size_t room)
{
	const char *p = *at;
	size_t n = 0;

	if (p[0] == '*' && (p[1] == ':' || p[1] == '\0')) {
		*at = p + 1;
		return 0;
	}
	for (; *p != '\0' && *p != ':' && n + 4 < room; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		n += put_char(out + n, *p);
	}
	*at = p;
	return n;
}

char *cpe_uri(const char *name, char out[CPE_URI])
{
	static const char old[] = "cpe:/", new[] = "cpe:2.3:";
	size_t len = strlen(old), end = 0;
	const char *at = name + strlen(new);

	out[0] = '\0';
	if (strncmp(name, new, strlen(new)) != 0)
		return out;
	memcpy(out, old, len);
	for (int i = 0; i < PARTS && len + 8 < CPE_URI; i++) {
		size_t n;

		if (i > 0)
			out[len++] = ':';
		n = component(&at, out + len, CPE_URI - len);
		len += n;
		if (n > 0)
			end = len; /* empty components at the end are left out */
		if (*at != ':')
			break;
		at++;
	}
	out[end] = '\0';
	return out;
}
