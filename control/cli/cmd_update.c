/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_update.c - `sonde vulndb update`: adds feeds, from files or from the web, to the knowledge
 * file. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_vulndb.h"
#include "feeds.h"
#include "fetch.h"
#include "option.h"

enum { PATH = 4096, MAX_BYTES = 1 << 30, STALL_US = 60000000 };

struct update_options {
	const char *out, *rules, *facts, *db, *proxy, *sha256, *cache, *mirror, *feeds;
	struct option_list from;
	uint64_t max_bytes, stall_us;
	bool quiet, http, list;
};

#define FIELD(name) offsetof(struct update_options, name)

static const struct option_def defs[] = {
	{"from", 'f', "PATH|URL", "a feed, a directory of feeds, or an address", option_append,
         FIELD(from)},
	{"mirror", 0, "URL", "fetch all known feeds from this folder instead", option_text,
         FIELD(mirror)},
	{"feeds", 0, "FILE", "fetch what its lines name: paths and addresses", option_text,
         FIELD(feeds)},
	{"list", 0, NULL, "print the known feeds and their addresses", NULL, FIELD(list)},
	{"vulndb", 0, "FILE", "the file to update; default: the one in use", option_text,
         FIELD(out)},
	{"db", 'd', "DIR", "then judge this database's services again", option_text, FIELD(db)},
	{"rules", 0, "DIR", "new rules instead of the file's", option_text, FIELD(rules)},
	{"facts", 0, "DIR", "compact facts, too", option_text, FIELD(facts)},
	{"proxy", 0, "URL", "for downloads; default: of the environment", option_text,
         FIELD(proxy)},
	{"sha256", 0, "HEX", "the checksum of the one address given", option_text, FIELD(sha256)},
	{"cache", 0, "DIR", "where downloads are kept", option_text, FIELD(cache)},
	{"max-size", 0, "BYTES", "no download is larger; default 1073741824", option_u64,
         FIELD(max_bytes)},
	{"timeout", 0, "TIME", "without a byte, then try again; default 60s", option_duration,
         FIELD(stall_us)},
	{"insecure-http", 0, NULL, "allow http addresses", NULL, FIELD(http)},
	{"quiet", 'q', NULL, "no progress", NULL, FIELD(quiet)},
};

static const struct option_spec spec = {
	"sonde vulndb update [--from PATH|URL]... [options]",
	"Fetches all known feeds (--list) and lays them over the knowledge file, or those\n"
	"of --from: NVD, KEV, EPSS, Debian tracker, OSV, CSAF, VuXML, updateinfo, CPE\n"
	"dictionary, aliases, Recog; files, directories, zip or tar archives. What the\n"
	"file holds is kept where the feeds have nothing newer. A broken or truncated feed changes nothing; the\n"
	"message says where it broke.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* ---- downloads ---- */

static void cache_dir(const char *given, char out[PATH])
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (given != NULL)
		snprintf(out, PATH, "%s", given);
	else if (geteuid() == 0 || home == NULL)
		snprintf(out, PATH, "/var/cache/sonde");
	else if (base != NULL && base[0] != '\0')
		snprintf(out, PATH, "%.4000s/sonde", base);
	else
		snprintf(out, PATH, "%.4000s/.cache/sonde", home);
}

/* Download each URL of @o->from and put the path of the file in its place. The paths are allocated
 * and stay until the process ends. */
static int download(struct update_options *o, bool progress)
{
	char dir[PATH];
	struct fetch_config config = {
		.dir = dir,
		.proxy = o->proxy,
		.sha256 = o->sha256,
		.max_bytes = o->max_bytes,
		.stall_s = (uint32_t)(o->stall_us / 1000000) + (o->stall_us < 1000000),
		.http = o->http,
		.progress = progress ? cmd_progress : NULL,
	};

	cache_dir(o->cache, dir);
	for (unsigned i = 0; i < o->from.count; i++) {
		struct error err;
		char path[PATH];
		int ret;

		if (!fetch_is_url(o->from.items[i]))
			continue;
		if (!o->quiet && !progress)
			fprintf(stderr, "%u of %u: %s\n", i + 1, o->from.count, o->from.items[i]);
		ret = fetch(&config, o->from.items[i], path, sizeof(path), &err);
		if (progress)
			fputs("\r\033[K", stderr);
		if (ret != 0)
			return cmd_fail(ret == -EINVAL || ret == -EBADMSG || ret == -EFBIG
			                        ? CMD_USAGE
			                : ret == -EACCES ? CMD_PRIVILEGE
			                                 : CMD_NETWORK,
			                "%s", err.text);
		o->from.items[i] = strdup(path);
		if (o->from.items[i] == NULL)
			return cmd_fail(CMD_FAILED, "out of memory");
	}
	return CMD_OK;
}

/* ---- which feeds ---- */

static int add_feed(struct update_options *o, const char *where)
{
	if (o->from.count == OPTION_LIST_MAX)
		return cmd_fail(CMD_USAGE, "more than %d feeds; name a directory of them",
		                OPTION_LIST_MAX);
	o->from.items[o->from.count++] = where;
	return CMD_OK;
}

/* Add the lines of --feeds, except empty ones and those that begin with "#". They stay allocated. */
static int add_feeds_file(struct update_options *o)
{
	FILE *f = fopen(o->feeds, "r");
	char line[PATH];
	int code = CMD_OK;

	if (f == NULL)
		return cmd_fail(CMD_USAGE, "--feeds: %.300s: %s", o->feeds, strerror(errno));
	while (code == CMD_OK && fgets(line, sizeof(line), f) != NULL) {
		char *copy;

		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] == '\0' || line[0] == '#')
			continue;
		copy = strdup(line);
		code = copy == NULL ? cmd_fail(CMD_FAILED, "out of memory") : add_feed(o, copy);
	}
	fclose(f);
	if (code == CMD_OK && o->from.count == 0)
		code = cmd_fail(CMD_USAGE, "--feeds: %.300s names no feed", o->feeds);
	return code;
}

