/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_lookup.c - `sonde vulndb identify` and `lookup`: asks the knowledge file without a scan. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd.h"
#include "cmd_vulndb.h"
#include "lookup_arg.h"
#include "lookup_known.h"
#include "option.h"
#include "output_format.h"
#include "service_json.h"
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
	{"banner", 'b', "TEXT", "a banner with \\r \\n \\xNN, or nginx/1.18.0", option_text,
         FIELD(banner)},
	{"service", 's', "NAME", "what is known of the service: ssh, http, ...", option_text,
         FIELD(service)},
	{"distro", 0, "NAME:RELEASE", "debian:12, debian:bookworm, ubuntu:22.04", option_text,
         FIELD(distro)},
	{"package", 0, "NAME=VERSION", "its source package: openssh=1:9.2p1-2", option_text,
         FIELD(package)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec lookup_spec = {
	"sonde vulndb lookup CPE | --banner TEXT | --package NAME=VERSION ...",
	"Prints the CVEs that affect it, possibly affect it, and are fixed in it, with\n"
	"evidence.",
	lookup_defs,
	sizeof(lookup_defs) / sizeof(lookup_defs[0]),
};

enum { BANNER_MAX = 65536, HITS_MAX = 16384 };

static int finish(struct json *j)
{
	return json_done(j) == 0 ? CMD_OK : cmd_output_failed();
}

static int print_identity(const struct vd_identity *id, enum output_format format)
{
	struct json *j;

	if (format == OUTPUT_TABLE) {
		identity_view_table(stdout, id);
		return CMD_OK;
	}
	j = json_begin(stdout, format == OUTPUT_JSON);
	if (j == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	json_open_object(j, NULL);
	service_json_identity(j, id);
	json_close_object(j);
	return finish(j);
}

/* Decode the banner into facts and identify the service from them. Returns an exit code;
 * CMD_NOTHING: no product was found. */
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

/* People also give the part of a banner that names the product: "nginx/1.18.0",
 * "Server: nginx/1.18.0", "OpenSSH_9.2p1". Try it as that part of a whole banner. */
static int identify_part(const struct vulndb *db, const char *text, struct vd_identity *id)
{
	static const struct {
		const char *service, *before;
	} wholes[] = {
		{"http", "HTTP/1.1 200 OK\r\nServer: "},
		{"ssh", "SSH-2.0-"},
		{"smtp", "220 host ESMTP "},
		{"ftp", "220 "},
	};
	int code = CMD_NOTHING;

	if (strncasecmp(text, "Server:", 7) == 0)
		text += 7 + strspn(text + 7, " ");
	if (text[0] == '\0' || strlen(text) > 200 || text[strcspn(text, "\\\r\n")] != '\0')
		return code;
	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]) && code == CMD_NOTHING; i++) {
		char whole[256];
		int n = snprintf(whole, sizeof(whole), "%s%s\r\n%s", wholes[i].before, text,
		                 i == 0 ? "\r\n" : "");

		memset(id, 0, sizeof(*id));
		code = identify(db, wholes[i].service, whole, (size_t)n, id);
	}
	return code;
}

int cmd_vulndb_identify(int argc, char **argv)
{
	static char banner[BANNER_MAX];
	struct lookup_options o = {0};
	struct vd_identity id = {0};
	struct vulndb *db;
	int first, code, printed;
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
	printed = print_identity(&id, o.format);
	return printed != CMD_OK ? printed : code;
}

static int add_platform(const struct vulndb *db, const struct lookup_options *o,
                        struct vd_identity *id)
{
	if (o->package != NULL && o->distro == NULL)
		return cmd_fail(CMD_USAGE, "--package: which distribution's? --distro debian:12");
	if (o->distro != NULL && !lookup_distro(o->distro, id))
		return cmd_fail(CMD_USAGE,
		                "--distro: `%.60s`: expected NAME:RELEASE, such as debian:12",
		                o->distro);
	if (o->package != NULL && !lookup_package(o->package, id))
		return cmd_fail(CMD_USAGE,
		                "--package: `%.80s`: expected NAME=VERSION, such as "
		                "openssh=1:9.2p1-2+deb12u3",
		                o->package);
	return o->distro == NULL ? CMD_OK : lookup_known(db, id, id->cpe_count > 0);
}

