/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_scan.c - `sonde scan`: from the command line to the closing report. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "resume.h"
#include "scan.h"

static volatile unsigned stop_requests;

static void on_signal(int number)
{
	(void)number;
	stop_requests++;
}

static void catch_signals(void)
{
	struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGHUP, &a, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* What the command line came to, with what it points into. */
struct request {
	struct config config;
	struct plan plan;
	struct store_scan before; /* of --resume */
	char command[sizeof(((struct store_scan *)0)->command)];
	char old_words[sizeof(((struct store_scan *)0)->command)];
	char *words[RESUME_WORDS];
};

/* The record of the scan to go on with. */
static int load_before(struct request *r)
{
	struct store_error err = {""};
	char path[CONFIG_PATH];
	struct store *store;
	int ret;

	config_db_path(r->config.db, path);
	ret = store_open(path, STORE_READ, &store, &err);
	if (ret < 0)
		return cmd_fail(CMD_DATABASE, "%s", err.text);
	ret = store_scan_get(store, r->config.resume, &r->before);
	store_close(store);
	if (ret < 0)
		return cmd_fail(ret == -ENOENT ? CMD_NOTHING : CMD_DATABASE,
				"--resume: `%.40s`: no such scan in %.300s", r->config.resume, path);
	if (r->before.state == STORE_SCAN_DONE)
		return cmd_fail(CMD_USAGE, "--resume: %s is complete: there is nothing to go on with",
				r->before.id);
	return CMD_OK;
}

/* Parse the old command line again, then the new one over it. */
static int parse_resumed(struct request *r, int argc, char **argv)
{
	int n, code;

	memcpy(r->old_words, r->before.command, sizeof(r->old_words));
	n = config_words(r->old_words, r->words, RESUME_WORDS - argc);
	if (n < 1)
		return cmd_fail(CMD_DATABASE, "--resume: the command line of %s is not kept whole; "
					      "give it again beside --resume",
				r->before.id);
	for (int i = 1; i < argc; i++)
		r->words[n++] = argv[i];
	r->words[n] = NULL;
	config_init(&r->config);
	return config_parse(&r->config, n, r->words, &code) ? CMD_OK : code;
}

/* What may not differ from the scan that is gone on with. */
static int check_resumed(struct request *r)
{
	const struct store_scan *b = &r->before;
	char what[RESUME_TEXT];

	if (resume_differs(b, &r->config, &r->plan, what))
		return cmd_fail(CMD_USAGE,
				"--resume: not as %s was started: other %s; start a new scan instead", b->id,
				what);
	r->config.workers = b->workers;
	memcpy(r->plan.key, b->key, sizeof(r->plan.key));
	return CMD_OK;
}

static int make_plan(struct request *r)
{
	struct dp_error err = {""};
	int ret;

	r->config.key = r->config.resume != NULL ? r->before.key : NULL;
	ret = plan_make(&r->config, &r->plan, &err);
	if (ret == 0)
		return CMD_OK;
	return cmd_fail(ret == -ENOMEM ? CMD_FAILED : CMD_USAGE, "%s", err.text);
}

static int understand(struct request *r, int argc, char **argv)
{
	int code;

	config_init(&r->config);
	if (!config_parse(&r->config, argc, argv, &code))
		return code == CMD_OK ? -1 : code;
	if (r->config.resume == NULL) {
		if (!config_quote(argc, argv, r->command, sizeof(r->command)))
			snprintf(r->command, sizeof(r->command), "scan (too long to keep)");
		return make_plan(r);
	}
	code = load_before(r);
	if (code == CMD_OK)
		code = parse_resumed(r, argc, argv);
	if (code == CMD_OK)
		code = make_plan(r);
	return code == CMD_OK ? check_resumed(r) : code;
}

static void introduce(const struct scan *s)
{
	const struct plan *p = s->plan;
	char source[DP_ADDR_TEXT];
	struct dp_port_info i;

	if (s->config->quiet)
		return;
	dp_port_describe(s->dp, &i);
	fprintf(stderr, "scan %s: %llu addresses x %u ports at %.*f packets/s from %s over %s (%s)\n",
		s->record.id, (unsigned long long)p->info.addresses, p->info.ports,
		p->rate_pps < 10 ? 1 : 0, p->rate_pps, dp_addr_format(&i.source, source), i.name, i.mode);
	if (s->resumed)
		fprintf(stderr, "  going on after %llu probes\n", (unsigned long long)s->status.done_before);
	if (p->info.forbidden > 0)
		fprintf(stderr, "  %llu addresses of the targets are never probed%s%s\n",
			(unsigned long long)p->info.forbidden, p->forbidden[0] ? ": " : "",
			p->forbidden);
	if (p->left_out > 0)
		fprintf(stderr,
			"  %u UDP ports of printers and controllers are not probed: no request is known to be "
			"harmless there\n",
			p->left_out);
	if (i.hint[0] != '\0')
		fprintf(stderr, "  %s\n", i.hint);
}

static int run(struct request *r)
{
	struct dp_error err = {""};
	struct scan *s = malloc(sizeof(*s));
	int code;

	if (s == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	code = scan_open(s, &r->config, &r->plan, r->config.resume != NULL ? &r->before : NULL,
			 r->command, &err);
	if (code != CMD_OK) {
		free(s);
		return cmd_fail(code, "%s", err.text);
	}
	err.text[0] = '\0';
	introduce(s);
	catch_signals();
	code = scan_run(s, &stop_requests, &err);
	if (err.text[0] != '\0')
		cmd_fail(code, "%s", err.text);
	if (s->began) {
		if (!r->config.quiet && isatty(STDERR_FILENO))
			fputc('\n', stderr);
		status_summary(stderr, &s->status);
	}
	if (s->began && code != CMD_OK)
		fprintf(stderr, "go on with: sonde scan --resume %s --db %s%s\n", s->record.id, s->db_path,
			resume_needs_input(&r->config) ? "   (and the same list on its standard input)"
						       : "");
	scan_close(s);
	free(s);
	return code;
}

int cmd_scan(int argc, char **argv)
{
	struct request *r = calloc(1, sizeof(*r));
	int code;

	if (r == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	code = understand(r, argc, argv);
	if (code == CMD_OK)
		code = r->config.dry_run ? (plan_print(&r->config, &r->plan) == 0 ? CMD_OK : CMD_FAILED)
					 : run(r);
	plan_fini(&r->plan);
	free(r);
	return code < 0 ? CMD_OK : code;
}
