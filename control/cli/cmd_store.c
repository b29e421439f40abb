/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_store.c - opens the database and parses the query of a command. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "config.h"
#include "field.h"
#include "term.h"

static int fail(int error, const struct error *err)
{
	return cmd_fail(error == -EACCES         ? CMD_PRIVILEGE
	                : error == -ENOSPC       ? CMD_FULL
	                : error == -ENAMETOOLONG ? CMD_USAGE
	                                         : CMD_DATABASE,
	                "%s", err->text);
}

int cmd_store_open(const char *db, enum store_mode mode, struct store **out)
{
	struct error err = {""};
	char path[CONFIG_PATH];
	int ret = config_db_path(db, path, &err);

	if (ret == 0)
		ret = store_open(path, mode, out, &err);
	return ret == 0 ? CMD_OK : fail(ret, &err);
}

int cmd_store_open_any(const char *db, struct store **out)
{
	struct error err = {""};
	char path[CONFIG_PATH];
	int ret = config_db_path(db, path, &err);

	if (ret == 0)
		ret = store_open(path, STORE_READ, out, &err);
	if (ret == 0)
		return CMD_OK;
	*out = NULL;
	return ret == -ENOENT && db == NULL ? CMD_OK : fail(ret, &err);
}

/* Say how the query was understood where that is not what was written. */
static void print_notes(const struct query *q)
{
	for (const char *line = query_notes(q); *line != '\0';) {
		size_t len = strcspn(line, "\n");

		cmd_fail(CMD_OK, "query: %.*s", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

bool cmd_query_operand(const struct option_spec *spec, const char *word)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
	size_t n = strspn(word + 1, letters);
	char name[64];

	if (word[1] == '"' || word[1] == '(')
		return true;
	if (n == 0 || word[1 + n] == '\0' || strchr(":=<>!", word[1 + n]) == NULL)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)(n < 63 ? n : 63), word + 1);
	return field_find(name) != NULL || strcmp(name, "host") == 0 ||
	       strcmp(name, "service") == 0 || option_letter(spec, word[1]) == NULL;
}

int cmd_query_parse(int argc, char **argv, int first, struct query **out)
{
	char text[QUERY_TEXT_MAX] = "";
	struct error err;
	size_t len = 0;
	int ret;

	for (int i = first; i < argc; i++) {
		size_t n = strlen(argv[i]);

		if (n + 2 > sizeof(text) - len)
			return cmd_fail(CMD_USAGE, "the query is longer than %d bytes",
			                QUERY_TEXT_MAX - 1);
		if (i > first)
			text[len++] = ' ';
		memcpy(text + len, argv[i], n + 1);
		len += n;
	}
	ret = query_parse(text, clock_now_us(), out, &err);
	if (ret == -EINVAL)
		return cmd_fail(CMD_USAGE, "query: column %u: %s", err.column, err.text);
	if (ret == 0)
		print_notes(*out);
	return ret == 0 ? CMD_OK : cmd_fail(CMD_FAILED, "query: %s", strerror(-ret));
}

void cmd_query_note_places(const struct query *q, const struct store *s)
{
	unsigned lacks = query_place_kinds(q) & ~store_place_kinds(s);

	if ((lacks & PLACE_HAS_ASSETS) != 0)
		cmd_fail(CMD_OK,
		         "query: no prefix has a label; `sonde label PREFIX owner=NAME` gives one");
	if ((lacks & (PLACE_HAS_NETWORKS | PLACE_HAS_LOCATIONS)) != 0)
		cmd_fail(CMD_OK,
		         "query: no data on %s is there; `sonde place add FILE.mmdb` takes a "
		         "MaxMind database",
		         (lacks & PLACE_HAS_NETWORKS) != 0 ? "networks" : "locations");
	if ((lacks & PLACE_HAS_REGISTRY) != 0)
		cmd_fail(CMD_OK,
		         "query: no data of registries is there; `sonde place add FILE` takes "
		         "their lists of delegations");
}

int cmd_store_fail(int error)
{
	int code = error == -ENOENT ? CMD_NOTHING : error == -ENOSPC ? CMD_FULL : CMD_DATABASE;

	if (error == -ENOMEM)
		return cmd_fail(CMD_FAILED, "out of memory");
	if (error == -EIO && ferror(stdout) != 0)
		return cmd_output_failed();
	return cmd_fail(code, "database: %s", strerror(-error));
}

int cmd_written(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	return code != CMD_OK ? code : cmd_output_failed();
}

unsigned cmd_colour(void)
{
	return term_width(stdout) > 0 && getenv("NO_COLOR") == NULL ? EXPORT_COLOUR : 0;
}
