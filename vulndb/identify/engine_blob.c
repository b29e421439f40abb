/* SPDX-License-Identifier: Apache-2.0 */
/* engine_blob.c - checks that a blob is sound before it is used. */
#include <string.h>

#include "engine_blob.h"

/* The start of a part, or NULL if the part is not aligned or not within the blob. */
static const void *part(const char *blob, size_t len, struct blob_part p, size_t size)
{
	if (p.offset % 8 != 0 || p.offset > len || p.count > (len - p.offset) / size)
		return NULL;
	return blob + p.offset;
}

static bool within(uint32_t first, uint32_t count, uint32_t limit)
{
	return first <= limit && count <= limit - first;
}

static bool sound_fields(const struct engine_parts *p)
{
	const struct blob_header *h = p->header;

	for (uint32_t i = 0; i < h->fields.count; i++) {
		const struct blob_field *f = &p->fields[i];

		if (f->name >= h->strings.count ||
		    !within(f->first_pattern, f->pattern_count, h->patterns.count) ||
		    !within(f->database, f->database_len, h->databases.count))
			return false;
	}
	return true;
}

static bool sound_patterns(const struct engine_parts *p)
{
	const struct blob_header *h = p->header;

	for (uint32_t i = 0; i < h->patterns.count; i++) {
		const struct blob_pattern *q = &p->patterns[i];

		if (q->rule >= h->rules.count || !within(q->text, q->text_len, h->strings.count) ||
		    !within(q->first_capture, q->capture_count, h->captures.count))
			return false;
	}
	for (uint32_t i = 0; i < h->captures.count; i++)
		if (p->captures[i].group > RULE_CAPTURES_MAX ||
		    p->captures[i].name >= h->names.count)
			return false;
	return true;
}

static bool sound_param(const struct engine_parts *p, const struct blob_param *q)
{
	const struct blob_header *h = p->header;

	/* A plain template must end where @plain_len says. */
	return q->value < h->strings.count && q->name < h->names.count &&
	       q->plain_len < h->strings.count - q->value &&
	       (q->plain_len == 0 || p->strings[q->value + q->plain_len] == '\0');
}

static bool sound_rules(const struct engine_parts *p)
{
	const struct blob_header *h = p->header;

	for (uint32_t i = 0; i < h->rules.count; i++) {
		const struct blob_rule *r = &p->rules[i];

		if (r->id >= h->strings.count || r->source >= h->strings.count ||
		    !within(r->first_param, r->param_count, h->params.count))
			return false;
	}
	for (uint32_t i = 0; i < h->params.count; i++)
		if (!sound_param(p, &p->params[i]))
			return false;
	for (uint32_t i = 0; i < h->names.count; i++)
		if (p->names[i].text >= h->strings.count || p->names[i].key >= RULE_KEYS)
			return false;
	return true;
}

const char *engine_blob_check(const void *blob, size_t len, struct engine_parts *parts)
{
	const struct blob_header *h = blob;
	const char *bytes = blob;

	if ((uintptr_t)blob % 8 != 0)
		return "the compiled rules are not aligned";
	if (len < sizeof(*h) || memcmp(h->magic, RULE_BLOB_MAGIC, sizeof(h->magic)) != 0)
		return "these are no compiled rules";
	if (h->version != RULE_BLOB_VERSION)
		return "the compiled rules have another version: build the file again";
	if (h->size != len)
		return "the compiled rules are cut short";
	*parts = (struct engine_parts){
		.header = h,
		.fields = part(bytes, len, h->fields, sizeof(struct blob_field)),
		.patterns = part(bytes, len, h->patterns, sizeof(struct blob_pattern)),
		.captures = part(bytes, len, h->captures, sizeof(struct blob_capture)),
		.rules = part(bytes, len, h->rules, sizeof(struct blob_rule)),
		.params = part(bytes, len, h->params, sizeof(struct blob_param)),
		.names = part(bytes, len, h->names, sizeof(struct blob_name)),
		.databases = part(bytes, len, h->databases, 1),
		.strings = part(bytes, len, h->strings, 1),
	};
	if (parts->fields == NULL || parts->patterns == NULL || parts->captures == NULL ||
	    parts->rules == NULL || parts->params == NULL || parts->names == NULL ||
	    parts->databases == NULL || parts->strings == NULL || h->strings.count == 0 ||
	    parts->strings[h->strings.count - 1] != '\0' || !sound_fields(parts) ||
	    !sound_patterns(parts) || !sound_rules(parts))
		return "the compiled rules are broken: build the file again";
	return NULL;
}
