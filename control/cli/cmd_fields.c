/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_fields.c - `sonde fields`: lists the fields of filters, columns, documents and facets. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmd.h"
#include "cmd_store.h"
#include "field.h"
#include "json.h"
#include "option.h"
#include "output_format.h"
#include "schema.h"
#include "table.h"
#include "term.h"

struct fields_options {
	enum output_format format;
	uint8_t schema; /* 1 + enum schema_engine; 0: none */
	const char *fields;
	bool csv;
};

/* What `sonde export --format csv` prints by itself. */
static const char *const csv_fields = "ip,port,transport,state,service,product,version,vuln,level,"
				      "score,host_level,host_score,last_seen";

static int option_schema(const char *text, void *field, struct error *err)
{
	static const char *const names[] = {"duckdb", "clickhouse", "elastic"};

	for (uint8_t i = SCHEMA_DUCKDB; i <= SCHEMA_ELASTIC; i++)
		if (strcmp(text, names[i]) == 0) {
			*(uint8_t *)field = (uint8_t)(i + 1);
			return 0;
		}
	return error_set(err, -EINVAL, "expected duckdb, clickhouse or elastic");
}

static const struct option_def defs[] = {
	{"output", 'o', "FORMAT", "table or json", option_format,
         offsetof(struct fields_options, format)},
	{"schema", 0, "ENGINE",
         "the table of duckdb, clickhouse or elastic into which exports load", option_schema,
         offsetof(struct fields_options, schema)},
	{"fields", 0, "FIELDS", "with --schema: of `export --fields`, not of whole documents",
         option_text, offsetof(struct fields_options, fields)},
	{"csv", 0, NULL, "with --schema: of `export --format csv`", NULL,
         offsetof(struct fields_options, csv)},
};

static const struct option_spec spec = {
	"sonde fields [TEXT] [--schema ENGINE] [options]",
	"Prints the fields: each is a filter of a query, a column of --columns and a\n"
	"member of the documents under the same name. With TEXT, those that have it in a\n"
	"name or in the meaning.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static bool has(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (; text != NULL && *text != '\0'; text++)
		if (strncasecmp(text, part, len) == 0)
			return true;
	return len == 0;
}

static bool fits(const struct field *f, const char *part)
{
	return has(f->name, part) || has(f->aliases, part) || has(f->help, part);
}

static void cell(struct table *t, const char *text)
{
	table_cell(t, text, strlen(text), NULL);
}

static void put_row(struct table *t, const struct field *f)
{
	bool no_data = (f->flags & FIELD_NO_DATA) != 0;
	char text[256], example[FIELD_EXAMPLE];

	cell(t, f->name);
	cell(t, no_data ? "-" : field_type_name(f->type));
	cell(t, (f->flags & FIELD_FACET) != 0 ? "yes" : "");
	cell(t, no_data ? "" : field_example(f, example));
	snprintf(text, sizeof(text), "%s%s", no_data ? "not yet: " : "", f->help);
	cell(t, text);
	cell(t, f->aliases != NULL ? f->aliases : "");
	table_end_row(t);
}

static int print_table(const char *part)
{
	static const struct table_column columns[] = {
		{"field", false, true},    {"type", false, true},     {"facet", false, true},
		{"example", false, false}, {"meaning", false, false}, {"other names", false, false},
	};
	struct table *t = NULL;
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		if (!fits(f, part))
			continue;
		if (t == NULL)
			t = table_open(stdout, columns, 6, term_width(stdout));
		if (t == NULL)
			return cmd_fail(CMD_FAILED, "out of memory");
		put_row(t, f);
	}
	if (t == NULL)
		return CMD_NOTHING;
	return table_close(t) == 0 ? CMD_OK : cmd_output_failed();
}

/* Write the blank-separated words of @aliases as an array. */
static void put_aliases(struct json *j, const char *aliases)
{
	json_open_array(j, "aliases");
	while (aliases != NULL && *aliases != '\0') {
		size_t n = strcspn(aliases, " ");
		char word[64];

		snprintf(word, sizeof(word), "%.*s", (int)(n < 63 ? n : 63), aliases);
		json_text(j, NULL, word);
		aliases += n + (aliases[n] == ' ');
	}
	json_close_array(j);
}

static void put_words(struct json *j, const struct field *f)
{
	if (f->words == NULL)
		return;
	json_open_array(j, "words");
	for (const char *const *w = f->words; *w != NULL; w++)
		json_text(j, NULL, *w);
	json_close_array(j);
}

static void put_field(struct json *j, const struct field *f)
{
	bool has_data = (f->flags & FIELD_NO_DATA) == 0;
	char example[FIELD_EXAMPLE];

	json_open_object(j, NULL);
	json_text(j, "name", f->name);
	put_aliases(j, f->aliases);
	json_bool(j, "has_data", has_data);
	if (has_data) {
		json_text(j, "type", field_type_name(f->type));
		json_bool(j, "facet", (f->flags & FIELD_FACET) != 0);
		json_bool(j, "many", (f->flags & FIELD_MANY) != 0);
	}
	put_words(j, f);
	json_text(j, "help", f->help);
	if (has_data)
		json_text(j, "example", field_example(f, example));
	json_close_object(j);
}

static int print_json(const char *part)
{
	struct json *j = json_begin(stdout, true);
	const struct field *f;
	bool any = false;

	if (j == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	json_open_array(j, NULL);
	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		if (!fits(f, part))
			continue;
		any = true;
		put_field(j, f);
	}
	json_close_array(j);
	if (json_done(j) != 0)
		return cmd_output_failed();
	return any ? CMD_OK : CMD_NOTHING;
}

static int print_schema(const struct fields_options *o)
{
	enum schema_rows rows = o->csv              ? SCHEMA_CSV
	                        : o->fields != NULL ? SCHEMA_FIELDS
	                                            : SCHEMA_DOCUMENTS;
	struct bytes text = {0};
	struct error err;
	int ret = schema_write((enum schema_engine)(o->schema - 1), rows,
	                       o->fields != NULL ? o->fields : csv_fields, &text, &err);
	int code = ret == 0 ? CMD_OK : cmd_fail_at(ret, "--fields", &err);

	if (ret == 0)
		fwrite(text.data, 1, text.len, stdout);
	bytes_fini(&text);
	return cmd_written(code);
}

int cmd_fields(int argc, char **argv)
{
	struct fields_options o = {.format = OUTPUT_TABLE};
	const char *part;
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first > 1)
		return cmd_fail(CMD_USAGE, "fields: `%s`: expected one TEXT at most",
		                argv[first + 1]);
	if (o.format != OUTPUT_TABLE && o.format != OUTPUT_JSON)
		return cmd_fail(CMD_USAGE, "--output: expected table or json");
	if (o.schema == 0 && (o.fields != NULL || o.csv))
		return cmd_fail(CMD_USAGE, "--fields and --csv go with --schema");
	if (o.schema != 0)
		return print_schema(&o);
	part = first < argc ? argv[first] : "";
	code = o.format == OUTPUT_JSON ? print_json(part) : print_table(part);
	if (code == CMD_NOTHING)
		return cmd_fail(CMD_NOTHING, "no field has `%s` in it", part);
	return cmd_written(code);
}
