/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_vulndb.c - `sonde vulndb`: the table of its commands, and the commands info and lint. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "clock.h"
#include "cmd.h"
#include "cmd_vulndb.h"
#include "json.h"
#include "knowledge_age.h"
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
	char built[CALENDAR_TEXT], old[KNOWLEDGE_AGE_TEXT];

	printf("file        %s (format %u, %.1f MiB)\n", i->path, i->format,
	       (double)i->size_bytes / (1 << 20));
	printf("built       %s\n", i->built_us > 0 ? calendar_format(i->built_us, built) : "-");
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
	if (knowledge_age_of(i->sources, clock_now_us(), old))
		printf("%s\n", old);
}

static void sources_json(struct json *j, const char *line)
{
	json_open_array(j, "sources");
	for (size_t n; *line != '\0'; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		json_bytes(j, NULL, line, n);
	}
	json_close_array(j);
}

static int print_json(const struct vulndb_info *i, bool pretty)
{
	struct json *j = json_begin(stdout, pretty);
	char old[KNOWLEDGE_AGE_TEXT];

	if (j == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	json_open_object(j, NULL);
	json_text(j, "path", i->path);
	json_uint(j, "format", i->format);
	json_time(j, "built", i->built_us);
	json_uint(j, "size_bytes", i->size_bytes);
	json_uint(j, "rules", i->rules);
	json_uint(j, "products", i->products);
	json_uint(j, "cves", i->cves);
	json_uint(j, "matches", i->matches);
	json_uint(j, "kev", i->kev);
	json_uint(j, "epss", i->epss);
	json_uint(j, "fixes", i->fixes);
	json_uint(j, "exposures", i->exposures);
	json_text(j, "score_model", i->model);
	json_bool(j, "hyperscan", i->hyperscan);
	json_uint(j, "match_limit_hits", i->match_limit_hits);
	sources_json(j, i->sources);
	if (knowledge_age_of(i->sources, clock_now_us(), old))
		json_text(j, "old", old);
	json_close_object(j);
	return json_done(j) == 0 ? CMD_OK : cmd_output_failed();
}

int cmd_vulndb_info(int argc, char **argv)
{
	struct info_options o = {0};
	struct vulndb_info info;
	struct vulndb *db;
	int first, code;

	if (!cmd_begin(&info_spec, argc, argv, &o, &first, &code))
		return code;
	if (first < argc)
		return cmd_fail(CMD_USAGE, "`%.60s`: info takes no operand; --vulndb names a file",
		                argv[first]);
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "--output: info prints table, json or ndjson");
	code = cmd_vulndb_open(o.path, &db);
	if (code != CMD_OK)
		return code;
	vulndb_describe(db, &info);
	vulndb_close(db);
	if (o.format == OUTPUT_TABLE) {
		print_info(&info);
		return fflush(stdout) == 0 ? CMD_OK : cmd_output_failed();
	}
	return print_json(&info, o.format == OUTPUT_JSON);
}

static const struct option_spec lint_spec = {
	"sonde vulndb lint FILE...",
	"Checks rule files and runs the examples in them, and tables: score.tsv and\n"
	"exposures.tsv. Every complaint is file:line:column: text.",
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
	fflush(stdout); /* the sum on stderr must come last, also if both are one stream */
	if (total > 0)
		return cmd_fail(CMD_USAGE, "%d %s", total, total == 1 ? "complaint" : "complaints");
	return CMD_OK;
}
