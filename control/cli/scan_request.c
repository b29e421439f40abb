/* SPDX-License-Identifier: Apache-2.0 */
/* scan_request.c - turns a command line into the configuration and the plan of a scan. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "resume.h"
#include "scan_port.h"
#include "scan_request.h"

/* Read the record and the command line of the scan that --resume continues. */
static int load_record(struct scan_request *r, struct store *store, const char *path)
{
	bool last = strcmp(r->config.resume, "last") == 0;
	int ret = store_scan_get(store, last ? "" : r->config.resume, &r->before);

	if (ret < 0)
		return cmd_fail(ret == -ENOENT ? CMD_NOTHING : CMD_DATABASE,
		                "--resume: `%.40s`: no such scan in %.300s", r->config.resume,
		                path);
	if (r->before.state == STORE_SCAN_DONE)
		return cmd_fail(CMD_USAGE,
		                "--resume: %s is complete: there is nothing to go on with",
		                r->before.id);
	ret = scan_words_load(store, &r->before, &r->words_before);
	if (ret == -ENOENT)
		return cmd_fail(CMD_DATABASE,
		                "--resume: the command line of %s is not kept whole; "
		                "give it again as a new scan",
		                r->before.id);
	return ret < 0 ? cmd_fail(CMD_DATABASE, "--resume: the command line of %s: %s",
	                          r->before.id, strerror(-ret))
	               : CMD_OK;
}

