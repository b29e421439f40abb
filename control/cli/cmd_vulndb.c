/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_vulndb.c - `sonde vulndb`: its list of commands; info and lint. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_vulndb.h"
#include "option.h"
#include "output_format.h"
#include "term.h"

static const struct cmd commands[] = {
	{"info", cmd_vulndb_info, "what is loaded: versions, dates, counts, licences"},
	{"identify", cmd_vulndb_identify, "say who sent the banner on the standard input"},
	{"lookup", cmd_vulndb_lookup, "CVE verdicts for a CPE name or a banner"},
	{"cve", cmd_vuln, "what a CVE affects and what fixed it: sonde vuln"},
	{"lint", cmd_vulndb_lint, "check rule files and run their examples"},
	{"build", cmd_vulndb_build, "build the knowledge file afresh"},
	{"update", cmd_vulndb_update, "take feeds into the knowledge file"},
	{"rematch", cmd_vulndb_rematch, "judge a database again by the knowledge file"},
};

int cmd_vulndb(int argc, char **argv)
{
	return cmd_dispatch(commands, sizeof(commands) / sizeof(commands[0]), "sonde vulndb",
	                    argc - 1, argv + 1);
}

struct info_options {
	const char *path;
	enum output_format format;
};

static const struct option_def info_defs[] = {
	{"vulndb", 0, "FILE", "knowledge file", option_text, offsetof(struct info_options, path)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format,
         offsetof(struct info_options, format)},
};

static const struct option_spec info_spec = {
	"sonde vulndb info [options]",
	"Says what the knowledge file holds and where it comes from.",
	info_defs,
	sizeof(info_defs) / sizeof(info_defs[0]),
};

static void print_info(const struct vulndb_info *i)
{
	char built[CLOCK_TEXT];

	printf("file        %s (format %u, %.1f MiB)\n", i->path, i->format,
	       (double)i->size_bytes / (1 << 20));
	printf("built       %s\n", i->built_us > 0 ? clock_format(i->built_us, built) : "-");
	printf("rules       %u for %u products, %s\n", i->rules, i->products,
	       i->hyperscan ? "Hyperscan and PCRE2" : "PCRE2");
	printf("CVEs        %u with %u match criteria\n", i->cves, i->matches);
	printf("KEV         %u\nEPSS        %u\nfixes       %u\nexposures   %u\n", i->kev, i->epss,
	       i->fixes, i->exposures);
	printf("score       %s\n", i->model);
	printf("sources\n");
	for (const char *line = i->sources; *line != '\0';) {
		size_t n = strcspn(line, "\n");

		printf("  ");
		term_print(stdout, line, n);
		putchar('\n');
		line += n + (line[n] == '\n');
	}
}

static json_t *sources_json(const char *line)
{
	json_t *list = json_array();

	for (size_t n; *line != '\0'; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		json_array_append_new(list, json_stringn(line, n));
	}
	return list;
}

static json_t *info_json(const struct vulndb_info *i)
{
	char built[CLOCK_TEXT];

	return json_pack(
		"{s:s, s:i, s:s*, s:I, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:b, s:I, s:o}",
		"path", i->path, "format", (int)i->format, "built",
		i->built_us > 0 ? clock_format(i->built_us, built) : NULL, "size_bytes",
		(json_int_t)i->size_bytes, "rules", (int)i->rules, "products", (int)i->products,
		"cves", (int)i->cves, "matches", (int)i->matches, "kev", (int)i->kev, "epss",
		(int)i->epss, "fixes", (int)i->fixes, "exposures", (int)i->exposures, "score_model",
		i->model, "hyperscan", (int)i->hyperscan, "match_limit_hits",
		(json_int_t)i->match_limit_hits, "sources", sources_json(i->sources));
}

int cmd_vulndb_info(int argc, char **argv)
{
	struct info_options o = {0};
	struct vulndb_info info;
	struct vulndb *db;
	int first, code;
	json_t *json;

	if (!cmd_begin(&info_spec, argc, argv, &o, &first, &code))
		return code;
	if (first < argc)
		return cmd_fail(CMD_USAGE, "`%.60s`: info takes no operand; --vulndb names a file",
		                argv[first]);
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "vulndb info prints table, json or ndjson");
	code = cmd_vulndb_open(o.path, &db);
	if (code != CMD_OK)
		return code;
	vulndb_describe(db, &info);
	vulndb_close(db);
	if (o.format == OUTPUT_TABLE) {
		print_info(&info);
		return CMD_OK;
	}
	json = info_json(&info);
	json_dumpf(json, stdout, o.format == OUTPUT_JSON ? JSON_INDENT(2) : JSON_COMPACT);
	putchar('\n');
	json_decref(json);
	return CMD_OK;
}

static const struct option_spec lint_spec = {
	"sonde vulndb lint FILE...",
	"Checks rule files and runs the examples in them, and tables: score.tsv and exposures.tsv. "
	"Every complaint is\n"
	"file:line:column: text.",
	NULL,
	0,
};

int cmd_vulndb_lint(int argc, char **argv)
{
	int first, code, total = 0;
	char unused;

	if (!cmd_begin(&lint_spec, argc, argv, &unused, &first, &code))
		return code;
	if (first == argc)
		return cmd_fail(CMD_USAGE, "no file: sonde vulndb lint FILE...");
	for (int i = first; i < argc; i++) {
		int n = vulndb_lint(argv[i], stdout);

		if (n < 0)
			return cmd_fail(CMD_USAGE, "%.300s: %s", argv[i], strerror(-n));
		total += n;
	}
	fflush(stdout); /* the sum comes last, wherever both go */
	if (total > 0)
		return cmd_fail(CMD_USAGE, "%d %s", total, total == 1 ? "complaint" : "complaints");
	return CMD_OK;
}
