/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_arg.c - parses the arguments of a lookup. */
#include "lookup_arg.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"

size_t lookup_unescape(const char *text, char *out, size_t size)
{
	size_t n = 0;

	for (; *text != '\0' && n < size; text++) {
		static const char names[] = "rnt\\", values[] = "\r\n\t\\";
		const char *at;

		if (text[0] != '\\' || text[1] == '\0') {
			out[n++] = *text;
			continue;
		}
		text++;
		at = strchr(names, *text);
		if (at != NULL) {
			out[n++] = values[at - names];
		} else if (*text == 'x' && ascii_hex(text[1]) >= 0 && ascii_hex(text[2]) >= 0) {
			out[n++] = (char)(ascii_hex(text[1]) << 4 | ascii_hex(text[2]));
			text += 2;
		} else {
			out[n++] = '\\';
			if (n < size)
				out[n++] = *text;
		}
	}
	return n;
}

/* Split "left<separator>right" into two fixed texts. */
/* Six parameters: three texts, two with their sizes. */
static bool split(const char *text, char separator, char *left, size_t left_size, char *right,
                  size_t right_size)
{
	const char *cut = strchr(text, separator);

	if (cut == NULL || cut == text || cut[1] == '\0' || (size_t)(cut - text) >= left_size ||
	    strlen(cut + 1) >= right_size)
		return false;
	snprintf(left, left_size, "%.*s", (int)(cut - text), text);
	snprintf(right, right_size, "%s", cut + 1);
	return true;
}

bool lookup_distro(const char *text, struct vd_identity *id)
{
	char name[16], release[16];

	if (!split(text, ':', name, sizeof(name), release, sizeof(release)))
		return false;
	for (char *c = name; *c != '\0'; c++)
		*c = ascii_lower(*c);
	snprintf(id->distro, sizeof(id->distro), "%s", name);
	vd_release(name, release, id->distro_release);
	return true;
}

bool lookup_package(const char *text, struct vd_identity *id)
{
	return split(text, '=', id->package, sizeof(id->package), id->package_version,
	             sizeof(id->package_version));
}
