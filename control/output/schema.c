/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - writes the tables into which exports load, from the list of fields. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "schema.h"

enum { NAME = 64, ENGINES = 3 };

struct schema {
	enum schema_engine engine;
	enum schema_rows rows;
	struct bytes *out;
	unsigned depth; /* of objects */
	bool any;       /* a column was written into the object that is open */
};

static void put(struct schema *s, const char *text)
{
	bytes_put(s->out, text, strlen(text));
}

/* ---- types ----------------------------------------------------------------------------------- */

enum type { TYPE_TEXT, TYPE_KEYWORD, TYPE_INT, TYPE_NUMBER, TYPE_BOOL, TYPE_TIME, TYPE_ADDR };

static const char *const types[][ENGINES] = {
	[TYPE_TEXT] = {"VARCHAR", "Nullable(String)", "text"},
	[TYPE_KEYWORD] = {"VARCHAR", "LowCardinality(Nullable(String))", "keyword"},
	[TYPE_INT] = {"BIGINT", "Nullable(Int64)", "long"},
	[TYPE_NUMBER] = {"DOUBLE", "Nullable(Float64)", "double"},
	[TYPE_BOOL] = {"BOOLEAN", "Nullable(Bool)", "boolean"},
	[TYPE_TIME] = {"TIMESTAMP", "Nullable(DateTime64(0, 'UTC'))", "date"},
	[TYPE_ADDR] = {"VARCHAR", "IPv6", "ip"},
};

static enum type type_of(const struct field *f)
{
	switch (f->type) {
	case FIELD_INT:
		return TYPE_INT;
	case FIELD_NUMBER:
		return TYPE_NUMBER;
	case FIELD_BOOL:
		return TYPE_BOOL;
	case FIELD_TIME:
		return TYPE_TIME;
	case FIELD_ADDR:
		return TYPE_ADDR;
	default:
		return (f->flags & FIELD_FACET) != 0 ? TYPE_KEYWORD : TYPE_TEXT;
	}
}

/* ClickHouse: the key of a table cannot be null. */
static const char *type_name(const struct schema *s, const char *name, enum type type)
{
	if (s->engine != SCHEMA_CLICKHOUSE || s->depth > 0)
		return types[type][s->engine];
	if (strcmp(name, "port") == 0)
		return "UInt16";
	return strcmp(name, "transport") == 0 ? "LowCardinality(String)" : types[type][s->engine];
}

/* ---- columns --------------------------------------------------------------------------------- */

static void begin_column(struct schema *s, const char *name)
{
	const char *quote = s->engine == SCHEMA_CLICKHOUSE ? "`" : "\"";

	put(s, s->any ? ",\n" : "\n");
	for (unsigned i = 0; i <= s->depth; i++)
		put(s, "  ");
	s->any = true;
	put(s, quote);
	put(s, name);
	put(s, quote);
	put(s, s->engine == SCHEMA_ELASTIC ? ": " : " ");
}

static void column(struct schema *s, const char *name, enum type type, bool many)
{
	const char *text = type_name(s, name, type);

	begin_column(s, name);
	if (s->engine == SCHEMA_ELASTIC)
		put(s, "{\"type\": \"");
	if (many && s->engine == SCHEMA_CLICKHOUSE)
		put(s, "Array(");
	put(s, text);
	if (many && s->engine == SCHEMA_CLICKHOUSE)
		put(s, ")");
	if (many && s->engine == SCHEMA_DUCKDB)
		put(s, "[]");
	/* Lucene indexes no longer terms. */
	if (s->engine == SCHEMA_ELASTIC)
		put(s, type == TYPE_KEYWORD ? "\", \"ignore_above\": 8191}" : "\"}");
}

static void open_object(struct schema *s, const char *name, bool many)
{
	static const char *const heads[] = {"STRUCT(", "Tuple(", "{\"properties\": {"};

	begin_column(s, name);
	if (many && s->engine == SCHEMA_CLICKHOUSE)
		put(s, "Array(");
	put(s, heads[s->engine]);
	s->depth++;
	s->any = false;
}

static void close_object(struct schema *s, bool many)
{
	s->depth--;
	s->any = true;
	put(s, s->engine == SCHEMA_ELASTIC ? "}}" : ")");
	if (many && s->engine == SCHEMA_CLICKHOUSE)
		put(s, ")");
	if (many && s->engine == SCHEMA_DUCKDB)
		put(s, "[]");
}

static void of_field(struct schema *s, const char *name, const struct field *f)
{
	bool many = (f->flags & FIELD_MANY) != 0;

	if (many && s->rows == SCHEMA_CSV)
		column(s, name, TYPE_TEXT, false); /* joined by semicolons */
	else
		column(s, name, type_of(f), many);
}

/* ---- documents ------------------------------------------------------------------------------- */

/* Write the fields from number @first on that have all of @flags and are in the object of that one. */
static void object_of(struct schema *s, size_t first, unsigned flags)
{
	const struct field *f = field_at(first);
	size_t len = strcspn(f->name, ".");
	char object[NAME];

	snprintf(object, sizeof(object), "%.*s", (int)len, f->name);
	open_object(s, object, false);
	for (size_t i = first; (f = field_at(i)) != NULL; i++)
		if ((f->flags & flags) == flags && strncmp(f->name, object, len) == 0 &&
		    f->name[len] == '.')
			of_field(s, f->name + len + 1, f);
	close_object(s, false);
}

