/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - writes JSON to a stream, a member at a time. */
#include <errno.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

#include "calendar.h"
#include "json.h"
#include "text.h"

struct json {
	yajl_gen gen;
	FILE *out;
	struct bytes scratch;
	bool pretty;
	bool failed;
};

static void print(void *arg, const char *text, size_t len)
{
	struct json *j = arg;

	if (fwrite(text, 1, len, j->out) != len)
		j->failed = true;
}

struct json *json_begin(FILE *out, bool pretty)
{
	struct json *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->out = out;
	j->pretty = pretty;
	j->gen = yajl_gen_alloc(NULL);
	if (j->gen == NULL) {
		free(j);
		return NULL;
	}
	yajl_gen_config(j->gen, yajl_gen_print_callback, print, j);
	yajl_gen_config(j->gen, yajl_gen_beautify, pretty);
	yajl_gen_config(j->gen, yajl_gen_indent_string, "  ");
	return j;
}

int json_done(struct json *j)
{
	bool failed = j->failed || j->scratch.failed;

	if (!j->pretty && fputc('\n', j->out) == EOF) /* yajl ends indented output itself */
		failed = true;
	yajl_gen_free(j->gen);
	bytes_fini(&j->scratch);
	free(j);
	return failed ? -EIO : 0;
}

void json_fail(struct json *j)
{
	j->failed = true;
}

static void check(struct json *j, yajl_gen_status status)
{
	if (status != yajl_gen_status_ok && status != yajl_gen_generation_complete)
		j->failed = true;
}

static void string(struct json *j, const char *text, size_t len)
{
	check(j, yajl_gen_string(j->gen, (const unsigned char *)text, len));
}

static void put_key(struct json *j, const char *key)
{
	if (key != NULL)
		string(j, key, strlen(key));
}

void json_open_object(struct json *j, const char *key)
{
	put_key(j, key);
	check(j, yajl_gen_map_open(j->gen));
}

void json_open_array(struct json *j, const char *key)
{
	put_key(j, key);
	check(j, yajl_gen_array_open(j->gen));
}

void json_close_object(struct json *j)
{
	check(j, yajl_gen_map_close(j->gen));
}

void json_close_array(struct json *j)
{
	check(j, yajl_gen_array_close(j->gen));
}

void json_bytes(struct json *j, const char *key, const char *data, size_t len)
{
	put_key(j, key);
	j->scratch.len = 0;
	text_escape(&j->scratch, data, len, TEXT_PLAIN);
	string(j, j->scratch.len == 0 ? "" : (const char *)j->scratch.data, j->scratch.len);
}

void json_text(struct json *j, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_bytes(j, key, text, strlen(text));
}

void json_int(struct json *j, const char *key, int64_t n)
{
	put_key(j, key);
	check(j, yajl_gen_integer(j->gen, n));
}

void json_uint(struct json *j, const char *key, uint64_t n)
{
	json_int(j, key, n < INT64_MAX ? (int64_t)n : INT64_MAX);
}

void json_number(struct json *j, const char *key, double n, int decimals)
{
	char text[64];
	int len;

	if (!isfinite(n) || fabs(n) > 1e18)
		return;
	put_key(j, key);
	len = snprintf(text, sizeof(text), "%.*f", decimals, n);
	check(j, yajl_gen_number(j->gen, text, (size_t)len));
}

void json_bool(struct json *j, const char *key, bool b)
{
	put_key(j, key);
	check(j, yajl_gen_bool(j->gen, b));
}

void json_unknown(struct json *j, const char *key)
{
	put_key(j, key);
	check(j, yajl_gen_null(j->gen));
}

void json_time(struct json *j, const char *key, int64_t us)
{
	char text[CALENDAR_TEXT];

	if (us != 0)
		json_text(j, key, calendar_format(us, text));
}

void json_base64(struct json *j, const char *key, const void *data, size_t len)
{
	unsigned char *text = malloc(4 * ((len + 2) / 3) + 1);
	int n;

	if (text == NULL) {
		j->failed = true;
		return;
	}
	n = EVP_EncodeBlock(text, data, (int)len);
	put_key(j, key);
	string(j, (const char *)text, (size_t)n);
	free(text);
}

/* ---- a text printed anew ---- */

static int ok(struct json *j, yajl_gen_status status)
{
	check(j, status);
	return !j->failed;
}

static int take_null(void *j)
{
	return ok(j, yajl_gen_null(((struct json *)j)->gen));
}

static int take_bool(void *j, int b)
{
	return ok(j, yajl_gen_bool(((struct json *)j)->gen, b));
}

static int take_number(void *j, const char *text, size_t len)
{
	return ok(j, yajl_gen_number(((struct json *)j)->gen, text, len));
}

static int take_string(void *j, const unsigned char *text, size_t len)
{
	return ok(j, yajl_gen_string(((struct json *)j)->gen, text, len));
}

static int take_open_object(void *j)
{
	return ok(j, yajl_gen_map_open(((struct json *)j)->gen));
}

static int take_close_object(void *j)
{
	return ok(j, yajl_gen_map_close(((struct json *)j)->gen));
}

static int take_open_array(void *j)
{
	return ok(j, yajl_gen_array_open(((struct json *)j)->gen));
}

static int take_close_array(void *j)
{
	return ok(j, yajl_gen_array_close(((struct json *)j)->gen));
}

int json_reprint(FILE *out, const char *text, size_t len)
{
	static const yajl_callbacks take = {
		.yajl_null = take_null,
		.yajl_boolean = take_bool,
		.yajl_number = take_number,
		.yajl_string = take_string,
		.yajl_start_map = take_open_object,
		.yajl_map_key = take_string,
		.yajl_end_map = take_close_object,
		.yajl_start_array = take_open_array,
		.yajl_end_array = take_close_array,
	};
	struct json *j = json_begin(out, true);
	yajl_handle parser = j != NULL ? yajl_alloc(&take, NULL, j) : NULL;
	int ret = parser != NULL ? 0 : -ENOMEM;

	if (ret == 0 && (yajl_parse(parser, (const unsigned char *)text, len) != yajl_status_ok ||
	                 yajl_complete_parse(parser) != yajl_status_ok))
		ret = j->failed ? -EIO : -EINVAL;
	if (parser != NULL)
		yajl_free(parser);
	if (j != NULL && json_done(j) != 0 && ret == 0)
		ret = -EIO;
	return ret;
}
