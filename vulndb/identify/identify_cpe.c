/* SPDX-License-Identifier: Apache-2.0 */
/* identify_cpe.c - makes CPE 2.3 names from templates (NISTIR 7695, formatted string binding). */
#include <ctype.h>
#include <string.h>

#include "ascii.h"
#include "identify.h"

enum {
	COMPONENTS = 11, /* part, vendor, product, version, update, ... other */
	VERSION = 3,
	UPDATE = 4,
	COMPONENT_MAX = 96,
};

/* The components of a name. Each is a piece of the template, or of @made if captures were rendered
 * into it. */
struct name {
	struct piece {
		const char *text;
		size_t len;
	} parts[COMPONENTS];
	char made[COMPONENTS][COMPONENT_MAX];
};

/* Turn a value into a component: lower case, blanks become '_', other signs are escaped. */
static void bind_value(char *out, const char *value)
{
	size_t len = 0;

	for (; *value != '\0' && len < COMPONENT_MAX - 2; value++) {
		unsigned char c = (unsigned char)*value;

		if (c == ' ')
			c = '_';
		if (c < 0x21 || c > 0x7e)
			continue;
		if (!isalnum(c) && c != '_' && c != '-' && c != '.')
			out[len++] = '\\';
		out[len++] = (char)tolower(c);
	}
	out[len] = '\0';
}

/* Render a component. The fixed text of a template has its final form already; only captured values
 * are escaped. The version is always copied, since it may be split. */
static void bind_component(const struct rules *rules, const struct engine_hit *hit,
                           struct name *name, size_t at)
{
	struct piece *piece = &name->parts[at];
	char value[COMPONENT_MAX], rendered[COMPONENT_MAX];
	bool fixed = memchr(piece->text, RULE_BLOB_REF, piece->len) == NULL;

	if (fixed && at != VERSION)
		return;
	memcpy(value, piece->text, piece->len);
	value[piece->len] = '\0';
	if (fixed) {
		memcpy(name->made[at], value, piece->len + 1);
	} else {
		engine_render(rules, hit, value, "", rendered, sizeof(rendered));
		bind_value(name->made[at], rendered);
	}
	*piece = (struct piece){name->made[at], strlen(name->made[at])};
}

static const char *component_end(const char *at)
{
	while (*at != '\0' && *at != ':')
		at += *at == '\\' && at[1] != '\0' ? 2 : 1;
	return at;
}

static bool starts_update(const char *at)
{
	static const char *const words[] = {"p", "rc", "beta", "alpha", "pre", "sp", "patch"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if (strncmp(at, words[i], len) == 0 &&
		    (isdigit((unsigned char)at[len]) || (len > 2 && at[len] == '\0')))
			return true;
	}
	return false;
}

/* 9.2p1 is version 9.2, update p1; 1.0.1f stays whole. */
static void split_update(struct piece *version, struct piece *update)
{
	const char *at = version->text, *rest;

	while (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1])))
		at++;
	if (at == version->text || *at == '\0')
		return;
	rest = at;
	if (!starts_update(rest)) {
		rest++;
		if ((*at != '-' && *at != '_' && *at != '.') || !starts_update(rest))
			return;
	}
	*update = (struct piece){rest, strlen(rest)};
	version->len = (size_t)(at - version->text);
}

static bool is_any(const struct piece *piece)
{
	return piece->len == 0 || (piece->len == 1 && *piece->text == '*');
}

/* Cut the template into components and bind each. */
static void read_template(const struct rules *rules, const struct engine_hit *hit,
                          const char *value, struct name *name)
{
	for (size_t i = 0; i < COMPONENTS; i++) {
		const char *end = component_end(value);
		size_t len = (size_t)(end - value);

		name->parts[i] =
			(struct piece){value, len < COMPONENT_MAX ? len : COMPONENT_MAX - 1};
		bind_component(rules, hit, name, i);
		value = *end == ':' ? end + 1 : end;
	}
	if (is_any(&name->parts[UPDATE]))
		split_update(&name->parts[VERSION], &name->parts[UPDATE]);
}

void identify_cpe(const struct rules *rules, const struct engine_hit *hit, const char *value,
                  char out[VD_CPE_LEN])
{
	struct name name;
	size_t len = strlen("cpe:2.3");

	read_template(rules, hit, value, &name);
	memcpy(out, "cpe:2.3", len);
	for (size_t i = 0; i < COMPONENTS; i++) {
		struct piece part = is_any(&name.parts[i]) ? (struct piece){"*", 1} : name.parts[i];

		/* a name that is cut short would name something else */
		if (VD_CPE_LEN - len < part.len + 2) {
			out[0] = '\0';
			return;
		}
		out[len++] = ':';
		for (size_t j = 0; j < part.len; j++, len++)
			out[len] = ascii_lower(part.text[j]);
	}
	out[len] = '\0';
}
