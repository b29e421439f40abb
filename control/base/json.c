/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - writes JSON into a buffer, a member at a time, and the buffer to a stream. */
#include <errno.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "calendar.h"
#include "json.h"

struct json {
	struct bytes *to; /* of the caller, or own */
	struct bytes own; /* what is not yet written to @out */
	FILE *out;        /* NULL: the text goes into @to alone */
	unsigned depth;   /* of open objects and arrays */
	bool pretty;
	bool first; /* nothing stands in the object or array that was opened last */
	bool fresh; /* nothing of the text stands there yet */
	bool failed;
	int64_t second; /* of @time; -1: none */
	char time[CALENDAR_TEXT + 1];
};

enum { FLUSH = 65536, KEY_ROOM = 8 };

static struct json *begin(FILE *out, struct bytes *to)
{
	struct json *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->out = out;
	j->to = to != NULL ? to : &j->own;
	j->first = j->fresh = true;
	j->second = -1;
	return j;
}

struct json *json_begin(FILE *out, bool pretty)
{
	struct json *j = begin(out, NULL);

	if (j != NULL)
		j->pretty = pretty;
	return j;
}

struct json *json_begin_bytes(struct bytes *out)
{
	return begin(NULL, out);
}

static void flush(struct json *j)
{
	if (j->out == NULL)
		return;
	if (j->own.failed || fwrite(j->own.data, 1, j->own.len, j->out) != j->own.len)
		j->failed = true;
	bytes_clear(&j->own);
}

void json_end_line(struct json *j)
{
	bytes_put(j->to, "\n", 1);
	j->first = j->fresh = true;
	if (j->out != NULL && j->own.len >= FLUSH)
		flush(j);
}

int json_done(struct json *j)
{
	bool failed;

	if (!j->fresh || j->out != NULL)
		json_end_line(j);
	flush(j);
	failed = j->failed || j->to->failed;
	bytes_fini(&j->own);
	free(j);
	return failed ? -EIO : 0;
}

void json_fail(struct json *j)
{
	j->failed = true;
}

/* ---- what stands before a value -------------------------------------------------------------- */

static void indent(struct json *j)
{
	bytes_put(j->to, "\n", 1);
	for (unsigned i = 0; i < j->depth; i++)
		bytes_put(j->to, "  ", 2);
}

/* Write what stands before a value: comma and key. Returns where the value goes, with room for @len
 * bytes; NULL: no memory. end_value() ends it. */
static uint8_t *begin_value(struct json *j, const char *key, size_t len)
{
	size_t key_len = key != NULL ? strlen(key) : 0;
	uint8_t *to;

	if (j->out != NULL && j->own.len >= FLUSH)
		flush(j);
	if (j->pretty && j->depth > 0) {
		bytes_put(j->to, ",", j->first ? 0 : 1);
		indent(j);
		j->first = true;
	}
	to = bytes_room(j->to, key_len + KEY_ROOM + len);
	if (to == NULL)
		return NULL;
	*to = ',';
	to += !j->first;
	j->first = j->fresh = false;
	if (key == NULL)
		return to;
	*to++ = '"';
	memcpy(to, key, key_len);
	to += key_len;
	*to++ = '"';
	*to++ = ':';
	*to = ' ';
	return to + j->pretty;
}

static void end_value(struct json *j, const uint8_t *end)
{
	j->to->len = (size_t)(end - j->to->data);
}

static void put(struct json *j, const char *key, const void *value, size_t len)
{
	uint8_t *to = begin_value(j, key, len);

	if (to == NULL)
		return;
	memcpy(to, value, len);
	end_value(j, to + len);
}

static void open_one(struct json *j, const char *key, const char *bracket)
{
	put(j, key, bracket, 1);
	j->depth++;
	j->first = true;
}

static void close_one(struct json *j, const char *bracket)
{
	if (j->depth > 0)
		j->depth--;
	else
		j->failed = true;
	if (j->pretty && !j->first)
		indent(j);
	bytes_put(j->to, bracket, 1);
	j->first = false;
}

void json_open_object(struct json *j, const char *key)
{
	open_one(j, key, "{");
}

void json_open_made(struct json *j, const char *key, const void *data, size_t len)
{
	put(j, key, data, len);
	j->depth++;
}

void json_open_array(struct json *j, const char *key)
{
	open_one(j, key, "[");
}

void json_close_object(struct json *j)
{
	close_one(j, "}");
}

void json_close_array(struct json *j)
{
	close_one(j, "]");
}

/* ---- values ---------------------------------------------------------------------------------- */

void json_bytes(struct json *j, const char *key, const char *data, size_t len)
{
	uint8_t *to = begin_value(j, key, len + 2);
	size_t n;

	if (to == NULL)
		return;
	*to++ = '"';
	n = json_copy_plain(to, data, len);
	to += n;
	if (n == len) {
		*to = '"';
		end_value(j, to + 1);
		return;
	}
	end_value(j, to);
	json_escape(j->to, data + n, len - n);
	bytes_put(j->to, "\"", 1);
}

void json_text(struct json *j, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_bytes(j, key, text, strlen(text));
}

void json_members(struct json *j, const void *data, size_t len)
{
	put(j, NULL, data, len);
}

void json_raw(struct json *j, const char *key, const void *data, size_t len)
{
	put(j, key, data, len);
}

enum { INT_ROOM = 20 };

