/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_score.c - `sonde score explain`: explains the score of a host. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "score_explain_view.h"

struct score_options {
	const char *db;
	enum output_format format;
	bool all;
};

#define FIELD(name) offsetof(struct score_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
	{"all", 'a', NULL, "list what weighs nothing, too: fixed CVEs", NULL, FIELD(all)},
};

static const struct option_spec spec = {
	"sonde score explain ADDRESS [options]",
	"Prints every finding of the host: what the table gives, what was added or taken\n"
	"off, what counts, and what was left out because somebody accepted it.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static int print(struct store *s, const struct dp_addr *addr, const struct score_options *o)
{
	struct store_host h;
	struct score_explain e;
	int ret = store_host_get(s, addr, &h);

	if (ret < 0)
		return ret;
	ret = score_explain_host(&h, clock_now_us(), &e);
	if (ret == 0) {
		ret = o->format == OUTPUT_TABLE
		              ? score_explain_table(stdout, &h, &e, o->all)
		              : score_explain_json(stdout, &h, &e, o->format == OUTPUT_JSON);
		score_explain_fini(&e);
	}
	store_host_fini(&h);
	return ret;
}

static int score_explain(int argc, char **argv)
{
	struct score_options o = {0};
	struct dp_addr addr;
	struct store *s;
	int first, code, ret;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (first == argc)
		return cmd_fail(CMD_USAGE, "expected an address: sonde score explain 192.0.2.10");
	if (argc - first > 1 || dp_addr_parse(argv[first], &addr) < 0)
		return cmd_fail(CMD_USAGE,
		                "`%.60s`: expected one address: sonde score explain 192.0.2.10",
		                argv[argc - 1]);
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "--output: score explain prints table, json or ndjson");
	code = cmd_store_open(o.db, STORE_READ, &s);
	if (code != CMD_OK)
		return code;
	ret = print(s, &addr, &o);
	store_close(s);
	if (ret == -ENOENT)
		return cmd_fail(CMD_NOTHING, "%s: nothing is known about it", argv[first]);
	return ret == 0 || ferror(stdout) ? cmd_written(CMD_OK) : cmd_store_fail(ret);
}

int cmd_score(int argc, char **argv)
{
	static const struct cmd commands[] = {
		{"explain", score_explain, "every finding that went into a host's score"},
	};

	return cmd_dispatch(commands, 1, "sonde score", argc - 1, argv + 1);
}
