/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_quick.c - `sonde TARGET`: scans by the defaults and shows the hosts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_scan.h"
#include "shell.h"

enum { SHOWN = 16 };

/* The targets that have an open port. */
struct found {
	const struct plan *plan;
	struct dp_addr host[SHOWN];
	unsigned count; /* SHOWN + 1: there are more */
};

static bool note_host(void *arg, const struct record *r)
{
	struct found *f = arg;

	if (r->state != RECORD_OPEN || !dp_space_contains(f->plan->space, &r->addr))
		return true;
	if (f->count > 0 && dp_addr_compare(&f->host[f->count - 1], &r->addr) == 0)
		return true;
	if (f->count < SHOWN)
		f->host[f->count] = r->addr;
	return f->count++ < SHOWN;
}

/* Collect the hosts. False with the reason said: the database cannot be read. */
static bool find_hosts(const char *path, struct found *f)
{
	struct error err = {""};
	struct store *store;
	int ret = store_open(path, STORE_READ, &store, &err);

	if (ret < 0) {
		cmd_fail(CMD_DATABASE, "%s", err.text);
		return false;
	}
	ret = store_each(store, NULL, note_host, f);
	store_close(store);
	if (ret < 0)
		cmd_fail(CMD_DATABASE, "the database %.300s: %s", path, strerror(-ret));
	return ret == 0;
}

static void show_hosts(const struct scan_request *r)
{
	struct found f = {.plan = &r->plan};
	char path[CONFIG_PATH], text[DP_ADDR_TEXT];
	struct error err = {""};

	if (config_db_path(r->config.db, path, &err) < 0 || !find_hosts(path, &f))
		return;
	for (unsigned i = 0; i < f.count && f.count <= SHOWN; i++) {
		char *words[] = {(char[]){"host"}, (char[]){"--db"}, path,
		                 dp_addr_format(&f.host[i], text), NULL};

		putchar('\n');
		fflush(stdout);
		cmd_host(4, words);
	}
	if (f.count <= SHOWN)
		return;
	fprintf(stderr, "more than %d hosts have open ports: sonde search '*' --db ", SHOWN);
	shell_word(stderr, path);
	fputc('\n', stderr);
}

bool cmd_quick_fits(const char *word)
{
	return config_is_target(word);
}

int cmd_quick(int argc, char **argv)
{
	char **words = calloc((size_t)argc + 2, sizeof(*words));
	int code;

	if (words == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	words[0] = (char[]){"scan"};
	memcpy(words + 1, argv, (size_t)argc * sizeof(*words));
	code = cmd_scan_run(argc + 1, words, show_hosts);
	free(words);
	return code;
}
