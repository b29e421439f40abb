/* SPDX-License-Identifier: Apache-2.0 */
/* answer.c - puts answers and problem documents together. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "bytes_file.h"

void answer_fini(struct answer *a)
{
	if (a->json != NULL)
		json_done(a->json);
	if (a->out != NULL)
		fclose(a->out);
	bytes_fini(&a->body);
	doc_drop(a->doc);
	stream_free(a->stream);
	*a = (struct answer){0};
}

/* Where there is no memory for an answer, one without a body is left. */
static void no_memory(struct answer *a)
{
	answer_fini(a);
	a->status = 500;
}

FILE *answer_open(struct answer *a, unsigned status, const char *type)
{
	answer_fini(a);
	a->status = status;
	a->type = type;
	a->out = bytes_file_open(&a->body);
	if (a->out == NULL)
		no_memory(a);
	return a->out;
}

struct json *answer_object(struct answer *a, unsigned status)
{
	FILE *out = answer_open(a, status, ANSWER_JSON);

	a->json = out != NULL ? json_begin(out, false) : NULL;
	if (a->json == NULL) {
		no_memory(a);
		return NULL;
	}
	json_open_object(a->json, NULL);
	return a->json;
}

void answer_close(struct answer *a)
{
	bool failed = false;

	if (a->json != NULL) {
		json_close_object(a->json);
		failed = json_done(a->json) != 0;
		a->json = NULL;
	}
	if (a->out != NULL && fclose(a->out) != 0)
		failed = true;
	a->out = NULL;
	if (failed || a->body.failed)
		no_memory(a);
}

const char *answer_phrase(unsigned status)
{
	static const struct {
		unsigned status;
		const char *phrase;
	} list[] = {
		{200, "OK"},
		{201, "Created"},
		{202, "Accepted"},
		{204, "No Content"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{409, "Conflict"},
		{413, "Content Too Large"},
		{421, "Misdirected Request"},
		{429, "Too Many Requests"},
		{500, "Internal Server Error"},
		{503, "Service Unavailable"},
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (list[i].status == status)
			return list[i].phrase;
	return "Error";
}

static struct json *problem(struct answer *a, unsigned status, const char *type, const char *detail)
{
	struct json *j = answer_object(a, status);

	if (j == NULL)
		return NULL;
	a->type = ANSWER_PROBLEM;
	json_text(j, "type", type);
	json_text(j, "title", answer_phrase(status));
	json_int(j, "status", status);
	json_text(j, "detail", detail);
	return j;
}

void answer_problem(struct answer *a, unsigned status, const char *format, ...)
{
	unsigned retry_s = a->retry_s;
	char detail[ERROR_TEXT];
	va_list ap;

	va_start(ap, format);
	vsnprintf(detail, sizeof(detail), format, ap);
	va_end(ap);
	if (problem(a, status, "about:blank", detail) != NULL)
		answer_close(a);
	a->retry_s = retry_s;
}

/* The word behind "did you mean" in a message, without the marks around it. */
static void suggestion(const char *text, char out[64])
{
	const char *at = strstr(text, "did you mean ");

	out[0] = '\0';
	if (at == NULL)
		return;
	at += strlen("did you mean ");
	at += strspn(at, "`'\"");
	snprintf(out, 64, "%.*s", (int)strcspn(at, "`'\"?,; "), at);
}

void answer_refusal(struct answer *a, const char *name, const struct error *err)
{
	struct json *j = problem(a, 400, "about:blank", err->text);
	char meant[64];

	if (j == NULL)
		return;
	suggestion(err->text, meant);
	json_open_array(j, "errors");
	json_open_object(j, NULL);
	json_text(j, "parameter", name);
	if (err->column > 0)
		json_int(j, "column", err->column);
	json_text(j, "message", err->text);
	json_text(j, "suggestion", meant);
	json_close_object(j);
	json_close_array(j);
	answer_close(a);
}

void answer_failure(struct answer *a, int error)
{
	if (error == -EAGAIN) {
		a->retry_s = 1;
		answer_problem(a, 503, "too many readers of the database; try again");
		return;
	}
	answer_problem(a, 500, error == -ENOMEM ? "out of memory" : "the database: %s",
	               strerror(-error));
}
