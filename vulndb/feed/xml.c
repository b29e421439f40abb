/* SPDX-License-Identifier: Apache-2.0 */
/* xml.c - reads XML as a stream of elements with expat. */
#include "xml.h"

#include <errno.h>
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"

enum {
	CHUNK = 1 << 16,
	TOKEN_MAX =
		4
		<< 20, /* a tag or comment of so many bytes is refused, before it fills the memory */
};

struct xml {
	XML_Parser parser;
	xml_handler handler;
	void *arg;
	int result;
	const char *why;
	uint64_t fed, line;
	unsigned depth;
	char names[XML_DEPTH_MAX][XML_NAME];
	char text[XML_TEXT];
	size_t text_len;
};

static void stop(struct xml *x, int result, const char *why)
{
	if (x->result != 0)
		return;
	x->result = result;
	x->why = why;
	x->line = XML_GetCurrentLineNumber(x->parser);
	XML_StopParser(x->parser, XML_FALSE);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void send(struct xml *x, struct xml_event *e)
{
	int ret;

	e->element = x->names[x->depth - 1];
	e->parent = x->depth > 1 ? x->names[x->depth - 2] : "";
	ret = x->handler(x->arg, e);
	if (ret != 0)
		stop(x, ret, NULL);
}

/* ---- what expat calls ---- */

static void on_begin(void *arg, const char *name, const char **attributes)
{
	struct xml *x = arg;
	struct xml_event e = {.text = "", .attributes = attributes};
	const char *colon = strchr(name, ':');

	if (x->result != 0)
		return;
	if (x->depth == XML_DEPTH_MAX) {
		stop(x, -EINVAL, "elements are nested too deep");
		return;
	}
	snprintf(x->names[x->depth++], XML_NAME, "%s", colon != NULL ? colon + 1 : name);
	x->text_len = 0;
	send(x, &e);
}

static void on_end(void *arg, const char *name)
{
	struct xml *x = arg;
	struct xml_event e = {.end = true};
	const char *text = x->text;

	(void)name;
	if (x->result != 0)
		return;
	while (x->text_len > 0 && is_space(x->text[x->text_len - 1]))
		x->text_len--;
	x->text[x->text_len] = '\0';
	while (is_space(*text))
		text++;
	e.text = text;
	send(x, &e);
	x->text_len = 0;
	x->depth--;
}

static void on_text(void *arg, const char *text, int len)
{
	struct xml *x = arg;
	size_t n = (size_t)len, room = sizeof(x->text) - 1 - x->text_len;

	if (n > room)
		n = room;
	memcpy(x->text + x->text_len, text, n);
	x->text_len += n;
}

/* All that has no handler of its own, an entity among it: with this handler expat expands none. */
static void on_rest(void *arg, const char *text, int len)
{
	struct xml *x = arg;

	if (len > 0 && text[0] == '&' && x->depth > 0)
		stop(x, -EINVAL,
		     "it refers to other files or entities: take the file that has all in it");
}

/* Nine parameters: expat's. */
static void on_entity(void *arg, const char *name, int parameter, const char *value, int len,
                      const char *base, const char *system_id, const char *public_id,
                      const char *notation)
{
	(void)name, (void)parameter, (void)len, (void)base;
	(void)system_id, (void)public_id, (void)notation;
	/* The name of another file does no harm: it is not read. */
	if (value != NULL)
		stop(arg, -EINVAL, "it declares entities");
}

/* ---- a reader ---- */

struct xml *xml_new(xml_handler handler, void *arg)
{
	struct xml *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->handler = handler;
	x->arg = arg;
	x->parser = XML_ParserCreate(NULL);
	if (x->parser == NULL) {
		free(x);
		return NULL;
	}
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_begin, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetDefaultHandler(x->parser, on_rest);
	XML_SetEntityDeclHandler(x->parser, on_entity);
	return x;
}

void xml_free(struct xml *x)
{
	if (x == NULL)
		return;
	XML_ParserFree(x->parser);
	free(x);
}

static int parse(struct xml *x, const char *data, size_t len, bool final)
{
	XML_Index at;

	if (x->result != 0)
		return x->result;
	x->fed += len;
	if (XML_Parse(x->parser, data, (int)len, final) == XML_STATUS_ERROR)
		stop(x, XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY ? -ENOMEM : -EINVAL,
		     XML_ErrorString(XML_GetErrorCode(x->parser)));
	at = XML_GetCurrentByteIndex(x->parser);
	if (x->result == 0 && at >= 0 && x->fed - (uint64_t)at > TOKEN_MAX)
		stop(x, -EINVAL, "a tag is too long");
	return x->result;
}

int xml_feed(struct xml *x, const char *data, size_t len)
{
	int ret = 0;

	while (len > 0 && ret == 0) {
		size_t n = len < CHUNK ? len : CHUNK;

		ret = parse(x, data, n, false);
		data += n;
		len -= n;
	}
	return ret;
}

int xml_end(struct xml *x)
{
	return parse(x, "", 0, true);
}

uint64_t xml_line(const struct xml *x)
{
	return x->line;
}

const char *xml_why(const struct xml *x)
{
	return x->why;
}

const char *xml_attribute(const struct xml_event *e, const char *name)
{
	for (size_t i = 0; e->attributes != NULL && e->attributes[i] != NULL; i += 2)
		if (strcmp(e->attributes[i], name) == 0)
			return e->attributes[i + 1];
	return "";
}

/* ---- the root ---- */

struct span {
	const char *p, *end;
};

static bool begins(struct span s, const char *with)
{
	return (size_t)(s.end - s.p) >= strlen(with) && memcmp(s.p, with, strlen(with)) == 0;
}

static void skip_past(struct span *s, const char *mark)
{
	const char *at = memmem(s->p, (size_t)(s->end - s->p), mark, strlen(mark));

	s->p = at != NULL ? at + strlen(mark) : s->end;
}

/* Skip "<!DOCTYPE name ... [ declarations ]>". */
static void skip_doctype(struct span *s)
{
	bool inside = false;
	char quote = '\0';

	for (; s->p < s->end; s->p++) {
		if (quote != '\0') {
			quote = *s->p == quote ? '\0' : quote;
		} else if (begins(*s, "<!--")) {
			skip_past(s, "-->");
			s->p -= s->p < s->end;
		} else if (*s->p == '"' || *s->p == '\'') {
			quote = *s->p;
		} else if (*s->p == '[' || *s->p == ']') {
			inside = *s->p == '[';
		} else if (*s->p == '>' && !inside) {
			s->p++;
			return;
		}
	}
}

const char *xml_root(const char *head, size_t size, size_t *len)
{
	struct span s = {head, head + size};
	const char *name, *colon;

	for (;;) {
		while (s.p < s.end && is_space(*s.p))
			s.p++;
		if (begins(s, "<?"))
			skip_past(&s, "?>");
		else if (begins(s, "<!--"))
			skip_past(&s, "-->");
		else if (begins(s, "<!DOCTYPE"))
			skip_doctype(&s);
		else
			break;
	}
	if (!begins(s, "<"))
		return NULL;
	for (name = ++s.p; s.p < s.end && !is_space(*s.p) && *s.p != '>' && *s.p != '/';)
		s.p++;
	colon = memchr(name, ':', (size_t)(s.p - name));
	if (colon != NULL)
		name = colon + 1;
	*len = (size_t)(s.p - name);
	return *len > 0 ? name : NULL;
}
