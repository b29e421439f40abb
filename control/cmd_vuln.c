/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_vuln.c - `sonde vuln`: what a CVE affects, what fixed it, and which services have it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_store.h"
#include "cmd_vulndb.h"
#include "json.h"
#include "term.h"

struct vuln_options {
	const char *path, *db;
	enum export_format format;
};

#define FIELD(name) offsetof(struct vuln_options, name)

static const struct option_def defs[] = {
	{"vulndb", 0, "FILE", "knowledge file", option_text, FIELD(path)},
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec spec = {
	"sonde vuln CVE-ID [options]",
	"Prints what a CVE affects, by version ranges, which packages fixed it, whether it is exploited, and the services of\n"
	"the database that it affects, may affect, or that have the fix.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* ---- the knowledge ---- */

static void print_line(void *arg, const char *key, const char *value)
{
	(void)arg;
	printf("%-16s ", key);
	term_print(stdout, value, strlen(value));
	putchar('\n');
}

/* The keys of vulndb_cve() in JSON; those with parts are lists of objects. */
static const struct shape {
	const char *key, *name;
	const char *part[3]; /* of the value, divided by blanks; the last takes the rest */
} shapes[] = {
	{"score", "score", {NULL}},
	{"vector", "vector", {NULL}},
	{"exploited since", "exploited_since", {NULL}},
	{"epss", "epss", {NULL}},
	{"affects", "affects", {"cpe", "range", NULL}},
	{"with", "with", {"cpe", "range", NULL}},
	{"fixed by", "fixed_by", {"release", "package", "version"}},
	{"not fixed", "not_fixed", {"release", "package", "version"}},
	{"not affected", "not_affected", {"release", "package", "version"}},
};

struct telling {
	struct json *json;
	const struct shape *shape; /* which lines are wanted now */
	bool begun;
};

static void split(struct json *j, const struct shape *shape, const char *value)
{
	json_open_object(j, NULL);
	for (int i = 0; i < 3 && shape->part[i] != NULL; i++) {
		bool last = i == 2 || shape->part[i + 1] == NULL;
		char text[360];

		snprintf(text, sizeof(text), "%.*s", last ? 359 : (int)strcspn(value, " "), value);
		json_text(j, shape->part[i], text);
		value += last ? strlen(value) : strcspn(value, " ");
		value += *value == ' ';
	}
	json_close_object(j);
}

static void tell_line(void *arg, const char *key, const char *value)
{
	struct telling *t = arg;

	if (strcmp(key, t->shape->key) != 0)
		return;
	if (t->shape->part[0] == NULL) {
		json_text(t->json, t->shape->name, value);
		return;
	}
	if (!t->begun)
		json_open_array(t->json, t->shape->name);
	t->begun = true;
	split(t->json, t->shape, value);
}

static void tell_json(struct json *j, const struct vulndb *db, const char *id)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct telling t = {j, &shapes[i], false};

		vulndb_cve(db, id, tell_line, &t);
		if (t.begun)
			json_close_array(j);
	}
}

/* ---- the database ---- */

struct listing {
	struct json *json; /* NULL: a table */
	const char *id;
	unsigned count[VD_FIXED + 1];
};

static void service_json(struct json *j, const struct record *r, const struct vd_verdict *v)
{
	char addr[DP_ADDR_TEXT];

	json_open_object(j, NULL);
	json_text(j, "ip", dp_addr_format(&r->addr, addr));
	json_int(j, "port", r->port);
	json_text(j, "product", r->identity.product);
	json_text(j, "version", v->version);
	json_text(j, "verdict", vd_kind_name(v->kind));
	json_int(j, "confidence", v->confidence);
	json_text(j, "fixed_by", v->fixed_by);
	json_text(j, "why", v->why);
	json_close_object(j);
}

static void service_line(const struct record *r, const struct vd_verdict *v)
{
	const char *why = v->kind == VD_FIXED ? v->fixed_by : v->why[0] != '\0' ? v->why : v->range;
	char addr[DP_ADDR_TEXT];

	printf("%-16s %s:%u  ", vd_kind_name(v->kind), dp_addr_format(&r->addr, addr), r->port);
	term_print(stdout, r->identity.product, strlen(r->identity.product));
	putchar(' ');
	term_print(stdout, v->version, strlen(v->version));
	printf("  ");
	term_print(stdout, why, strlen(why));
	putchar('\n');
}

static bool list_service(void *arg, const struct record *r)
{
	struct listing *l = arg;

	for (uint32_t i = 0; i < r->verdict_count && r->state == RECORD_OPEN; i++) {
		const struct vd_verdict *v = &r->verdicts[i];

		if (strcmp(v->cve, l->id) != 0)
			continue;
		l->count[v->kind]++;
		if (l->json != NULL)
			service_json(l->json, r, v);
		else
			service_line(r, v);
	}
	return true;
}

static int list_services(const char *dir, struct listing *l)
{
	struct store *s;
	int code = cmd_store_open_any(dir, &s), ret;

	if (code != CMD_OK || s == NULL)
		return code;
	if (l->json != NULL)
		json_open_array(l->json, "services");
	ret = store_each_with(s, l->id, list_service, l);
	if (l->json != NULL)
		json_close_array(l->json);
	else
		printf("services: %u affected, %u possible, %u fixed\n", l->count[VD_AFFECTED],
		       l->count[VD_POSSIBLE], l->count[VD_FIXED]);
	store_close(s);
	return ret == 0 ? CMD_OK : cmd_store_fail(ret);
}

/* ---- the command ---- */

static void ignore_line(void *arg, const char *key, const char *value)
{
	(void)arg;
	(void)key;
	(void)value;
}

static int show(const struct vulndb *db, const char *id, const struct vuln_options *o)
{
	struct listing l = {.id = id};
	int code;

	if (o->format == EXPORT_TABLE) {
		vulndb_cve(db, id, print_line, NULL);
		return list_services(o->db, &l);
	}
	l.json = json_begin(stdout, o->format == EXPORT_JSON);
	if (l.json == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	json_open_object(l.json, NULL);
	json_text(l.json, "id", id);
	tell_json(l.json, db, id);
	code = list_services(o->db, &l);
	json_close_object(l.json);
	return json_done(l.json) == 0 ? code : cmd_fail(CMD_FAILED, "the output cannot be written");
}

int cmd_vuln(int argc, char **argv)
{
	struct vuln_options o = {0};
	struct vulndb *db;
	int first, code, ret;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first != 1)
		return cmd_fail(CMD_USAGE, "expected one CVE id: sonde vuln CVE-2024-6387");
	if (o.format == EXPORT_CSV)
		return cmd_fail(CMD_USAGE, "vuln prints table, json or ndjson");
	code = cmd_vulndb_open(o.path, &db);
	if (code != CMD_OK)
		return code;
	ret = vulndb_cve(db, argv[first], ignore_line, NULL);
	if (ret == -EINVAL)
		code = cmd_fail(CMD_USAGE, "`%.60s`: expected a CVE id such as CVE-2024-6387", argv[first]);
	else if (ret == -ENOENT)
		code = cmd_fail(CMD_NOTHING, "%s: not in the knowledge file", argv[first]);
	else
		code = show(db, argv[first], &o);
	vulndb_close(db);
	return code;
}