/* Open the database and read from it what --resume needs. */
static int load_before(struct scan_request *r)
{
	struct error err = {""};
	char path[CONFIG_PATH];
	struct store *store;
	int ret;

	ret = config_db_path(r->config.db, path, &err);
	if (ret < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	ret = store_open(path, STORE_READ, &store, &err);
	if (ret < 0)
		return cmd_fail(CMD_DATABASE, "%s", err.text);
	ret = load_record(r, store, path);
	store_close(store);
	return ret;
}

static int parse(struct config *c, int argc, char **argv)
{
	struct error err;
	int ret;

	config_init(c);
	ret = config_parse(c, argc, argv, &err);
	if (ret == 0)
		return CMD_OK;
	if (ret != -ECANCELED)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	cmd_help(&config_spec, argc, argv);
	return SCAN_REQUEST_HELPED;
}

/* Where options can still follow in a command line: at its end, or before the `--` that ends them. */
static int end_of_options(char *const *v, int count)
{
	int n = 0;

	while (n < count && strcmp(v[n], "--") != 0)
		n++;
	return n;
}

/* Put @more, @more_count words, behind the options of @v, @count words. The caller frees the result,
 * not the words. NULL: no memory. */
static char **insert_words(char *const *v, int count, char *const *more, int more_count)
{
	int cut = end_of_options(v, count);
	char **out = calloc((size_t)(count + more_count) + 1, sizeof(*out)), **to;

	if (out == NULL)
		return NULL;
	to = mempcpy(out, v, (size_t)cut * sizeof(*to));
	to = mempcpy(to, more, (size_t)more_count * sizeof(*to));
	memcpy(to, v + cut, (size_t)(count - cut) * sizeof(*to));
	return out;
}

/* Parse the words of r->given. */
static int parse_given(struct scan_request *r)
{
	free(r->argv);
	r->argv = insert_words(r->given, r->given_count, NULL, 0);
	return r->argv != NULL ? parse(&r->config, r->given_count, r->argv)
	                       : cmd_fail(CMD_FAILED, "out of memory");
}

/* Parse the old command line again, with the new one over it. */
static int parse_resumed(struct scan_request *r)
{
	const struct scan_words *old = &r->words_before;
	char **both = insert_words(old->v, old->count, r->given + 1, r->given_count - 1);

	if (both == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	free(r->given);
	r->given = both;
	r->given_count += old->count - 1;
	return parse_given(r);
}

/* Refuse a plan that differs from the scan that --resume continues; take over its workers and
 * key. */
static int check_resumed(struct scan_request *r)
{
	const struct store_scan *b = &r->before;
	char what[RESUME_TEXT];

	if (resume_differs(b, &r->words_before, &r->config, &r->plan, what))
		return cmd_fail(
			CMD_USAGE,
			"--resume: not as %s was started: other %s; start a new scan instead",
			b->id, what);
	r->config.workers = b->workers;
	memcpy(r->plan.key, b->key, sizeof(r->plan.key));
	return CMD_OK;
}

/* Say what addresses the names have that the resolver was asked for. */
static void say_names(const struct scan_request *r)
{
	for (size_t i = 0; i < r->names.count && !r->config.quiet; i++) {
		const struct name *n = &r->names.v[i];
		char text[DP_ADDR_TEXT];

		if (!n->asked)
			continue;
		fprintf(stderr, "%s:", n->text);
		for (unsigned k = 0; k < n->count; k++)
			fprintf(stderr, "%s %s%s", k > 0 ? "," : "",
			        dp_addr_format(&n->addr[k], text),
			        n->away >> k & 1 ? " (no route to it)" : "");
		fputc('\n', stderr);
	}
}

/* Say what the plan remarks, a line each. */
static void say_remarks(const struct scan_request *r)
{
	const char *at = r->plan.remarks;

	for (; *at != '\0' && !r->config.quiet; at += strcspn(at, "\n"), at += *at == '\n')
		cmd_fail(CMD_OK, "%.*s", (int)strcspn(at, "\n"), at);
}

/* Tell a person how a scan of few targets becomes shorter. */
static void say_wait(const struct scan_request *r)
{
	if (isatty(STDERR_FILENO) && !r->config.quiet && !r->config.dry_run &&
	    plan_mostly_waits(&r->config, &r->plan))
		cmd_fail(CMD_OK,
		         "most of this scan is the wait of 8 s for late answers; on a local "
		         "network --wait 2 is enough");
}

/* Read the lists. Names are looked up now, and not again. */
static int read_lists(struct scan_request *r)
{
	struct error err = {""};
	int ret = plan_make(&r->config, &r->plan, &err);

	r->names.lookup = NULL;
	if (ret == 0)
		return CMD_OK;
	return cmd_fail(ret == -ENOMEM ? CMD_FAILED : CMD_USAGE, "%s", err.text);
}

static int make_plan(struct scan_request *r)
{
	struct error err = {""};
	int code;

	if (config_names(&r->config, &r->names, names_ask, &err) < 0)
		return cmd_fail(CMD_USAGE, "--resolve: %s", err.text);
	r->config.key = r->config.resume != NULL ? r->before.key : NULL;
	code = read_lists(r);
	if (code != CMD_OK)
		return code;
	say_names(r);
	say_remarks(r);
	say_wait(r);
	return CMD_OK;
}

/* Take the interface by which the kernel reaches the targets, if the operator named none. */
static int choose_iface(struct scan_request *r)
{
	struct config *c = &r->config;
	struct error err = {""};
	int ret;

	if (c->dry_run || c->iface != NULL || c->pci != NULL || c->vdev != NULL ||
	    c->af_packet != NULL)
		return CMD_OK;
	ret = dp_iface_towards(r->plan.space, r->iface, &err);
	if (ret < 0)
		return cmd_fail(cmd_code(ret), "%s", err.text);
	c->iface = r->iface;
	return CMD_OK;
}

/* Check the options of the port, for a dry run as for a scan. */
static int check_port(const struct scan_request *r)
{
	struct error err = {""};
	int ret = scan_port_check(&r->config, &r->plan, &err);

	return ret == 0 ? CMD_OK : cmd_fail(CMD_USAGE, "%s", err.text);
}

/* Take the command line over, in Sonde's own words. */
static int translate(struct scan_request *r, int argc, char **argv)
{
	struct error err = {""};
	int ret;

	config_quote(argc, argv, r->command, sizeof(r->command));
	ret = habits_apply(&config_spec, argc, argv, &r->habits, &err);
	if (ret < 0)
		return cmd_fail(ret == -EINVAL ? CMD_USAGE : CMD_FAILED, "%s", err.text);
	r->given_count = r->habits.argc;
	r->given = insert_words(r->habits.argv, r->given_count, NULL, 0);
	return r->given != NULL ? CMD_OK : cmd_fail(CMD_FAILED, "out of memory");
}

/* Put the words of the configuration files before those of the command line. */
static int take_settings(struct scan_request *r)
{
	struct config_given *given = config_file_given(r->given_count, r->given);
	struct error err = {""};
	char **all;
	int ret = given != NULL ? config_file_read(given->config, &r->files, &err) : -ENOMEM;

	if (ret == 0)
		ret = config_file_words(&r->files, given, &r->settings, &err);
	free(given);
	if (ret < 0)
		return cmd_fail(ret == -ENOMEM ? CMD_FAILED : CMD_USAGE, "%s",
		                ret == -ENOMEM ? "out of memory" : err.text);
	r->settings_count = ret;
	all = calloc((size_t)(r->given_count + ret) + 1, sizeof(*all));
	if (all == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	all[0] = r->given[0];
	memcpy(all + 1, r->settings, (size_t)ret * sizeof(*all));
	memcpy(all + 1 + ret, r->given + 1, (size_t)(r->given_count - 1) * sizeof(*all));
	free(r->given);
	r->given = all;
	r->given_count += ret;
	return parse_given(r);
}

static void say_notes(const struct scan_request *r)
{
	for (unsigned i = 0; i < r->habits.note_count && !r->config.quiet; i++)
		cmd_fail(CMD_OK, "%.40s: %s", r->habits.notes[i].word, r->habits.notes[i].text);
}

/* Join the words that --resume will read: those given, the addresses of the names, and the kind at
 * hand of a scan of several. */
static int keep_words(struct scan_request *r)
{
	char resolve_option[] = "--resolve", part_option[] = "--part", part[16];
	char *more[4], *names = names_text(&r->names);
	char **all;
	int n = 0, ret = -ENOMEM;

	if (names != NULL) {
		more[n++] = resolve_option;
		more[n++] = names;
	}
	if ((r->config.kinds & (r->config.kinds - 1)) != 0) {
		more[n++] = part_option;
		more[n++] = part;
		snprintf(part, sizeof(part), "%s", config_kind_name(&r->config));
	}
	all = insert_words(r->given, r->given_count, more, n);
	free(r->words.text);
	r->words.text = NULL;
	if (all != NULL)
		ret = scan_words_join(r->given_count + n, all, &r->words);
	free(all);
	free(names);
	return ret == 0 ? CMD_OK : cmd_fail(CMD_FAILED, "out of memory");
}

/* Take the exclusions of the configuration files that the scan did not begin with. */
static int take_late_exclusions(struct scan_request *r)
{
	struct config_given *began = config_file_given(r->given_count, r->given);
	struct error err = {"out of memory"};
	int ret = began != NULL ? config_file_read(began->config, &r->files, &err) : -ENOMEM;

	if (ret == 0)
		ret = config_file_late(&r->files, began, &r->config, &err);
	free(began);
	if (ret == 0)
		return CMD_OK;
	return cmd_fail(ret == -ENOMEM ? CMD_FAILED : CMD_USAGE, "%s", err.text);
}

/* Plan the scan that --resume continues. */
static int understand_resumed(struct scan_request *r)
{
	int code = load_before(r);

	if (code == CMD_OK)
		code = parse_resumed(r);
	if (code == CMD_OK)
		code = take_late_exclusions(r);
	if (code == CMD_OK)
		code = make_plan(r);
	return code == CMD_OK ? check_resumed(r) : code;
}

int scan_request_make(struct scan_request *r, int argc, char **argv)
{
	int code = translate(r, argc, argv);

	if (code == CMD_OK)
		code = parse_given(r);
	if (code == CMD_OK && r->config.resume == NULL)
		code = take_settings(r);
	if (code != CMD_OK)
		return code;
	say_notes(r);
	code = r->config.resume != NULL ? understand_resumed(r) : make_plan(r);
	if (code == CMD_OK)
		code = choose_iface(r);
	if (code == CMD_OK)
		code = check_port(r);
	return code == CMD_OK ? keep_words(r) : code;
}

int scan_request_next(struct scan_request *r)
{
	struct config *c = &r->config;
	int code;

	if (!config_next_kind(c))
		return CMD_NOTHING;
	memcpy(r->key, r->plan.key, sizeof(r->key));
	plan_fini(&r->plan);
	c->resume = NULL;
	c->key = r->key;
	code = read_lists(r);
	if (code != CMD_OK)
		return code;
	say_remarks(r);
	code = check_port(r);
	return code == CMD_OK ? keep_words(r) : code;
}

void scan_request_fini(struct scan_request *r)
{
	dp_close(r->port);
	plan_fini(&r->plan);
	names_fini(&r->names);
	scan_words_fini(&r->words_before);
	habits_fini(&r->habits);
	config_file_fini(&r->files);
	for (int i = 0; i < r->settings_count; i++)
		free(r->settings[i]);
	free(r->settings);
	free(r->words.text);
	free(r->given);
	free(r->argv);
}