/* Without --from: the feeds of --feeds, else all known ones. */
static int choose_feeds(struct update_options *o)
{
	static struct feeds known;
	int code = CMD_OK;

	if (o->from.count > 0 && (o->mirror != NULL || o->feeds != NULL))
		return cmd_fail(CMD_USAGE,
		                "--from names the feeds; --mirror and --feeds go without");
	if (o->mirror != NULL && o->feeds != NULL)
		return cmd_fail(CMD_USAGE, "--mirror has the known feeds, --feeds names others");
	if (o->mirror != NULL && !fetch_is_url(o->mirror))
		return cmd_fail(CMD_USAGE, "--mirror: `%.100s`: expected https://HOST/FOLDER",
		                o->mirror);
	if (o->from.count > 0)
		return CMD_OK;
	if (o->feeds != NULL)
		return add_feeds_file(o);
	if (feeds_list(o->mirror, clock_now_us(), &known) != 0)
		return cmd_fail(CMD_USAGE, "--mirror: the address is too long");
	for (unsigned i = 0; i < known.count && code == CMD_OK; i++)
		code = add_feed(o, known.url[i]);
	return code;
}

static int list_feeds(const struct update_options *o)
{
	int64_t now_us = clock_now_us();

	for (unsigned i = 0; i < o->from.count; i++) {
		char name[64] = "";

		if (o->feeds == NULL)
			feeds_name(i, now_us, name);
		printf("%-36s %s\n", name, o->from.items[i]);
	}
	return fflush(stdout) == 0 ? CMD_OK : cmd_output_failed();
}

static int check(const struct update_options *o)
{
	unsigned urls = 0;

	for (unsigned i = 0; i < o->from.count; i++)
		urls += fetch_is_url(o->from.items[i]);
	if (o->sha256 != NULL && urls != 1)
		return cmd_fail(CMD_USAGE, "--sha256 goes with one address in --from");
	return CMD_OK;
}

/* ---- the file ---- */

/*
 * Describe the knowledge file to which the feeds are added: @out, or the default file if @out is
 * NULL, does not exist or cannot be opened, for instance because it has another format.
 */
static int find_base(const char *out, struct vulndb_info *base)
{
	struct error err = {""};
	struct vulndb *db;
	struct stat st;
	int code;

	if (out == NULL || stat(out, &st) != 0) {
		code = cmd_vulndb_open(NULL, &db);
	} else if (vulndb_open(out, &db, &err) == 0) {
		code = CMD_OK;
	} else {
		fprintf(stderr,
		        "%s\nstarting from the bundled knowledge; pass every "
		        "feed that you want in it\n",
		        err.text);
		code = cmd_vulndb_open(NULL, &db);
	}
	if (code != CMD_OK)
		return code;
	vulndb_describe(db, base);
	vulndb_close(db);
	return CMD_OK;
}

static void summarise(const char *path, const struct vulndb_info *was)
{
	struct vulndb_info is;
	struct vulndb *db;

	if (cmd_vulndb_open(path, &db) != CMD_OK)
		return;
	vulndb_describe(db, &is);
	vulndb_close(db);
	printf("%s: %u CVEs (%+" PRId64 "), %u exploited (%+" PRId64 "), %u fixes (%+" PRId64 ")\n",
	       path, is.cves, (int64_t)is.cves - was->cves, is.kev, (int64_t)is.kev - was->kev,
	       is.fixes, (int64_t)is.fixes - was->fixes);
}

static int update(const struct update_options *o, bool progress)
{
	unsigned passed_over = 0;
	struct vulndb_info was;
	struct vulndb_sources sources = {
		.rules_dir = o->rules,
		.facts_dir = o->facts,
		.feeds = o->from.items,
		.feed_count = o->from.count,
		.base = was.path,
		.now_us = clock_now_us(),
		.progress = progress ? cmd_progress : NULL,
		.passed_over = o->quiet ? NULL : cmd_passed_over,
		.passed_over_arg = &passed_over,
	};
	struct error err = {""};
	const char *path = o->out != NULL ? o->out : was.path;
	int code = find_base(o->out, &was), ret;

	if (code != CMD_OK)
		return code;
	ret = vulndb_build(path, &sources, &err);
	if (progress)
		fputs("\r\033[K", stderr);
	cmd_passed_over_end(passed_over);
	if (ret != 0)
		return cmd_fail(ret == -ENOSPC   ? CMD_FULL
		                : ret == -EACCES ? CMD_PRIVILEGE
		                                 : CMD_USAGE,
		                "%s", err.text);
	if (!o->quiet)
		summarise(path, &was);
	return o->db != NULL ? cmd_rematch_run(o->db, path, o->quiet) : CMD_OK;
}

int cmd_vulndb_update(int argc, char **argv)
{
	struct update_options o = {.max_bytes = MAX_BYTES, .stall_us = STALL_US};
	bool progress;
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	code = first < argc
	               ? cmd_fail(CMD_USAGE, "`%.60s`: feeds are given with --from", argv[first])
	               : choose_feeds(&o);
	if (code == CMD_OK && o.list)
		return list_feeds(&o);
	if (code == CMD_OK)
		code = check(&o);
	progress = !o.quiet && isatty(STDERR_FILENO);
	if (code == CMD_OK)
		code = download(&o, progress);
	return code == CMD_OK ? update(&o, progress) : code;
}
