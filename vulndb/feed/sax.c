/* SPDX-License-Identifier: Apache-2.0 */
/* sax.c - reads hostile JSON as a bounded stream of events. */
#include "sax.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

struct level {
	char name[SAX_KEY_MAX]; /* the name under which the container was opened */
	char key[SAX_KEY_MAX];  /* of the member being read, in an object */
	bool array;
};

struct sax {
	yajl_handle yajl;
	sax_handler handler;
	void *arg;
	int error;
	const char *why;
	unsigned int depth;
	struct level levels[SAX_DEPTH_MAX + 1];
	char text[SAX_STRING_MAX + 16];
	/* The state of the scan that all bytes pass before the parser. */
	uint64_t line;
	unsigned int nesting;
	size_t run;          /* bytes of the string or bare word so far */
	unsigned int escape; /* bytes that still belong to an escape */
	bool in_string;
};

static const char *current_key(const struct sax *j)
{
	const struct level *l = &j->levels[j->depth];

	return l->array ? l->name : l->key;
}

static int emit(struct sax *j, enum sax_type type, const void *text, size_t len, bool truth)
{
	struct sax_event e = {
		.type = type,
		.depth = j->depth,
		.key = current_key(j),
		.parent = j->levels[j->depth].name,
		.text = j->text,
		.len = len < sizeof(j->text) - 1 ? len : sizeof(j->text) - 1,
		.truth = truth,
	};

	if (e.len > 0)
		memcpy(j->text, text, e.len);
	j->text[e.len] = '\0';
	j->error = j->handler(j->arg, &e);
	return j->error == 0;
}

static int on_null(void *arg)
{
	return emit(arg, SAX_NULL, NULL, 0, false);
}

static int on_bool(void *arg, int truth)
{
	return emit(arg, SAX_BOOL, NULL, 0, truth != 0);
}

static int on_number(void *arg, const char *text, size_t len)
{
	return emit(arg, SAX_NUMBER, text, len, false);
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
	return emit(arg, SAX_STRING, text, len, false);
}

static int on_key(void *arg, const unsigned char *text, size_t len)
{
	struct sax *j = arg;
	struct level *l = &j->levels[j->depth];

	if (len >= SAX_KEY_MAX)
		len = SAX_KEY_MAX - 1;
	memcpy(l->key, text, len);
	l->key[len] = '\0';
	return 1;
}

static int open_level(struct sax *j, bool array)
{
	struct level *l;

	if (emit(j, array ? SAX_ARRAY : SAX_OBJECT, NULL, 0, false) == 0)
		return 0;
	if (j->depth == SAX_DEPTH_MAX)
		return 0;
	l = &j->levels[j->depth + 1];
	memcpy(l->name, current_key(j), SAX_KEY_MAX);
	l->key[0] = '\0';
	l->array = array;
	j->depth++;
	return 1;
}

static int close_level(struct sax *j, bool array)
{
	j->depth--;
	return emit(j, array ? SAX_ARRAY_END : SAX_OBJECT_END, NULL, 0, false);
}

static int on_object(void *arg)
{
	return open_level(arg, false);
}

static int on_object_end(void *arg)
{
	return close_level(arg, false);
}

static int on_array(void *arg)
{
	return open_level(arg, true);
}

static int on_array_end(void *arg)
{
	return close_level(arg, true);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_bool,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_object,
	.yajl_map_key = on_key,
	.yajl_end_map = on_object_end,
	.yajl_start_array = on_array,
	.yajl_end_array = on_array_end,
};

struct sax *sax_new(sax_handler handler, void *arg)
{
	struct sax *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->handler = handler;
	j->arg = arg;
	j->line = 1;
	j->levels[0].array = true;
	j->yajl = yajl_alloc(&callbacks, NULL, j);
	if (j->yajl == NULL) {
		free(j);
		return NULL;
	}
	yajl_config(j->yajl, yajl_allow_multiple_values, 1);
	yajl_config(j->yajl, yajl_dont_validate_strings, 1);
	return j;
}

void sax_free(struct sax *j)
{
	if (j == NULL)
		return;
	yajl_free(j->yajl);
	free(j);
}