static int make_identity(const struct vulndb *db, const struct lookup_options *o, const char *cpe,
                         struct vd_identity *id)
{
	static char banner[BANNER_MAX];
	struct error err = {""};
	int code = CMD_OK;

	if (cpe != NULL) {
		if (vd_identity_from_cpe(cpe, id, &err) < 0)
			return cmd_fail(CMD_USAGE, "%s", err.text);
	} else if (o->banner != NULL) {
		code = identify(db, o->service, banner,
		                lookup_unescape(o->banner, banner, sizeof(banner)), id);
		if (code == CMD_NOTHING)
			code = identify_part(db, o->banner, id);
		if (code == CMD_NOTHING && o->package == NULL)
			return cmd_fail(code, "the banner names no product that a rule knows");
	}
	return code == CMD_FAILED ? code : add_platform(db, o, id);
}

/* The result of a lookup: an identity and its @count hits in @db. */
struct answer {
	const struct vulndb *db;
	const struct vd_identity *id;
	const struct vd_hit *hits;
	size_t count;
	int candidates; /* CVEs that name the product, of which no version is known */
};

static void list_json(struct json *j, const char *key, const struct answer *a, uint8_t kind)
{
	struct vd_verdict v;

	json_open_array(j, key);
	for (size_t i = 0; i < a->count; i++) {
		if (a->hits[i].kind != kind)
			continue;
		vulndb_verdict(a->db, a->id, &a->hits[i], &v);
		json_open_object(j, NULL);
		service_json_verdict(j, &v);
		json_close_object(j);
	}
	json_close_array(j);
}

static int print_json(const struct answer *a, bool pretty)
{
	struct json *j = json_begin(stdout, pretty);

	if (j == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	json_open_object(j, NULL);
	/* If a rule matched: the identity, with the rule and the bytes that it matched. */
	if (a->id->rule[0] != '\0') {
		json_open_object(j, "identity");
		service_json_identity(j, a->id);
		json_close_object(j);
	}
	if (a->candidates > 0)
		json_int(j, "candidates", a->candidates);
	list_json(j, "affected", a, VD_AFFECTED);
	list_json(j, "possible", a, VD_POSSIBLE);
	list_json(j, "fixed", a, VD_FIXED);
	json_close_object(j);
	return finish(j);
}

static void print_table(const struct answer *a)
{
	struct vd_verdict v;

	if (a->id->rule[0] != '\0') {
		identity_view_table(stdout, a->id);
		putchar('\n');
	}
	if (a->candidates > 0)
		printf("no version: %d CVE%s this product\n", a->candidates,
		       a->candidates == 1 ? " names" : "s name");
	for (uint8_t kind = VD_AFFECTED; kind <= VD_FIXED; kind++)
		for (size_t i = 0; i < a->count; i++) {
			if (a->hits[i].kind != kind)
				continue;
			vulndb_verdict(a->db, a->id, &a->hits[i], &v);
			verdict_view_table(stdout, &v);
		}
}

static int print_answer(const struct answer *a, enum output_format format)
{
	if (format != OUTPUT_TABLE)
		return print_json(a, format == OUTPUT_JSON);
	print_table(a);
	return CMD_OK;
}

static int look_up(const struct vulndb *db, const struct lookup_options *o, const char *cpe)
{
	struct vd_scratch *scratch = vd_scratch_new(db);
	struct vd_hit *hits = calloc(HITS_MAX, sizeof(*hits));
	struct vd_identity id = {0};
	int code = CMD_OK, n = -ENOMEM, candidates = 0;

	if (scratch != NULL && hits != NULL)
		code = make_identity(db, o, cpe, &id);
	if (code == CMD_OK && scratch != NULL && hits != NULL)
		n = vulndb_match(db, scratch, &id, hits, HITS_MAX);
	if (code == CMD_OK)
		candidates = vulndb_candidates(db, &id);
	if (code == CMD_OK && (n < 0 || candidates < 0))
		code = cmd_fail(CMD_FAILED, "out of memory");
	else if (code == CMD_OK)
		code = print_answer(&(struct answer){db, &id, hits,
		                                     (size_t)(n < HITS_MAX ? n : HITS_MAX),
		                                     candidates},
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