void json_int(struct json *j, const char *key, int64_t n)
{
	uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n, power = 1;
	uint8_t *to = begin_value(j, key, INT_ROOM);

	if (to == NULL)
		return;
	if (n < 0)
		*to++ = '-';
	while (power <= rest / 10)
		power *= 10;
	for (; power > 9; power /= 10)
		*to++ = (uint8_t)('0' + rest / power % 10);
	*to++ = (uint8_t)('0' + rest % 10);
	end_value(j, to);
}

void json_uint(struct json *j, const char *key, uint64_t n)
{
	json_int(j, key, n < INT64_MAX ? (int64_t)n : INT64_MAX);
}

void json_number(struct json *j, const char *key, double n, int decimals)
{
	char text[64];

	if (!isfinite(n) || fabs(n) > 1e18)
		return;
	put(j, key, text, (size_t)snprintf(text, sizeof(text), "%.*f", decimals, n));
}

void json_bool(struct json *j, const char *key, bool b)
{
	put(j, key, b ? "true" : "false", b ? 4 : 5);
}

void json_unknown(struct json *j, const char *key)
{
	put(j, key, "null", 4);
}

/* The members of a service often have the same second. */
void json_time(struct json *j, const char *key, int64_t us)
{
	if (us == 0)
		return;
	if (us / 1000000 != j->second || us < 0) {
		j->second = us / 1000000;
		j->time[0] = '"';
		calendar_format(us, j->time + 1);
		j->time[CALENDAR_TEXT] = '"';
	}
	put(j, key, j->time, CALENDAR_TEXT + 1);
}

void json_base64(struct json *j, const char *key, const void *data, size_t len)
{
	uint8_t *to;

	put(j, key, "\"", 1);
	to = bytes_room(j->to, 4 * ((len + 2) / 3) + 1);
	if (to != NULL)
		j->to->len += (size_t)EVP_EncodeBlock(to, data, (int)len);
	bytes_put(j->to, "\"", 1);
}

/* ---- a text printed anew --------------------------------------------------------------------- */

/* A text that is printed anew: the keys come by themselves. */
struct reprint {
	struct json *j;
	struct bytes key; /* of the next value, with a NUL at its end; empty: it has none */
};

static const char *key_of(struct reprint *r)
{
	const char *key = r->key.len > 0 ? (const char *)r->key.data : NULL;

	r->key.len = 0;
	return key;
}

static int going_on(const struct reprint *r)
{
	return !r->j->failed && !r->j->to->failed && !r->key.failed;
}

static int take_key(void *arg, const unsigned char *text, size_t len)
{
	struct reprint *r = arg;

	json_escape(&r->key, (const char *)text, strnlen((const char *)text, len));
	bytes_put(&r->key, "", 1);
	return going_on(r);
}

static int take_null(void *arg)
{
	struct reprint *r = arg;

	json_unknown(r->j, key_of(r));
	return going_on(r);
}

static int take_bool(void *arg, int b)
{
	struct reprint *r = arg;

	json_bool(r->j, key_of(r), b != 0);
	return going_on(r);
}

static int take_number(void *arg, const char *text, size_t len)
{
	struct reprint *r = arg;

	json_raw(r->j, key_of(r), text, len);
	return going_on(r);
}

/* A backslash stands here for itself: the text has its escapes already. */
static int take_string(void *arg, const unsigned char *text, size_t len)
{
	struct reprint *r = arg;

	put(r->j, key_of(r), "\"", 1);
	for (size_t n; len > 0; text += n, len -= n) {
		const unsigned char *slash = memchr(text, '\\', len);

		n = slash == NULL ? len : (size_t)(slash - text);
		json_escape(r->j->to, (const char *)text, n);
		if (slash != NULL) {
			bytes_put(r->j->to, "\\\\", 2);
			n++;
		}
	}
	bytes_put(r->j->to, "\"", 1);
	return going_on(r);
}

static int take_open_object(void *arg)
{
	struct reprint *r = arg;

	json_open_object(r->j, key_of(r));
	return going_on(r);
}

static int take_close_object(void *arg)
{
	struct reprint *r = arg;

	json_close_object(r->j);
	return going_on(r);
}

static int take_open_array(void *arg)
{
	struct reprint *r = arg;

	json_open_array(r->j, key_of(r));
	return going_on(r);
}

static int take_close_array(void *arg)
{
	struct reprint *r = arg;

	json_close_array(r->j);
	return going_on(r);
}

int json_reprint(FILE *out, const char *text, size_t len)
{
	static const yajl_callbacks take = {
		.yajl_null = take_null,
		.yajl_boolean = take_bool,
		.yajl_number = take_number,
		.yajl_string = take_string,
		.yajl_start_map = take_open_object,
		.yajl_map_key = take_key,
		.yajl_end_map = take_close_object,
		.yajl_start_array = take_open_array,
		.yajl_end_array = take_close_array,
	};
	struct reprint r = {.j = json_begin(out, true)};
	yajl_handle parser = r.j != NULL ? yajl_alloc(&take, NULL, &r) : NULL;
	int ret = parser != NULL ? 0 : -ENOMEM;

	if (ret == 0 && (yajl_parse(parser, (const unsigned char *)text, len) != yajl_status_ok ||
	                 yajl_complete_parse(parser) != yajl_status_ok))
		ret = going_on(&r) ? -EINVAL : -EIO;
	if (parser != NULL)
		yajl_free(parser);
	bytes_fini(&r.key);
	if (r.j != NULL && json_done(r.j) != 0 && ret == 0)
		ret = -EIO;
	return ret;
}
