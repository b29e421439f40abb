/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_vuln.c - `sonde vuln`: prints what a CVE affects, what fixed it, and which services have
 * it. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "cmd_vulndb.h"
#include "json.h"
#include "knowledge_age.h"
#include "term.h"
#include "cve_json.h"

struct vuln_options {
	const char *path, *db;
	enum output_format format;
};

#define FIELD(name) offsetof(struct vuln_options, name)

static const struct option_def defs[] = {
	{"vulndb", 0, "FILE", "knowledge file", option_text, FIELD(path)},
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec spec = {
	"sonde vuln CVE-ID [options]",
	"Prints what a CVE affects, by version ranges, which packages fixed it, whether\n"
	"it is exploited, and the services of the database that it affects, may affect,\n"
	"or that have the fix.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* ---- the knowledge ---- */

static const char *const fix_words[] = {[VD_CVE_FIXED] = "fixed by",
                                        [VD_CVE_NOT_FIXED] = "not fixed",
                                        [VD_CVE_NOT_AFFECTED] = "not affected"};

static void print_line(const char *key, const char *value)
{
	printf("%-16s ", key);
	term_print(stdout, value, strlen(value));
	putchar('\n');
}

static const char *score_text(const struct vd_cve *c, char out[64])
{
	snprintf(out, 64, "%u.%u (CVSS %u.%u, %s)", c->cvss_x10 / 10, c->cvss_x10 % 10,
	         c->cvss_version_x10 / 10, c->cvss_version_x10 % 10, vd_severity_name(c->severity));
	return out;
}

static const char *epss_text(const struct vd_cve *c, char out[16])
{
	snprintf(out, 16, "%.5f", (double)c->epss);
	return out;
}

static const char *ssvc_text(const struct vd_cve *c, char out[64])
{
	const struct {
		const char *what, *is;
	} points[] = {{"exploitation ", c->exploitation},
	              {"automatable ", c->automatable},
	              {"impact ", c->impact}};
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		if (points[i].is[0] != '\0' && used < 64)
			used += (size_t)snprintf(out + used, 64 - used, "%s%s%s",
			                         used > 0 ? ", " : "", points[i].what,
			                         points[i].is);
	return out;
}

static void print_head(void *arg, const struct vd_cve *c)
{
	char text[64];

	(void)arg;
	if (c->cvss_version_x10 != 0) {
		print_line("score", score_text(c, text));
		print_line("vector", c->vector);
	}
	if (c->kev_date[0] != '\0')
		print_line("exploited since", c->kev_date);
	if (c->kev_name[0] != '\0')
		print_line("known as", c->kev_name);
	if (c->epss >= 0)
		print_line("epss", epss_text(c, text));
	if (ssvc_text(c, text)[0] != '\0')
		print_line("ssvc", text);
	if (c->cwes[0] != '\0')
		print_line("weakness", c->cwes);
}

static void print_criterion(void *arg, const struct vd_cve_criterion *c)
{
	char text[360];

	(void)arg;
	snprintf(text, sizeof(text), "cpe:2.3:%.200s %s", c->cpe, c->range);
	print_line(c->vulnerable ? "affects" : "with", text);
}

static void print_fix(void *arg, const struct vd_cve_fix *f)
{
	char text[360];

	(void)arg;
	snprintf(text, sizeof(text), "%s %.100s %.100s", f->release, f->package, f->version);
	print_line(fix_words[f->state], text);
}

/* ---- the database ---- */

struct listing {
	struct json *json; /* NULL: a table */
	const char *id;
	unsigned count[VD_FIXED + 1];
};

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

	for (uint32_t i = 0; i < r->verdict_count && record_is_up(r); i++) {
		const struct vd_verdict *v = &r->verdicts[i];

		if (strcmp(v->cve, l->id) != 0)
			continue;
		l->count[v->kind]++;
		if (l->json != NULL)
			cve_json_service(l->json, r, v);
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

static void print_doubts(const struct vulndb *db, const char *id)
{
	char old[KNOWLEDGE_AGE_TEXT];

	if (!cve_has_ranges(db, id))
		printf("no version ranges are loaded: whether services are affected cannot be "
		       "told; `sonde vulndb update` fetches them\n");
	if (knowledge_age_words(db, clock_now_us(), old))
		printf("%s\n", old);
}

static int show(const struct vulndb *db, const char *id, const struct vuln_options *o)
{
	struct listing l = {.id = id};
	char link[CVE_LINK];
	int code;

	if (o->format == OUTPUT_TABLE) {
		print_line("link", cve_link(id, link));
		vulndb_cve(db, id,
		           &(struct vd_cve_visitor){.head = print_head,
		                                    .criterion = print_criterion,
		                                    .fix = print_fix});
		code = list_services(o->db, &l);
		print_doubts(db, id);
		return fflush(stdout) == 0 ? code : cmd_output_failed();
	}
	l.json = json_begin(stdout, o->format == OUTPUT_JSON);
	if (l.json == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	json_open_object(l.json, NULL);
	cve_json(l.json, db, id, clock_now_us());
	code = list_services(o->db, &l);
	json_close_object(l.json);
	return json_done(l.json) == 0 ? code : cmd_output_failed();
}

/* Ids are written in upper case, but people type them in either. */
static void fold_id(const char *text, char out[32])
{
	size_t n = 0;

	for (; text[n] != '\0' && n < 31; n++)
		out[n] = (char)toupper((unsigned char)text[n]);
	out[n] = '\0';
}

int cmd_vuln(int argc, char **argv)
{
	struct vuln_options o = {0};
	struct vulndb *db;
	int first, code, ret;
	char id[32];

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first != 1)
		return cmd_fail(CMD_USAGE, "expected one CVE id: sonde vuln CVE-2024-6387");
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "vuln prints table, json or ndjson");
	code = cmd_vulndb_open(o.path, &db);
	if (code != CMD_OK)
		return code;
	fold_id(argv[first], id);
	ret = vulndb_cve(db, id, &(struct vd_cve_visitor){0});
	if (ret == -EINVAL)
		code = cmd_fail(CMD_USAGE, "`%.60s`: expected a CVE id such as CVE-2024-6387",
		                argv[first]);
	else if (ret == -ENOENT)
		code = cmd_fail(CMD_NOTHING, "%s: not in the knowledge file", id);
	else
		code = show(db, id, &o);
	vulndb_close(db);
	return code;
}
