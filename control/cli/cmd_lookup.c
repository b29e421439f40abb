/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_lookup.c - `sonde vulndb identify` and `lookup`: asks the knowledge without a scan. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_vulndb.h"
#include "lookup_arg.h"
#include "option.h"
#include "output_format.h"
#include "verdict_view.h"

struct lookup_options {
	const char *path, *service, *banner, *distro, *package;
	enum output_format format;
};

#define FIELD(name) offsetof(struct lookup_options, name)

static const struct option_def identify_defs[] = {
	{"vulndb", 0, "FILE", "knowledge file", option_text, FIELD(path)},
	{"service", 's', "NAME", "what is known of the service: ssh, http, ...", option_text,
         FIELD(service)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec identify_spec = {
	"sonde vulndb identify [--service NAME] [options] < BANNER",
	"Says who sent the bytes on the standard input, by which rule and which bytes.",
	identify_defs,
	sizeof(identify_defs) / sizeof(identify_defs[0]),
};

static const struct option_def lookup_defs[] = {
	{"vulndb", 0, "FILE", "knowledge file", option_text, FIELD(path)},
	{"banner", 'b', "TEXT", "a banner instead of a CPE name; \\r \\n \\t \\\\ \\xNN understood",
         option_text, FIELD(banner)},
	{"service", 's', "NAME", "what is known of the service: ssh, http, ...", option_text,
         FIELD(service)},
	{"distro", 0, "NAME:RELEASE", "the distribution: debian:12", option_text, FIELD(distro)},
	{"package", 0, "NAME=VERSION", "its source package: openssh=1:9.2p1-2+deb12u3", option_text,
         FIELD(package)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec lookup_spec = {
	"sonde vulndb lookup CPE | --banner TEXT | --package NAME=VERSION [options]",
	"Prints the CVEs that affect it, possibly affect it, and are fixed in it, with evidence.",
	lookup_defs,
	sizeof(lookup_defs) / sizeof(lookup_defs[0]),
};

enum { BANNER_MAX = 65536, HITS_MAX = 16384 };

static int dump(json_t *json, enum output_format format)
{
	int flags = (format == OUTPUT_JSON ? JSON_INDENT(2) : JSON_COMPACT) | VERDICT_VIEW_JSON;
	int ret = json != NULL ? json_dumpf(json, stdout, (size_t)flags) : -1;

	putchar('\n');
	json_decref(json);
	return ret == 0 ? CMD_OK : cmd_fail(CMD_FAILED, "the output cannot be written");
}

/* Take the banner apart and say who sent it. */
static int identify(const struct vulndb *db, const char *service, const char *banner, size_t len,
                    struct vd_identity *out)
{
	struct vd_scratch *scratch = vd_scratch_new(db);
	struct vd_facts *facts = vd_facts_new();
	int found = -ENOMEM;

	if (scratch != NULL && facts != NULL) {
		const char *told = vd_decode(service, banner, len, facts);

		found = vulndb_identify(db, scratch, facts, out);
		if (out->service[0] == '\0' && told != NULL)
			snprintf(out->service, sizeof(out->service), "%s", told);
	}
	vd_facts_free(facts);
	vd_scratch_free(scratch);
	if (found < 0)
		return cmd_fail(CMD_FAILED, "out of memory");
	return found > 0 ? CMD_OK : CMD_NOTHING;
}

int cmd_vulndb_identify(int argc, char **argv)
{
	static char banner[BANNER_MAX];
	struct lookup_options o = {0};
	struct vd_identity id = {0};
	struct vulndb *db;
	int first, code;
	size_t len;

	if (!cmd_begin(&identify_spec, argc, argv, &o, &first, &code))
		return code;
	len = fread(banner, 1, sizeof(banner), stdin);
	if (len == 0)
		return cmd_fail(CMD_USAGE, "no banner on the standard input");
	code = cmd_vulndb_open(o.path, &db);
	if (code != CMD_OK)
		return code;
	code = identify(db, o.service, banner, len, &id);
	vulndb_close(db);
	if (code == CMD_FAILED)
		return code;
	if (o.format == OUTPUT_TABLE)
		identity_view_table(stdout, &id);
	else if (dump(identity_view_json(&id), o.format) != CMD_OK)
		return CMD_FAILED;
	return code;
}

static int add_platform(const struct lookup_options *o, struct vd_identity *id)
{
	if (o->distro != NULL && !lookup_distro(o->distro, id))
		return cmd_fail(CMD_USAGE,
		                "--distro: `%.60s`: expected NAME:RELEASE, such as debian:12",
		                o->distro);
	if (o->package != NULL && !lookup_package(o->package, id))
		return cmd_fail(CMD_USAGE,
		                "--package: `%.80s`: expected NAME=VERSION, such as "
		                "openssh=1:9.2p1-2+deb12u3",
		                o->package);
	return CMD_OK;
}

static int make_identity(const struct vulndb *db, const struct lookup_options *o, const char *cpe,
                         struct vd_identity *id)
{
	static char banner[BANNER_MAX];
	struct vd_error err = {""};
	int code = CMD_OK;

	if (cpe != NULL) {
		if (vd_identity_from_cpe(cpe, id, &err) < 0)
			return cmd_fail(CMD_USAGE, "%s", err.text);
	} else if (o->banner != NULL) {
		code = identify(db, o->service, banner,
		                lookup_unescape(o->banner, banner, sizeof(banner)), id);
		if (code == CMD_NOTHING && o->package == NULL)
			return cmd_fail(code, "the banner names no product that a rule knows");
	}
	return code == CMD_FAILED ? code : add_platform(o, id);
}

/* The verdicts of one kind, as a list or printed. */
static json_t *verdicts_json(const struct vulndb *db, const struct vd_identity *id,
                             const struct vd_hit *hits, size_t n, uint8_t kind)
{
	json_t *list = json_array();
	struct vd_verdict v;

	for (size_t i = 0; i < n; i++) {
		if (hits[i].kind != kind)
			continue;
		vulndb_verdict(db, id, &hits[i], &v);
		json_array_append_new(list, verdict_view_json(&v));
	}
	return list;
}

static int print_verdicts(const struct vulndb *db, const struct vd_identity *id,
                          const struct vd_hit *hits, size_t n, enum output_format format)
{
	struct vd_verdict v;

	/* Where a rule answered: who it says that it is, by which rule and which bytes. */
	if (format != OUTPUT_TABLE)
		return dump(json_pack("{s:o*, s:o, s:o, s:o}", "identity",
		                      id->rule[0] != '\0' ? identity_view_json(id) : NULL,
		                      "affected", verdicts_json(db, id, hits, n, VD_AFFECTED),
		                      "possible", verdicts_json(db, id, hits, n, VD_POSSIBLE),
		                      "fixed", verdicts_json(db, id, hits, n, VD_FIXED)),
		            format);
	if (id->rule[0] != '\0') {
		identity_view_table(stdout, id);
		putchar('\n');
	}
	for (uint8_t kind = VD_AFFECTED; kind <= VD_FIXED; kind++)
		for (size_t i = 0; i < n; i++) {
			if (hits[i].kind != kind)
				continue;
			vulndb_verdict(db, id, &hits[i], &v);
			verdict_view_table(stdout, &v);
		}
	return CMD_OK;
}

static int look_up(const struct vulndb *db, const struct lookup_options *o, const char *cpe)
{
	struct vd_scratch *scratch = vd_scratch_new(db);
	struct vd_hit *hits = calloc(HITS_MAX, sizeof(*hits));
	struct vd_identity id = {0};
	int code = CMD_OK, n = -ENOMEM;

	if (scratch != NULL && hits != NULL)
		code = make_identity(db, o, cpe, &id);
	if (code == CMD_OK && scratch != NULL && hits != NULL)
		n = vulndb_match(db, scratch, &id, hits, HITS_MAX);
	if (code == CMD_OK && n < 0)
		code = cmd_fail(CMD_FAILED, "out of memory");
	else if (code == CMD_OK)
		code = print_verdicts(db, &id, hits, (size_t)(n < HITS_MAX ? n : HITS_MAX),
		                      o->format);
	free(hits);
	vd_scratch_free(scratch);
	return code;
}

int cmd_vulndb_lookup(int argc, char **argv)
{
	struct lookup_options o = {0};
	struct vulndb *db;
	int first, code;

	if (!cmd_begin(&lookup_spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first > 1 || (argc - first == 1 && o.banner != NULL) ||
	    (argc == first && o.banner == NULL && o.package == NULL))
		return cmd_fail(CMD_USAGE, "expected one CPE name, or --banner TEXT, or --package "
		                           "NAME=VERSION with --distro");
	code = cmd_vulndb_open(o.path, &db);
	if (code != CMD_OK)
		return code;
	code = look_up(db, &o, first < argc ? argv[first] : NULL);
	vulndb_close(db);
	return code;
}