static bool same_object(const struct field *a, const struct field *b)
{
	size_t len = strcspn(a->name, ".");

	return strncmp(a->name, b->name, len + 1) == 0 && a->name[len] == '.';
}

/* Whether an earlier field that has all of @flags is in the object of number @i. */
static bool was_written(size_t i, unsigned flags)
{
	const struct field *f = field_at(i);

	for (size_t k = 0; k < i; k++)
		if ((field_at(k)->flags & flags) == flags && same_object(f, field_at(k)))
			return true;
	return false;
}

static void members(struct schema *s, unsigned flags)
{
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		if ((f->flags & flags) != flags)
			continue;
		if (strchr(f->name, '.') == NULL)
			of_field(s, f->name, f);
		else if (!was_written(i, flags))
			object_of(s, i, flags);
	}
}

/* An entry of a list of findings, which no field is alone. */
struct entry {
	const char *name;
	enum type type;
};

static void entries(struct schema *s, const struct entry *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		column(s, list[i].name, list[i].type, false);
}

static void accepted(struct schema *s)
{
	static const struct entry list[] = {
		{"until", TYPE_TIME}, {"by", TYPE_KEYWORD}, {"reason", TYPE_TEXT}};

	open_object(s, "accepted", false);
	entries(s, list, sizeof(list) / sizeof(list[0]));
	close_object(s, false);
}

static void findings(struct schema *s)
{
	static const struct entry exposure[] = {
		{"id", TYPE_KEYWORD}, {"severity", TYPE_KEYWORD}, {"title", TYPE_TEXT}};
	static const struct entry vuln[] = {
		{"id", TYPE_KEYWORD},      {"severity", TYPE_KEYWORD},
		{"cvss", TYPE_NUMBER},     {"cvss_version", TYPE_KEYWORD},
		{"epss", TYPE_NUMBER},     {"kev", TYPE_BOOL},
		{"verdict", TYPE_KEYWORD}, {"confidence", TYPE_INT},
		{"source", TYPE_KEYWORD},  {"first_seen", TYPE_TIME},
	};
	static const struct entry evidence[] = {
		{"cpe", TYPE_KEYWORD},      {"version", TYPE_KEYWORD}, {"range", TYPE_KEYWORD},
		{"fixed_by", TYPE_KEYWORD}, {"why", TYPE_KEYWORD},
	};

	open_object(s, "exposures", true);
	entries(s, exposure, sizeof(exposure) / sizeof(exposure[0]));
	accepted(s);
	close_object(s, true);
	open_object(s, "vulns", true);
	entries(s, vuln, sizeof(vuln) / sizeof(vuln[0]));
	open_object(s, "evidence", false);
	entries(s, evidence, sizeof(evidence) / sizeof(evidence[0]));
	close_object(s, false);
	accepted(s);
	close_object(s, true);
}

static void document(struct schema *s)
{
	column(s, "ip", TYPE_ADDR, false);
	members(s, FIELD_DOC);
	members(s, FIELD_FACT);
	findings(s);
	column(s, "host_score", TYPE_INT, false);
	column(s, "host_level", TYPE_KEYWORD, false);
}

/* ---- lists of fields ------------------------------------------------------------------------- */

static int listed(struct schema *s, const char *list, struct error *err)
{
	for (const char *p = list;;) {
		size_t len = strcspn(p, ",");
		const struct field *f;
		char name[NAME];

		snprintf(name, sizeof(name), "%.*s", (int)(len < NAME ? len : NAME - 1), p);
		f = field_find(name);
		if (f == NULL)
			return field_unknown(name, (unsigned)(p - list) + 1, err);
		if ((f->flags & FIELD_NO_DATA) != 0)
			return error_at(err, -EINVAL, (unsigned)(p - list) + 1,
			                "%s cannot be shown: %s", f->name, f->help);
		of_field(s, f->name, f);
		if (p[len] == '\0')
			return 0;
		p += len + 1;
	}
}

/* Whether the list has the fields of the key. */
static bool has_key(const struct schema *s, const char *list)
{
	return s->rows == SCHEMA_DOCUMENTS || (strncmp(list, "ip,port,transport", 17) == 0 &&
	                                       (list[17] == ',' || list[17] == '\0'));
}

int schema_write(enum schema_engine engine, enum schema_rows rows, const char *fields,
                 struct bytes *out, struct error *err)
{
	static const char *const heads[] = {
		"CREATE TABLE services (", "CREATE TABLE services (",
		("{\"index_patterns\": [\"sonde-services*\"], \"template\": {\"mappings\": "
	         "{\"properties\": {")};
	struct schema s = {.engine = engine, .rows = rows, .out = out};
	int ret = 0;

	put(&s, heads[engine]);
	if (rows == SCHEMA_DOCUMENTS)
		document(&s);
	else
		ret = listed(&s, fields, err);
	if (engine == SCHEMA_ELASTIC)
		put(&s, "\n}}}}\n");
	else if (engine == SCHEMA_DUCKDB)
		put(&s, "\n);\n");
	else
		put(&s, has_key(&s, fields)
		                ? "\n) ENGINE = MergeTree ORDER BY (ip, port, transport);\n"
		                : "\n) ENGINE = MergeTree ORDER BY tuple();\n");
	return ret == 0 && out->failed ? error_set(err, -ENOMEM, "out of memory") : ret;
}
