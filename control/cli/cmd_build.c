/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_build.c - `sonde vulndb build`: makes the knowledge file afresh. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_vulndb.h"
#include "option.h"
#include "term.h"

struct build_options {
	const char *out, *rules, *facts;
	struct option_list from;
	bool quiet;
};

#define FIELD(name) offsetof(struct build_options, name)

static const struct option_def defs[] = {
	{"vulndb", 0, "FILE", "the file to make", option_text, FIELD(out)},
	{"rules", 0, "DIR", "rules, exposures; default: the installed ones", option_text,
         FIELD(rules)},
	{"facts", 0, "DIR", "compact facts; default: the installed ones", option_text,
         FIELD(facts)},
	{"from", 'f', "PATH", "a feed, or a directory of feeds", option_append, FIELD(from)},
	{"quiet", 'q', NULL, "no progress", NULL, FIELD(quiet)},
};

static const struct option_spec build_spec = {
	"sonde vulndb build --vulndb FILE [--from PATH]... [options]",
	"Builds the knowledge file afresh and puts it in place at once; a running scan\n"
	"keeps the old one.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static int build(const char *path, const struct build_options *o)
{
	unsigned passed_over = 0;
	bool progress = !o->quiet && isatty(STDERR_FILENO);
	struct vulndb_sources sources = {
		.rules_dir = o->rules,
		.facts_dir = o->facts,
		.feeds = o->from.items,
		.feed_count = o->from.count,
		.now_us = clock_now_us(),
		.progress = progress ? cmd_progress : NULL,
		.passed_over = o->quiet ? NULL : cmd_passed_over,
		.passed_over_arg = &passed_over,
	};
	struct error err = {""};
	int ret = vulndb_build(path, &sources, &err);

	if (progress)
		fputs("\r\033[K", stderr);
	cmd_passed_over_end(passed_over);
	if (ret == 0)
		return CMD_OK;
	return cmd_fail(ret == -ENOSPC   ? CMD_FULL
	                : ret == -EACCES ? CMD_PRIVILEGE
	                                 : CMD_USAGE,
	                "%s", err.text);
}

/* The directory of rules or facts: the given one, else the installed one, else NULL. */
static const char *data_dir(const char *given, const char *installed)
{
	return given != NULL || access(installed, R_OK) != 0 ? given : installed;
}

int cmd_vulndb_build(int argc, char **argv)
{
	struct build_options o = {0};
	int first, code;

	if (!cmd_begin(&build_spec, argc, argv, &o, &first, &code))
		return code;
	if (first < argc || o.out == NULL)
		return cmd_fail(CMD_USAGE, "expected --vulndb FILE, the file to make");
	o.rules = data_dir(o.rules, SONDE_DATADIR "/rules");
	o.facts = data_dir(o.facts, SONDE_DATADIR "/facts");
	return build(o.out, &o);
}
