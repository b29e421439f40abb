/* SPDX-License-Identifier: Apache-2.0 */
/* inventory_column.c - the columns of the inventory and what may stand in them. */
#include "inventory_column.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "place.h"

/* Writes the usual form of a value that is not empty into @out. 0, or -EINVAL with @err. */
typedef int (*check_fn)(const char *text, char out[INVENTORY_VALUE], struct error *err);

static int check_text(const char *text, char out[INVENTORY_VALUE], struct error *err)
{
	if (strlen(text) >= PLACE_TEXT)
		return error_set(err, -EINVAL, "longer than %d bytes", PLACE_TEXT - 1);
	strcpy(out, text);
	return 0;
}

static int check_name(const char *text, char out[INVENTORY_VALUE], struct error *err)
{
	if (strlen(text) >= PLACE_NAME)
		return error_set(err, -EINVAL, "longer than %d bytes", PLACE_NAME - 1);
	strcpy(out, text);
	return 0;
}

static int check_criticality(const char *text, char out[INVENTORY_VALUE], struct error *err)
{
	static const char *const words[] = {"low", "medium", "high", "critical"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0) {
			strcpy(out, words[i]);
			return 0;
		}
	return error_set(err, -EINVAL, "`%.40s`: expected low, medium, high or critical", text);
}

static int check_country(const char *text, char out[INVENTORY_VALUE], struct error *err)
{
	if (strlen(text) != 2 || !ascii_is_alpha(text[0]) || !ascii_is_alpha(text[1]))
		return error_set(err, -EINVAL,
		                 "`%.40s`: expected two letters of ISO 3166, such as JP", text);
	for (int i = 0; i < 2; i++)
		out[i] = (char)(ascii_lower(text[i]) - 'a' + 'A');
	out[2] = '\0';
	return 0;
}

static const char tag_ends[] = "; ,\t";

/* Tags that are separated by semicolons, commas or blanks; in the usual form by semicolons. */
static int check_tags(const char *text, char out[INVENTORY_VALUE], struct error *err)
{
	size_t len = 0;
	unsigned n = 0;

	out[0] = '\0';
	for (text += strspn(text, tag_ends); *text != '\0'; text += strspn(text, tag_ends)) {
		size_t size = strcspn(text, tag_ends);

		if (size >= PLACE_TAG)
			return error_set(err, -EINVAL, "`%.40s`: a tag longer than %d bytes", text,
			                 PLACE_TAG - 1);
		if (++n > PLACE_TAGS)
			return error_set(err, -EINVAL, "more than %d tags", PLACE_TAGS);
		if (len > 0)
			out[len++] = ';';
		memcpy(out + len, text, size);
		len += size;
		out[len] = '\0';
		text += size;
	}
	return 0;
}

static int check_degrees(const char *text, double most, char out[INVENTORY_VALUE],
                         struct error *err)
{
	char *end;
	double d = strtod(text, &end);

	if (strlen(text) > 20 || *end != '\0' || end == text || !isfinite(d) || fabs(d) > most)
		return error_set(err, -EINVAL, "`%.40s`: expected degrees, %.0f to %.0f", text,
		                 -most, most);
	strcpy(out, text);
	return 0;
}

static int check_latitude(const char *text, char out[INVENTORY_VALUE], struct error *err)
{
	return check_degrees(text, 90, out, err);
}

static int check_longitude(const char *text, char out[INVENTORY_VALUE], struct error *err)
{
	return check_degrees(text, 180, out, err);
}

static const struct column {
	const char *name, *aliases; /* blank separated, with a blank at both ends */
	check_fn check;
} columns[INVENTORY_COLUMNS] = {
	[INVENTORY_OWNER] = {"owner", " team contact ", check_text},
	[INVENTORY_SITE] = {"site", " ", check_text},
	[INVENTORY_SCOPE] = {"scope", " zone ", check_text},
	[INVENTORY_CRITICALITY] = {"criticality", " ", check_criticality},
	[INVENTORY_TAGS] = {"tags", " tag labels label ", check_tags},
	[INVENTORY_COUNTRY] = {"country", " country_code ", check_country},
	[INVENTORY_REGION] = {"region", " state ", check_text},
	[INVENTORY_CITY] = {"city", " ", check_text},
	[INVENTORY_LAT] = {"lat", " latitude ", check_latitude},
	[INVENTORY_LON] = {"lon", " lng longitude ", check_longitude},
	[INVENTORY_ORG] = {"org", " organization organisation ", check_name},
};

const char *inventory_column(unsigned i)
{
	return i < INVENTORY_COLUMNS ? columns[i].name : NULL;
}

bool inventory_is_among(const char *aliases, const char *name)
{
	size_t len = strlen(name);

	for (const char *a = aliases + 1; len > 0 && *a != '\0'; a += strcspn(a, " ") + 1)
		if (strcspn(a, " ") == len && strncasecmp(a, name, len) == 0)
			return true;
	return false;
}

int inventory_find_column(const char *name)
{
	for (int i = 0; i < INVENTORY_COLUMNS; i++)
		if (strcasecmp(columns[i].name, name) == 0 ||
		    inventory_is_among(columns[i].aliases, name))
			return i;
	return -1;
}

int inventory_check(int column, const char *text, char out[INVENTORY_VALUE], struct error *err)
{
	return columns[column].check(text, out, err);
}
