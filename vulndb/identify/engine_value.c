/* SPDX-License-Identifier: Apache-2.0 */
/* engine_value.c - renders the parameters of a match: its captures, and templates that refer to
 * them. */
#include <string.h>

#include "engine.h"

enum {
	DEPTH_MAX = 4,        /* of templates that refer to each other */
	REFERENCES_MAX = 256, /* in all templates of one value together */
};

/* Where the rendered text goes. */
struct sink {
	char *out;
	size_t len, size;
};

static void put(struct sink *sink, const char *text, size_t len)
{
	size_t room = sink->size - 1 - sink->len;

	if (len > room)
		len = room;
	memcpy(sink->out + sink->len, text, len);
	sink->len += len;
}

struct context {
	const struct engine_parts *parts;
	const struct engine_hit *hit;
	const char *absent;
	unsigned references;
};

static void render(struct context *c, const char *at, unsigned depth, struct sink *sink);

/* Write the group that the pattern captures under @name. False: there is none, or it is not set. */
static bool put_capture(const struct context *c, uint32_t name, struct sink *sink)
{
	const struct blob_pattern *p = &c->parts->patterns[c->hit->pattern];

	for (uint32_t i = 0; i < p->capture_count; i++) {
		const struct blob_capture *capture = &c->parts->captures[p->first_capture + i];
		uint32_t start, end;

		if (capture->name != name || capture->group >= c->hit->groups)
			continue;
		start = c->hit->ends[2 * capture->group];
		end = c->hit->ends[2 * capture->group + 1];
		if (start == UINT32_MAX)
			continue;
		put(sink, c->hit->text + start, end - start);
		return true;
	}
	return false;
}

static bool put_name(struct context *c, uint32_t name, unsigned depth, struct sink *sink)
{
	const struct blob_rule *rule = &c->parts->rules[c->hit->rule];

	if (put_capture(c, name, sink))
		return true;
	if (depth == DEPTH_MAX)
		return false;
	for (uint32_t i = 0; i < rule->param_count; i++) {
		const struct blob_param *p = &c->parts->params[rule->first_param + i];

		if (p->name != name)
			continue;
		render(c, c->parts->strings + p->value, depth + 1, sink);
		return true;
	}
	return false;
}

static void render(struct context *c, const char *at, unsigned depth, struct sink *sink)
{
	while (*at != '\0') {
		const char *ref = strchr(at, RULE_BLOB_REF);
		size_t plain = ref != NULL ? (size_t)(ref - at) : strlen(at);
		uint32_t name;

		put(sink, at, plain);
		at += plain;
		if (*at == '\0' || at[1] == '\0' || at[2] == '\0' ||
		    c->references++ == REFERENCES_MAX)
			break;
		name = ((unsigned char)at[1] & 127U) | ((unsigned char)at[2] & 127U) << 7;
		if (!put_name(c, name, depth, sink))
			put(sink, c->absent, strlen(c->absent));
		at += 3;
	}
}

/* Six parameters: three texts and the match; a text to fill is a pointer and a size. */
size_t engine_render(const struct rules *rules, const struct engine_hit *hit, const char *value,
                     const char *absent, char *out, size_t size)
{
	struct context c = {engine_parts(rules), hit, absent, 0};
	struct sink sink = {out, 0, size};

	render(&c, value, 0, &sink);
	out[sink.len] = '\0';
	return sink.len;
}

/* Six parameters: as engine_render(). */
bool engine_value(const struct rules *rules, const struct engine_hit *hit, const char *name,
                  const char *absent, char *out, size_t size)
{
	struct context c = {engine_parts(rules), hit, absent, 0};
	struct sink sink = {out, 0, size};
	bool found = false;

	for (uint32_t i = 0; i < c.parts->header->names.count && !found; i++)
		if (strcmp(c.parts->strings + c.parts->names[i].text, name) == 0)
			found = put_name(&c, i, 0, &sink);
	out[sink.len] = '\0';
	return found;
}
