/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.c - describes the routes: OpenAPI 3.1, and the list for the manual. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "answer.h"
#include "bytes_file.h"
#include "field.h"
#include "key.h"
#include "option.h"
#include "param.h"
#include "route.h"
#include "schemas.h"
#include "serve.h"

/* ---- parameters ------------------------------------------------------------------------------ */

static void put_schema_of(struct json *j, const struct param *p)
{
	static const char *const kinds[] = {"affected", "possible", "fixed"};

	json_open_object(j, "schema");
	json_text(j, "type",
	          p->type == PARAM_NUMBER ? "integer"
	          : p->type == PARAM_BOOL ? "boolean"
	                                  : "string");
	if (p->type == PARAM_NUMBER) {
		json_uint(j, "minimum", p->least);
		json_uint(j, "maximum", p->most);
		if (p->standard > 0)
			json_uint(j, "default", p->standard);
	} else if (p->type == PARAM_TEXT) {
		json_uint(j, "maxLength", p->most);
	} else if (p->type == PARAM_WORD) {
		json_open_array(j, "enum");
		for (unsigned i = 0; p->words[i] != NULL; i++)
			json_text(j, NULL, p->words[i]);
		json_close_array(j);
	} else if (p->type == PARAM_VERDICT) {
		json_open_array(j, "examples");
		for (unsigned i = 0; i < 3; i++)
			json_text(j, NULL, kinds[i]);
		json_close_array(j);
	}
	json_close_object(j);
}

static void put_parameters(struct json *j, const struct route *r)
{
	json_open_array(j, "parameters");
	for (unsigned id = 0; id < PARAM_COUNT; id++) {
		const struct param *p = param_at(id);

		if ((r->params >> id & 1) == 0)
			continue;
		json_open_object(j, NULL);
		json_text(j, "name", p->name);
		json_text(j, "in", id < PARAM_PATHS ? "path" : "query");
		json_bool(j, "required", id < PARAM_PATHS);
		json_text(j, "description", p->help);
		put_schema_of(j, p);
		json_close_object(j);
	}
	json_close_array(j);
}

/* ---- replies --------------------------------------------------------------------------------- */

static void put_ref(struct json *j, const char *key, const char *schema)
{
	char ref[80];

	json_open_object(j, key);
	if (schema[0] != '\0') {
		snprintf(ref, sizeof(ref), "#/components/schemas/%.40s", schema);
		json_text(j, "$ref", ref);
	}
	json_close_object(j);
}

static bool is_lines(const char *type)
{
	return strcmp(type, ANSWER_JSON) != 0 && strcmp(type, ANSWER_PROBLEM) != 0;
}

/* OpenAPI 3.1 cannot describe the items of a stream: x-item-schema does. */
static void put_content(struct json *j, const char *type, const char *schema)
{
	json_open_object(j, type);
	if (is_lines(type)) {
		json_open_object(j, "schema");
		json_text(j, "type", "string");
		json_close_object(j);
		if (schema[0] != '\0')
			put_ref(j, "x-item-schema", schema);
	} else {
		put_ref(j, "schema", schema);
	}
	json_close_object(j);
}

/* Replies of one status stand together in the table, and differ in their types. */
static void put_replies(struct json *j, const struct route *r)
{
	char status[8];

	json_open_object(j, "responses");
	for (unsigned i = 0; i < ROUTE_REPLIES && r->replies[i].status != 0;) {
		uint16_t at = r->replies[i].status;

		snprintf(status, sizeof(status), "%u", at);
		json_open_object(j, status);
		json_text(j, "description", answer_phrase(at));
		if (r->replies[i].type != NULL)
			json_open_object(j, "content");
		for (; i < ROUTE_REPLIES && r->replies[i].status == at; i++)
			if (r->replies[i].type != NULL)
				put_content(j, r->replies[i].type, r->replies[i].schema);
		if (r->replies[i - 1].type != NULL)
			json_close_object(j);
		json_close_object(j);
	}
	json_open_object(j, "default");
	json_text(j, "description",
	          "a problem document (RFC 9457): 401, 403, 421, 429 with Retry-After, 500, 503");
	json_open_object(j, "content");
	put_content(j, ANSWER_PROBLEM, "Problem");
	json_close_object(j);
	json_close_object(j);
	json_close_object(j);
}

static const char *scope_name(uint8_t scope)
{
	for (unsigned i = 0; key_scope_name(i) != NULL; i++)
		if (scope >> i == 1)
			return key_scope_name(i);
	return "";
}

