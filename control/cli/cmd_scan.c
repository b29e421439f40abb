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
#include "shell.h"
#include "stop_signal.h"
#include "term.h"

static void introduce(const struct scan *s)
{
	const struct plan *p = s->plan;
	char source[DP_ADDR_TEXT];
	struct dp_port_info i;

	if (s->unknowing[0] != '\0')
		cmd_fail(CMD_OK, "answers are kept without being judged: %s", s->unknowing);
	if (s->way.why[0] != '\0')
		cmd_fail(CMD_OK, "open ports%s are not asked what they are: %s",
		         s->way.has_v4   ? " of IPv6 hosts"
		         : s->way.has_v6 ? " of IPv4 hosts"
		                         : "",
		         s->way.why);
	if (s->privileged)
		cmd_fail(CMD_OK, "the privileges could not be dropped; going on with them");
	if (s->config->quiet)
		return;
	dp_port_describe(s->dp, &i);
	fprintf(stderr,
	        "scan %s: %llu addresses x %u ports at %.*f packets/s from %s over %s (%s)\n",
	        s->record.id, (unsigned long long)p->info.addresses, p->info.ports,
	        p->rate_pps < 10 ? 1 : 0, p->rate_pps, dp_addr_format(&i.source, source), i.name,
	        i.mode);
	if (i.source_ports_why[0] != '\0')
		fprintf(stderr, "  source ports %u-%u: %s\n", i.source_port_first,
		        i.source_port_last, i.source_ports_why);
	if (s->resumed)
		fprintf(stderr, "  going on after %llu probes\n",
		        (unsigned long long)s->status.done_before);
	if (p->info.forbidden > 0)
		fprintf(stderr, "  %llu addresses of the targets are never probed%s%s\n",
		        (unsigned long long)p->info.forbidden, p->forbidden[0] ? ": " : "",
		        p->forbidden);
	if (p->left_out > 0)
		fprintf(stderr,
		        "  %u UDP ports of printers and controllers are not probed: no request is "
		        "known to be "
		        "harmless there\n",
		        p->left_out);
	if (s->fewer[0] != '\0')
		fprintf(stderr, "  %s\n", s->fewer);
	if (i.hint[0] != '\0')
		fprintf(stderr, "  %s\n", i.hint);
}

/* Where the status of a running scan goes: to the terminal, and to a program as JSON lines. */
struct screen {
	bool quiet;
	FILE *lines; /* of --status-json; NULL: none */
};

static void show(void *arg, const struct status *s)
{
	const struct screen *screen = arg;
	unsigned width = screen->quiet ? 0 : term_width(stderr);
	struct json *line;

	if (width > 0)
		status_line(stderr, s, width);
	if (screen->lines == NULL)
		return;
	line = json_begin(screen->lines, false);
	if (line == NULL)
		return;
	json_open_object(line, NULL);
	status_json(line, s);
	json_close_object(line);
	json_done(line);
	fflush(screen->lines);
}

static void say_stopping(void *arg)
{
	const struct screen *screen = arg;

	if (!screen->quiet)
		fprintf(stderr, "\nstopping: waiting for answers (again to end at once)\n");
}

/* Open the output of --status-json: the number of a file descriptor, or a file. */
static int open_screen(const struct config *c, struct screen *out)
{
	const char *where = c->status_json;

	*out = (struct screen){.quiet = c->quiet};
	if (where == NULL)
		return CMD_OK;
	if (where[strspn(where, "0123456789")] == '\0') {
		int fd = dup(atoi(where));

		out->lines = fd >= 0 ? fdopen(fd, "w") : NULL;
	} else {
		out->lines = fopen(where, c->later ? "ae" : "we");
	}
	if (out->lines != NULL)
		return CMD_OK;
	return cmd_fail(CMD_USAGE, "--status-json: `%.200s`: %s", where, strerror(errno));
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

/* Print the command that goes on with the scan, fit for a shell. */
static void print_way_on(const struct scan *s)
{
	fprintf(stderr, "go on with: sonde scan --resume %s --db ", s->record.id);
	shell_word(stderr, s->db_path);
	fputs(list_files_need_input(s->config) ? "   (and the same list on its standard input)\n"
	                                       : "\n",
	      stderr);
}

/* Print the final report, and how to continue a scan that is not complete. */
static void conclude(const struct scan *s, enum scan_end end)
{
	if (!s->began)
		return;
	if (!s->config->quiet && isatty(STDERR_FILENO))
		fputc('\n', stderr);
	status_summary(stderr, &s->status);
	/* A complete scan that failed only for want of memory has nothing left to probe. */
	if (end != SCAN_DONE && end != SCAN_SILENT && !(end == SCAN_FAILED && s->status.complete))
		print_way_on(s);
}

static int run_on(struct scan *s, struct scan_request *r, struct screen *screen)
{
	const struct scan_view view = {screen, show, say_stopping};
	bool several = (r->config.kinds & (r->config.kinds - 1)) != 0;
	const struct scan_input input = {
		&r->config, &r->plan,  r->config.resume != NULL ? &r->before : NULL,
		r->command, &r->words, several ? &r->port : NULL};
	struct error err = {""};
	enum scan_end end = scan_open(s, &input, &err);

	if (end != SCAN_DONE)
		return cmd_fail(code_of(end), "%s", err.text);
	introduce(s);
	end = scan_run(s, &view, stop_signal_catch(), &err);
	if (err.text[0] != '\0')
		cmd_fail(CMD_OK, "%s", err.text);
	conclude(s, end);
	scan_close(s);
	return code_of(end);
}

static int run_scan(struct scan_request *r)
{
	struct scan *s = malloc(sizeof(*s));
	struct screen screen;
	int code = s != NULL ? open_screen(&r->config, &screen)
	                     : cmd_fail(CMD_FAILED, "out of memory");

	if (code == CMD_OK) {
		code = run_on(s, r, &screen);
		if (screen.lines != NULL)
			fclose(screen.lines);
	}
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
		return cmd_fail(CMD_FAILED, "the output cannot be written: %s", strerror(errno));
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
