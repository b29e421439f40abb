/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_scan.c - `sonde scan`: runs a scan, from the command line to the final report. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "list_files.h"
#include "loop.h"
#include "resume.h"
#include "scan.h"
#include "scan_port.h"
#include "scan_screen.h"
#include "scan_words.h"
#include "stop_signal.h"
#include "term.h"

enum { HELPED = -1 }; /* in place of an exit code: the help was printed */

/* The parsed command line, with the memory that it points into. */
struct request {
	struct config config;
	struct plan plan;
	struct store_scan before;       /* the scan that --resume continues */
	struct scan_words words_before; /* its command line */
	char command[sizeof(((struct store_scan *)0)->command)];
	struct store_words words;
	char **argv; /* the old command line and the new one behind it */
};

/* Read the record and the command line of the scan that --resume continues. */
static int load_record(struct request *r, struct store *store, const char *path)
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
static int load_before(struct request *r)
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
	return HELPED;
}

/* Where options can still follow in a command line: at its end, or before the `--` that ends them. */
static int end_of_options(const struct scan_words *w)
{
	int n = 0;

	while (n < w->count && strcmp(w->v[n], "--") != 0)
		n++;
	return n;
}

/* Parse the old command line again, with the new one over it. */
static int parse_resumed(struct request *r, int argc, char **argv)
{
	const struct scan_words *old = &r->words_before;
	int n = old->count + argc - 1, cut = end_of_options(old);
	char **to;

	r->argv = calloc((size_t)n + 1, sizeof(*r->argv));
	if (r->argv == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	to = mempcpy(r->argv, old->v, (size_t)cut * sizeof(*to));
	to = mempcpy(to, argv + 1, (size_t)(argc - 1) * sizeof(*to));
	memcpy(to, old->v + cut, (size_t)(old->count - cut) * sizeof(*to));
	return parse(&r->config, n, r->argv);
}

/* Refuse a plan that differs from the scan that --resume continues; take over its workers and
 * key. */
static int check_resumed(struct request *r)
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

static int make_plan(struct request *r)
{
	struct error err = {""};
	int ret;

	r->config.key = r->config.resume != NULL ? r->before.key : NULL;
	ret = plan_make(&r->config, &r->plan, &err);
	if (ret == 0)
		return CMD_OK;
	return cmd_fail(ret == -ENOMEM ? CMD_FAILED : CMD_USAGE, "%s", err.text);
}

/* Check the options of the port, for a dry run as for a scan. */
static int check_port(const struct request *r)
{
	struct error err = {""};
	int ret = scan_port_check(&r->config, &r->plan, &err);

	return ret == 0 ? CMD_OK : cmd_fail(CMD_USAGE, "%s", err.text);
}

/* Keep the command line before its options are parsed, which reorders it. */
static int keep_words(struct request *r, int argc, char **argv)
{
	config_quote(argc, argv, r->command, sizeof(r->command));
	return scan_words_join(argc, argv, &r->words) == 0 ? CMD_OK
	                                                   : cmd_fail(CMD_FAILED, "out of memory");
}

static int understand(struct request *r, int argc, char **argv)
{
	int code = keep_words(r, argc, argv);

	if (code == CMD_OK)
		code = parse(&r->config, argc, argv);
	if (code != CMD_OK)
		return code;
	if (r->config.resume == NULL) {
		code = make_plan(r);
		return code == CMD_OK ? check_port(r) : code;
	}
	code = load_before(r);
	if (code == CMD_OK)
		code = parse_resumed(r, argc, argv);
	if (code == CMD_OK)
		code = make_plan(r);
	if (code == CMD_OK)
		code = check_resumed(r);
	return code == CMD_OK ? check_port(r) : code;
}

static int code_of(enum scan_end end)
{
	static const int codes[] = {
		[SCAN_DONE] = CMD_OK,
		[SCAN_SILENT] = CMD_SILENT,
		[SCAN_STOPPED] = CMD_STOPPED,
		[SCAN_USAGE] = CMD_USAGE,
		[SCAN_DATABASE] = CMD_DATABASE,
		[SCAN_FULL] = CMD_FULL,
		[SCAN_KNOWLEDGE] = CMD_VULNDB,
		[SCAN_NETWORK] = CMD_NETWORK,
		[SCAN_PRIVILEGE] = CMD_PRIVILEGE,
		[SCAN_FAILED] = CMD_FAILED,
	};

	return codes[end];
}

static int run_on(struct scan *s, struct request *r, struct scan_screen *screen)
{
	const struct scan_input input = {
		&r->config, &r->plan,  r->config.resume != NULL ? &r->before : NULL,
		r->command, &r->words, &screen->view};
	struct error err = {""};
	enum scan_end end = scan_open(s, &input, &err);
	int code;

	if (end != SCAN_DONE)
		return cmd_fail(code_of(end), "%s", err.text);
	scan_screen_introduce(screen, s);
	end = scan_run(s, stop_signal_catch(), &err);
	code = scan_screen_conclude(screen, s, end, err.text);
	scan_close(s);
	return end == SCAN_DONE && code != CMD_OK ? cmd_fail(code, "the output cannot be written")
	                                          : code_of(end);
}

static int run_scan(struct request *r)
{
	struct scan *s = malloc(sizeof(*s));
	struct scan_screen screen;
	int code;

	if (s == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	stop_signal_ask();
	code = scan_screen_open(&screen, &r->config);
	if (code == CMD_OK)
		code = run_on(s, r, &screen);
	scan_screen_close(&screen);
	free(s);
	return code;
}

/* --dry-run: print the first targets of this shard in the order of a scan, and a summary. */
static int list_targets(const struct config *c, const struct plan *p)
{
	uint64_t mine = (p->info.size - c->shard.index + c->shard.count - 1) / c->shard.count;
	uint64_t shown = mine < c->list_max ? mine : c->list_max;
	char text[DP_ADDR_TEXT], took[16];

	for (uint64_t i = 0; i < shown; i++) {
		struct dp_addr a;
		uint16_t port;

		dp_space_ordered(p->space, p->key, c->shard.index + i * c->shard.count, &a, &port);
		dp_addr_format(&a, text);
		printf(dp_addr_is_v4(&a, NULL) ? "%s:%u\n" : "[%s]:%u\n", text, port);
	}
	if (fflush(stdout) != 0)
		return cmd_output_failed();
	fprintf(stderr,
	        "%" PRIu64 " targets (%" PRIu64 " addresses x %u ports)%s, %" PRIu64
	        " listed; %" PRIu64 " addresses excluded, %" PRIu64
	        " never probed%s%s%s; %s at %.*f packets/s\n",
	        mine, p->info.addresses, p->info.ports, c->shard.count > 1 ? " in this shard" : "",
	        shown, p->info.excluded, p->info.forbidden, p->forbidden[0] ? " (" : "",
	        p->forbidden, p->forbidden[0] ? ")" : "",
	        term_duration((double)mine * c->passes / p->rate_pps, took),
	        p->rate_pps < 10 ? 1 : 0, p->rate_pps);
	return CMD_OK;
}

int cmd_scan(int argc, char **argv)
{
	struct request *r = calloc(1, sizeof(*r));
	int code;

	if (r == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	code = understand(r, argc, argv);
	if (code == CMD_OK)
		code = r->config.dry_run ? list_targets(&r->config, &r->plan) : run_scan(r);
	plan_fini(&r->plan);
	scan_words_fini(&r->words_before);
	free(r->words.text);
	free(r->argv);
	free(r);
	return code == HELPED ? CMD_OK : code;
}