static void put_operation(struct json *j, const struct route *r)
{
	const char *method = strcmp(r->method, "GET") == 0    ? "get"
	                     : strcmp(r->method, "POST") == 0 ? "post"
	                                                      : "delete";

	json_open_object(j, method);
	json_text(j, "operationId", r->id);
	json_text(j, "summary", r->help);
	json_text(j, "x-scope", scope_name(r->scope));
	put_parameters(j, r);
	if (r->body != NULL) {
		json_open_object(j, "requestBody");
		json_bool(j, "required", true);
		json_open_object(j, "content");
		put_content(j, strcmp(r->body, "Addresses") == 0 ? ANSWER_NDJSON : ANSWER_JSON,
		            r->body);
		json_close_object(j);
		json_close_object(j);
	}
	put_replies(j, r);
	json_open_array(j, "security");
	if ((r->flags & ROUTE_OPEN) == 0) {
		json_open_object(j, NULL);
		json_open_array(j, "key");
		json_close_array(j);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

/* Routes of one path need not stand together in the table. */
static void put_paths(struct json *j)
{
	json_open_object(j, "paths");
	for (size_t i = 0; route_at(i) != NULL; i++) {
		const char *path = route_at(i)->path;
		bool is_first = true;

		for (size_t k = 0; k < i; k++)
			is_first = is_first && strcmp(route_at(k)->path, path) != 0;
		if (!is_first)
			continue;
		json_open_object(j, path);
		for (size_t k = i; route_at(k) != NULL; k++)
			if (strcmp(route_at(k)->path, path) == 0)
				put_operation(j, route_at(k));
		json_close_object(j);
	}
	json_close_object(j);
}

/* ---- the document ---------------------------------------------------------------------------- */

static void put_fields(struct json *j)
{
	json_open_array(j, "x-query-fields");
	for (size_t i = 0; field_at(i) != NULL; i++) {
		const struct field *f = field_at(i);

		if ((f->flags & FIELD_NO_DATA) != 0)
			continue;
		json_open_object(j, NULL);
		json_text(j, "name", f->name);
		json_text(j, "type", field_type_name(f->type));
		json_bool(j, "facet", (f->flags & FIELD_FACET) != 0);
		json_text(j, "description", f->help);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_security(struct json *j)
{
	json_open_object(j, "securitySchemes");
	json_open_object(j, "key");
	json_text(j, "type", "http");
	json_text(j, "scheme", "bearer");
	json_text(j, "description",
	          "a key of `sonde key add`; also as X-API-Key, or as the cookie of /v1/session");
	json_close_object(j);
	json_close_object(j);
}

static void put_head(struct json *j)
{
	json_text(j, "openapi", "3.1.0");
	json_open_object(j, "info");
	json_text(j, "title", "Sonde");
	json_text(j, "version", SONDE_VERSION);
	json_text(
		j, "description",
		"What Sonde knows about the hosts of a network. Times are RFC 3339 in UTC; what is "
		"not known is absent.");
	json_close_object(j);
}

int serve_openapi(FILE *out)
{
	struct bytes text = {0};
	FILE *head = bytes_file_open(&text);
	struct json *j = head != NULL ? json_begin(head, false) : NULL;
	int ret;

	if (j == NULL) {
		if (head != NULL)
			fclose(head);
		return -EIO;
	}
	json_open_object(j, NULL);
	put_head(j);
	put_paths(j);
	put_fields(j);
	json_open_object(j, "components");
	put_security(j);
	json_close_object(j);
	json_close_object(j);
	ret = json_done(j);
	if (ret != 0 || fclose(head) != 0 || text.failed) {
		bytes_fini(&text);
		return -EIO;
	}
	/* The schemas are JSON already: they go before the braces that close components and all. */
	text.len -= strlen("}}\n");
	fwrite(text.data, 1, text.len, out);
	fprintf(out, ",\"schemas\":{\"Host\":%s,%s}}\n", schemas_host(), schemas_text() + 1);
	bytes_fini(&text);
	return ferror(out) ? -EIO : 0;
}

/* ---- the manual ------------------------------------------------------------------------------ */

static void man_route(FILE *out, const struct route *r)
{
	const char *between = " Parameters: ";

	fprintf(out, "*%s ", r->method);
	option_man_text(r->path, out);
	fputs("*\n\t", out);
	option_man_text(r->help, out);
	fputs(".", out);
	for (unsigned id = PARAM_PATHS; id < PARAM_COUNT; id++) {
		if ((r->params >> id & 1) == 0)
			continue;
		fprintf(out, "%s_", between);
		option_man_text(param_at(id)->name, out);
		fputs("_", out);
		between = ", ";
	}
	fputs(between[0] == ',' ? "." : "", out);
	if (r->scope != 0)
		fprintf(out, " Scope: %s.", scope_name(r->scope));
	fputs("\n\n", out);
}

void serve_routes(FILE *out, bool man)
{
	for (size_t i = 0; route_at(i) != NULL; i++) {
		const struct route *r = route_at(i);

		if (man)
			man_route(out, r);
		else
			fprintf(out, "%-6s  %-28s  %-7s  %s\n", r->method, r->path,
			        scope_name(r->scope), r->help);
	}
}
