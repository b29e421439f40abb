/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_rematch.c - `sonde vulndb rematch`: judges a database again by the knowledge file. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "cmd_vulndb.h"
#include "rematch.h"

struct rematch_options {
	const char *path, *db;
	bool quiet;
};

#define FIELD(name) offsetof(struct rematch_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"vulndb", 0, "FILE", "knowledge file", option_text, FIELD(path)},
	{"quiet", 'q', NULL, "no progress, no summary", NULL, FIELD(quiet)},
};

static const struct option_spec spec = {
	"sonde vulndb rematch [options]",
	"Judges every open service of the database again by the knowledge file, without a\n"
	"scan. `sonde changes` shows what was added and resolved, with cause db.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static int run(struct store *s, const char *path, bool quiet)
{
	bool progress = !quiet && isatty(STDERR_FILENO);
	struct rematch_result result;
	int64_t begin = clock_now_us();
	struct vulndb *db;
	int code = cmd_vulndb_open(path, &db), ret;

	if (code != CMD_OK)
		return code;
	ret = rematch(s, db, begin, progress ? cmd_progress : NULL, &result);
	vulndb_close(db);
	if (progress)
		fputs("\r\033[K", stderr);
	if (ret != 0)
		return cmd_store_fail(ret);
	if (!quiet)
		printf("%" PRIu64 " services, %" PRIu64 " identities judged, %" PRIu64
		       " services of which something else is said, %.1f s\n",
		       result.services, result.identities, result.differing,
		       (double)(clock_now_us() - begin) / 1e6);
	return CMD_OK;
}

int cmd_rematch_run(const char *dir, const char *path, bool quiet)
{
	struct store *s;
	int code = cmd_store_open(dir, STORE_WRITE, &s);

	if (code != CMD_OK)
		return code;
	code = run(s, path, quiet);
	store_close(s);
	return code;
}

int cmd_vulndb_rematch(int argc, char **argv)
{
	struct rematch_options o = {0};
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (first < argc)
		return cmd_fail(CMD_USAGE, "`%.60s`: rematch takes no operand", argv[first]);
	return cmd_rematch_run(o.db, o.path, o.quiet);
}
