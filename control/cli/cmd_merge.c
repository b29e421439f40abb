/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_merge.c - `sonde merge`: takes the databases of shards and sites into one. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_store.h"
#include "option.h"

struct merge_options {
	const char *into;
	bool quiet;
};

#define FIELD(name) offsetof(struct merge_options, name)

static const struct option_def defs[] = {
	{"into", 0, "DIR", "takes the others in; made if absent", option_text, FIELD(into)},
	{"quiet", 'q', NULL, "no summary", NULL, FIELD(quiet)},
};

static const struct option_spec spec = {
	"sonde merge [NAME=]DIR... --into DIR",
	"Takes other databases into one: shards of a scan, or sites. NAME, or the last\n"
	"part of DIR, stands before the ids of its scans, so that each service says where\n"
	"it comes from. Can be run again; what was taken is not taken twice.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

enum { SOURCES = 32 };

struct sources {
	struct store_source list[SOURCES];
	char names[SOURCES][STORE_SOURCE_NAME + 1];
	const char *dirs[SOURCES];
	size_t n;
};

/* The name of the source @text, "NAME=DIR" or "DIR", and where DIR begins. */
static const char *split(const char *text, char name[STORE_SOURCE_NAME + 1])
{
	const char *eq = strchr(text, '='), *slash, *from = text, *dir = text;
	size_t len;

	if (eq != NULL && memchr(text, '/', (size_t)(eq - text)) == NULL) {
		dir = eq + 1;
		len = (size_t)(eq - text);
	} else {
		for (len = strlen(text); len > 1 && text[len - 1] == '/';)
			len--;
		slash = memrchr(text, '/', len);
		from = slash != NULL && len > 1 ? slash + 1 : text;
		len -= (size_t)(from - text);
	}
	if (len > STORE_SOURCE_NAME)
		len = STORE_SOURCE_NAME;
	for (size_t i = 0; i < len; i++)
		name[i] = isalnum((unsigned char)from[i]) || from[i] == '_' ? from[i] : '-';
	name[len] = '\0';
	return dir;
}

static int add_source(struct sources *all, const char *text, const char *into)
{
	char *name = all->names[all->n], mine[PATH_MAX], target[PATH_MAX];

	all->dirs[all->n] = split(text, name);
	if (name[0] == '\0')
		return cmd_fail(CMD_USAGE, "`%.200s`: expected DIR or NAME=DIR", text);
	if (realpath(all->dirs[all->n], mine) != NULL && realpath(into, target) != NULL &&
	    strcmp(mine, target) == 0)
		return cmd_fail(CMD_USAGE, "%.300s cannot be merged into itself", into);
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->names[i], name) == 0)
			return cmd_fail(CMD_USAGE,
			                "two databases are called %s: give one a name, "
			                "NAME=%.200s",
			                name, all->dirs[all->n]);
	all->n++;
	return CMD_OK;
}

static int merge(struct store *into, const struct sources *all, bool quiet)
{
	struct store_imported done;
	int ret = store_import(into, all->list, all->n, &done);

	if (ret != 0)
		return cmd_store_fail(ret);
	if (!quiet)
		printf("%zu database%s: %" PRIu64 " host%s, %" PRIu64 " service%s, %" PRIu64
		       " change%s, %" PRIu64 " scan%s taken\n",
		       all->n, all->n == 1 ? "" : "s", done.hosts, done.hosts == 1 ? "" : "s",
		       done.services, done.services == 1 ? "" : "s", done.changes,
		       done.changes == 1 ? "" : "s", done.scans, done.scans == 1 ? "" : "s");
	return fflush(stdout) == 0 ? CMD_OK : cmd_output_failed();
}

/* Open all sources, and then the target, so that a source that cannot be read leaves no empty
 * target behind. */
static int open_and_merge(struct sources *all, const struct merge_options *o)
{
	struct store *into;
	int code = CMD_OK;
	size_t n = 0;

	for (; n < all->n && code == CMD_OK; n++) {
		all->list[n].name = all->names[n];
		code = cmd_store_open(all->dirs[n], STORE_READ, &all->list[n].s);
		if (code != CMD_OK)
			break;
	}
	if (code == CMD_OK)
		code = cmd_store_open(o->into, STORE_WRITE, &into);
	if (code == CMD_OK) {
		code = merge(into, all, o->quiet);
		store_close(into);
	}
	while (n > 0)
		store_close(all->list[--n].s);
	return code;
}

int cmd_merge(int argc, char **argv)
{
	static struct sources all;
	struct merge_options o = {0};
	int first, code = CMD_OK;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (o.into == NULL || first == argc)
		return cmd_fail(CMD_USAGE, "expected: sonde merge [NAME=]DIR... --into DIR");
	if (argc - first > SOURCES)
		return cmd_fail(CMD_USAGE, "more than %d databases; merge them in turns", SOURCES);
	for (int i = first; i < argc && code == CMD_OK; i++)
		code = add_source(&all, argv[i], o.into);
	return code == CMD_OK ? open_and_merge(&all, &o) : code;
}
