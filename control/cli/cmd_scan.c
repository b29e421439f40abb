/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_scan.c - `sonde scan`: runs a scan, from the command line to the final report. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_scan.h"
#include "list_files.h"
#include "loop.h"
#include "scan.h"
#include "scan_screen.h"
#include "stop_signal.h"
#include "term.h"

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

static int run_on(struct scan *s, struct scan_request *r, struct scan_screen *screen)
{
	bool several = (r->config.kinds & (r->config.kinds - 1)) != 0;
	const struct scan_input input = {
		.config = &r->config,
		.plan = &r->plan,
		.before = r->config.resume != NULL ? &r->before : NULL,
		.command = r->command,
		.words = &r->words,
		.view = &screen->view,
		.port = several ? &r->port : NULL,
	};
	struct error err = {""};
	enum scan_end end = scan_open(s, &input, &err);
	int code;

	if (end != SCAN_DONE)
		return cmd_fail(code_of(end), "%s", err.text);
	scan_screen_introduce(screen, s);
	end = scan_run(s, stop_signal_catch(), &err);
	code = scan_screen_conclude(screen, s, end, err.text);
	scan_close(s);
	return end == SCAN_DONE && code != CMD_OK ? cmd_output_failed() : code_of(end);
}

static int run_scan(struct scan_request *r)
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
static int list_targets(struct scan_request *r)
{
	const struct config *c = &r->config;
	const struct plan *p = &r->plan;
	uint64_t mine = (p->info.size - c->shard.index + c->shard.count - 1) / c->shard.count;
	uint64_t shown = mine < c->list_max ? mine : c->list_max;
	char text[DP_ADDR_TEXT], took[16], what[PLAN_TEXT];

	plan_describe(p, what, sizeof(what));
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
	        "%" PRIu64 " target%s (%s)%s, %" PRIu64 " listed; %" PRIu64
	        " address%s excluded, %" PRIu64
	        " never probed%s%s%s; %s at %.*f packets/s; a dry run: nothing was sent\n",
	        mine, mine == 1 ? "" : "s", what, c->shard.count > 1 ? " in this shard" : "", shown,
	        p->info.excluded, p->info.excluded == 1 ? "" : "es", p->info.forbidden,
	        p->forbidden[0] ? " (" : "", p->forbidden, p->forbidden[0] ? ")" : "",
	        term_duration((double)mine * c->passes / p->rate_pps, took),
	        p->rate_pps < 10 ? 1 : 0, p->rate_pps);
	return CMD_OK;
}

/* Do @each for every kind of probe that the scan sends, one after the other. A kind that nobody
 * answered is no failure where another one was answered. */
static int each_kind(struct scan_request *r, int (*each)(struct scan_request *r))
{
	int best = each(r), code = best;

	while (code == CMD_OK || code == CMD_SILENT) {
		code = scan_request_next(r);
		if (code == CMD_NOTHING)
			return best;
		if (code == CMD_OK)
			code = each(r);
		best = code == CMD_OK ? CMD_OK : best;
	}
	return code;
}

int cmd_scan_run(int argc, char **argv, void (*after)(const struct scan_request *r))
{
	struct scan_request *r = calloc(1, sizeof(*r));
	int code;

	if (r == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	code = scan_request_make(r, argc, argv);
	if (code == CMD_OK)
		code = each_kind(r, r->config.dry_run ? list_targets : run_scan);
	if (code == CMD_OK && after != NULL && !r->config.dry_run)
		after(r);
	scan_request_fini(r);
	free(r);
	return code == SCAN_REQUEST_HELPED ? CMD_OK : code;
}

int cmd_scan(int argc, char **argv)
{
	return cmd_scan_run(argc, argv, NULL);
}