static int refuse(struct sax *j, const char *why)
{
	j->why = why;
	return -EINVAL;
}

static int parse(struct sax *j, const char *p, size_t len)
{
	yajl_status status;

	if (len == 0)
		return 0;
	status = yajl_parse(j->yajl, (const unsigned char *)p, len);
	if (status == yajl_status_ok)
		return 0;
	/* @line counts up to the end of these bytes, and the fault lies somewhere in them: take off
	 * the lines behind it. */
	for (size_t i = yajl_get_bytes_consumed(j->yajl); i < len; i++)
		j->line -= p[i] == '\n';
	return j->error != 0 ? j->error : refuse(j, "this is no valid JSON");
}

/* Scan one byte inside a string. False where the parser shall not see it, since the string is too
 * long. */
static bool string_byte(struct sax *j, char c)
{
	bool boundary = j->escape == 0 && ((unsigned char)c & 0xc0) != 0x80;

	if (c == '\n')
		j->line++;
	if (j->escape > 0) {
		j->escape = j->escape == 5 && c == 'u' ? 4 : j->escape == 5 ? 0 : j->escape - 1;
	} else if (c == '\\') {
		j->escape = 5; /* the next byte decides how long it is */
	} else if (c == '"') {
		j->in_string = false;
		j->run = 0;
		return true;
	}
	if (j->run >= SAX_STRING_MAX && (boundary || j->run > SAX_STRING_MAX)) {
		j->run = SAX_STRING_MAX + 1;
		return false;
	}
	if (j->run < SAX_STRING_MAX)
		j->run++;
	return true;
}

/* Scan one byte outside strings. 0 or -EINVAL. */
static int bare_byte(struct sax *j, char c)
{
	bool structural = true;

	switch (c) {
	case '"':
		j->in_string = true;
		j->escape = 0;
		break;
	case '{':
	case '[':
		if (++j->nesting > SAX_DEPTH_MAX)
			return refuse(j, "nested too deep");
		break;
	case '}':
	case ']':
		j->nesting -= j->nesting > 0;
		break;
	case '\n':
		j->line++;
		break;
	case ' ':
	case '\t':
	case '\r':
	case ',':
	case ':':
		break;
	default:
		structural = false;
	}
	j->run = structural ? 0 : j->run + 1;
	return j->run > SAX_NUMBER_MAX ? refuse(j, "a number is too long") : 0;
}

/* While a string is being cut: how many of the next bytes can be skipped at once, up to a quote, a
 * backslash or a line feed. */
static size_t mute(const struct sax *j, const char *p, size_t len)
{
	size_t n = 0;

	if (!j->in_string || j->escape > 0 || j->run <= SAX_STRING_MAX)
		return 0;
	while (n < len && p[n] != '"' && p[n] != '\\' && p[n] != '\n')
		n++;
	return n;
}

int sax_feed(struct sax *j, const char *data, size_t len)
{
	size_t start = 0;
	bool wanted = true;
	int ret = 0;

	for (size_t i = 0; i < len && ret == 0; i++) {
		bool keep = true;

		if (!wanted)
			i += mute(j, data + i, len - i);
		if (i == len)
			break;
		if (j->in_string)
			keep = string_byte(j, data[i]);
		else
			ret = bare_byte(j, data[i]);
		if (wanted && !keep)
			ret = parse(j, data + start, i - start);
		if (!wanted && keep)
			start = i;
		wanted = keep;
	}
	return ret == 0 && wanted ? parse(j, data + start, len - start) : ret;
}

int sax_end(struct sax *j)
{
	if (j->in_string || j->nesting > 0)
		return refuse(j, "the input ends in the middle of a value");
	if (yajl_complete_parse(j->yajl) == yajl_status_ok)
		return 0;
	return j->error != 0 ? j->error : refuse(j, "the input ends in the middle of a value");
}

uint64_t sax_line(const struct sax *j)
{
	return j->line;
}

const char *sax_why(const struct sax *j)
{
	return j->why;
}

const char *sax_path(const struct sax *j, unsigned int depth)
{
	return depth <= j->depth ? j->levels[depth].name : "";
}
