/* SPDX-License-Identifier: Apache-2.0 */
/* identify_cpe.c - CPE 2.3 names out of templates (NISTIR 7695, formatted string binding). */
#include <ctype.h>
#include <string.h>

#include "identify.h"

enum {
	COMPONENTS = 11, /* part, vendor, product, version, update, ... other */
	VERSION = 3,
	UPDATE = 4,
	COMPONENT_MAX = 96,
};

struct name {
	char parts[COMPONENTS][COMPONENT_MAX];
};

/* A value as a component: lower case, blanks to '_', other signs escaped. */
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

/* Fixed text of a template stands as it is to be; only what was captured is escaped. */
static void bind_component(const struct rules *rules, const struct engine_hit *hit, const char *text,
			   size_t len, char *out)
{
	char value[COMPONENT_MAX], rendered[COMPONENT_MAX];

	if (len >= sizeof(value))
		len = sizeof(value) - 1;
	if (memchr(text, RULE_BLOB_REF, len) == NULL) {
		for (size_t i = 0; i < len; i++)
			out[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
		out[len] = '\0';
	} else {
		memcpy(value, text, len);
		value[len] = '\0';
		engine_render(rules, hit, value, "", rendered, sizeof(rendered));
		bind_value(out, rendered);
	}
	if (out[0] == '\0')
		strcpy(out, "*");
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

		if (strncmp(at, words[i], len) == 0 && (isdigit((unsigned char)at[len]) ||
							  (len > 2 && at[len] == '\0')))
			return true;
	}
	return false;
}

/* 9.2p1 is version 9.2, update p1; 1.0.1f stays whole. */
static void split_update(struct name *name)
{
	char *version = name->parts[VERSION], *at = version;

	while (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1])))
		at++;
	if (at == version)
		return;
	if (starts_update(at)) {
		strcpy(name->parts[UPDATE], at);
	} else if ((*at == '-' || *at == '_' || *at == '.') && starts_update(at + 1)) {
		strcpy(name->parts[UPDATE], at + 1);
	} else {
		return;
	}
	*at = '\0';
}

void identify_cpe(const struct rules *rules, const struct engine_hit *hit, const char *value,
		  char out[VD_CPE_LEN])
{
	struct name name;
	size_t len = 0;

	for (size_t i = 0; i < COMPONENTS; i++)
		memcpy(name.parts[i], "*", 2);
	for (size_t i = 0; i < COMPONENTS && *value != '\0'; i++) {
		const char *end = component_end(value);

		bind_component(rules, hit, value, (size_t)(end - value), name.parts[i]);
		value = *end == ':' ? end + 1 : end;
	}
	if (strcmp(name.parts[UPDATE], "*") == 0)
		split_update(&name);
	strcpy(out, "cpe:2.3");
	len = strlen(out);
	for (size_t i = 0; i < COMPONENTS; i++) {
		size_t part = strlen(name.parts[i]);

		if (VD_CPE_LEN - len < part + 2) { /* a cut name would be another one */
			out[0] = '\0';
			return;
		}
		out[len++] = ':';
		memcpy(out + len, name.parts[i], part + 1);
		len += part;
	}
}
