/* SPDX-License-Identifier: Apache-2.0 */
/* scan_screen.c - shows a scan: its introduction, progress and closing report. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "cmd.h"
#include "knowledge_age.h"
#include "list_files.h"
#include "outlet.h"
#include "scan_screen.h"
#include "shell.h"
#include "stop_signal.h"
#include "term.h"

enum {
	PROGRESS_LIMIT = 4096, /* bytes of it that may wait for the terminal */
	PATIENCE_MS = 1000,
};

/* A text that is written piece by piece and then shown as a whole. */
struct page {
	FILE *out;
	char *text;
	size_t len;
};

static bool page_begin(struct page *p)
{
	*p = (struct page){0};
	p->out = open_memstream(&p->text, &p->len);
	return p->out != NULL;
}

static void page_show(struct page *p, const struct scan_log *log)
{
	if (fclose(p->out) == 0)
		scan_log_text(log, p->text, p->len);
	free(p->text);
}

/* ---- the beginning --------------------------------------------------------------------------- */

/* Print a message of this program, also as part of a JSON log. */
__attribute__((format(printf, 3, 4))) static void tell(const struct scan_log *log,
                                                       enum scan_log_level level,
                                                       const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (log->kind == SCAN_LOG_JSON)
		scan_log_say(log, level, "%s", text);
	else
		cmd_fail(CMD_OK, "%s", text);
}

static void warn(const struct scan_log *log, const struct scan *s)
{
	if (s->unknowing[0] != '\0')
		tell(log, SCAN_LOG_WARNING, "answers are kept without being judged: %s",
		     s->unknowing);
	if (s->way.why[0] != '\0')
		tell(log, SCAN_LOG_WARNING, "open ports%s are not asked what they are: %s",
		     s->way.has_v4   ? " of IPv6 hosts"
		     : s->way.has_v6 ? " of IPv4 hosts"
		                     : "",
		     s->way.why);
	if (s->privileged)
		tell(log, SCAN_LOG_WARNING,
		     "the privileges could not be dropped; going on with them");
}

static void plan_lines(FILE *out, const struct plan *p)
{
	if (p->info.forbidden > 0)
		fprintf(out, "  %" PRIu64 " address%s of the targets %s never probed%s%s\n",
		        p->info.forbidden, p->info.forbidden == 1 ? "" : "es",
		        p->info.forbidden == 1 ? "is" : "are", p->forbidden[0] ? ": " : "",
		        p->forbidden);
	if (p->left_out > 0)
		fprintf(out,
		        "  %u UDP port%s of printers and controllers %s not probed: no request is "
		        "known to be harmless there\n",
		        p->left_out, p->left_out == 1 ? "" : "s", p->left_out == 1 ? "is" : "are");
}

static void age_line(FILE *out, const struct scan *s)
{
	char old[KNOWLEDGE_AGE_TEXT];

	if (s->knowledge != NULL && knowledge_age_words(s->knowledge, clock_now_us(), old))
		fprintf(out, "  %s\n", old);
}

static void first_lines(FILE *out, const struct scan *s)
{
	const struct plan *p = s->plan;
	char source[DP_ADDR_TEXT], what[PLAN_TEXT];
	struct dp_port_info i;

	dp_port_describe(s->dp, &i);
	plan_describe(p, what, sizeof(what));
	fprintf(out, "scan %s: %s at %.*f packets/s from %s over %s (%s)\n", s->record.id, what,
	        p->rate_pps < 10 ? 1 : 0, p->rate_pps, dp_addr_format(&i.source, source), i.name,
	        i.mode);
	if (i.source_ports_why[0] != '\0')
		fprintf(out, "  source ports %u-%u: %s\n", i.source_port_first, i.source_port_last,
		        i.source_ports_why);
	if (s->resumed)
		fprintf(out, "  going on after %" PRIu64 " probes\n", s->status.done_before);
	plan_lines(out, p);
	if (s->fewer[0] != '\0')
		fprintf(out, "  %s\n", s->fewer);
	if (i.hint[0] != '\0')
		fprintf(out, "  %s\n", i.hint);
	age_line(out, s);
}

void scan_screen_introduce(struct scan_screen *s, const struct scan *scan)
{
	struct page page;

	memcpy(s->log.scan, scan->record.id, sizeof(s->log.scan));
	warn(&s->log, scan);
	if (s->config->quiet || !page_begin(&page))
		return;
	first_lines(page.out, scan);
	page_show(&page, &s->log);
	if (s->log.kind != SCAN_LOG_TERMINAL)
		scan_log_say(&s->log, SCAN_LOG_INFO, "started");
}

/* ---- while it runs --------------------------------------------------------------------------- */

static void write_status(FILE *out, const struct status *s)
{
	struct json *line = json_begin(out, false);

	if (line == NULL)
		return;
	json_open_object(line, NULL);
	status_json(line, s);
	json_close_object(line);
	json_done(line);
	fflush(out);
}

/* Show a line among the findings, above the progress. */
static void show_line(const struct scan_screen *s, const char *text)
{
	if (s->shared)
		scan_findings_say(s->findings, text);
	else
		fprintf(stderr, "%s%s\n", s->progress != NULL ? "\r\033[K" : "", text);
}

static void report(void *arg, const struct status *st)
{
	struct scan_screen *s = arg;
	unsigned width = s->config->quiet ? 0 : term_width(stderr);
	char line[STATUS_LINE];

	if (width > 0 && (s->shared || s->progress != NULL)) {
		status_line(st, width - 1, line);
		if (s->shared)
			scan_findings_footer(s->findings, line);
		else
			outlet_footer(s->progress, line);
	}
	if (stop_signal_asked()) {
		if (s->log.kind == SCAN_LOG_TERMINAL)
			show_line(s, status_line(st, STATUS_LINE, line));
		else
			scan_log_progress(&s->log, st);
	}
	scan_log_status(&s->log, st);
	if (s->lines != NULL)
		write_status(s->lines, st);
}

static void stopping(void *arg)
{
	static const char text[] = "stopping: waiting for answers (again to end at once)";
	const struct scan_screen *s = arg;

	if (s->config->quiet)
		return;
	if (s->log.kind == SCAN_LOG_TERMINAL)
		show_line(s, text);
	else
		scan_log_say(&s->log, SCAN_LOG_NOTICE, "%s", text);
}

static void found(void *arg, const struct news_item *item)
{
	const struct scan_screen *s = arg;

	if (s->findings != NULL)
		scan_findings_put(s->findings, item);
}

/* ---- the end --------------------------------------------------------------------------------- */

/* The command that goes on with the scan, fit for a shell. */
static void way_on(FILE *out, const struct scan *s)
{
	fprintf(out, "go on with: sonde scan --resume %s --db ", s->record.id);
	shell_word(out, s->db_path);
	fputs(list_files_need_input(s->config) ? "   (and the same list on its standard input)\n"
	                                       : "\n",
	      out);
}

/* What of the findings is missing in the output. A reader who went away wanted no more. */
static void output_line(FILE *out, const struct scan_findings_end *e)
{
	if (e->error == -EPIPE)
		return;
	if (e->error != 0 && e->error != -ETIMEDOUT)
		fprintf(out, "  output    is not whole: %s; ", strerror(-e->error));
	else if (e->dropped > 0)
		fprintf(out, "  output    is not whole: its reader did not keep up; ");
	else
		return;
	if (e->dropped > 0)
		fprintf(out, "%" PRIu64 " finding%s %s left out; ", e->dropped,
		        e->dropped == 1 ? "" : "s", e->dropped == 1 ? "was" : "were");
	fputs("the database has everything\n", out);
}

static void last_lines(const struct scan_screen *s, const struct scan *scan, enum scan_end end,
                       const struct scan_findings_end *output)
{
	struct page page;

	if (!page_begin(&page))
		return;
	if (scan->began && s->config->quiet)
		status_trouble(page.out, &scan->status);
	else if (scan->began)
		status_summary(page.out, &scan->status);
	output_line(page.out, output);
	/* A complete scan that failed only for want of memory has nothing left to probe. */
	if (scan->began && end != SCAN_DONE && end != SCAN_SILENT &&
	    !(end == SCAN_FAILED && scan->status.complete))
		way_on(page.out, scan);
	page_show(&page, &s->log);
}

static void close_progress(struct scan_screen *s)
{
	size_t left;

	if (s->progress != NULL)
		outlet_close(s->progress, NULL, PATIENCE_MS, &left);
	s->progress = NULL;
}

int scan_screen_conclude(struct scan_screen *s, const struct scan *scan, enum scan_end end,
                         const char *message)
{
	struct scan_findings_end output = scan_findings_close(s->findings);

	s->findings = NULL;
	s->shared = false;
	close_progress(s);
	if (message[0] != '\0')
		tell(&s->log, SCAN_LOG_ERROR, "%s", message);
	if (scan->began && s->log.kind != SCAN_LOG_TERMINAL)
		scan_log_say(&s->log, SCAN_LOG_INFO, "ended: %" PRIu64 " open; %s",
		             status_open(&scan->status),
		             scan->status.complete ? "done" : "stopped before its end");
	last_lines(s, scan, end, &output);
	return output.error == 0 || output.error == -EPIPE || output.error == -ETIMEDOUT
	               ? CMD_OK
	               : CMD_FAILED;
}

/* ---- opening and closing --------------------------------------------------------------------- */

/* Open the output of --status-json: the number of a file descriptor, or a file. */
static int open_lines(struct scan_screen *s)
{
	const char *where = s->config->status_json;

	if (where == NULL)
		return CMD_OK;
	if (where[strspn(where, "0123456789")] == '\0') {
		int fd = dup(atoi(where));

		s->lines = fd >= 0 ? fdopen(fd, "w") : NULL;
	} else {
		s->lines = fopen(where, s->config->later ? "ae" : "we");
	}
	if (s->lines != NULL)
		return CMD_OK;
	return cmd_fail(CMD_USAGE, "--status-json: `%.200s`: %s", where, strerror(errno));
}

static int open_findings(struct scan_screen *s)
{
	bool progress = !s->config->quiet && s->log.kind == SCAN_LOG_TERMINAL;
	int ret = scan_findings_open(s->config, STDOUT_FILENO, &s->findings);

	s->shared = progress && scan_findings_is_terminal(s->findings, STDERR_FILENO);
	if (ret == 0 && progress && !s->shared)
		ret = outlet_open(STDERR_FILENO, PROGRESS_LIMIT, &s->progress);
	return ret == 0 ? CMD_OK
	                : cmd_fail(CMD_FAILED, "the output cannot begin: %s", strerror(-ret));
}

int scan_screen_open(struct scan_screen *s, const struct config *config)
{
	int code;

	*s = (struct scan_screen){.config = config};
	s->view = (struct scan_view){
		.arg = s, .found = found, .report = report, .stopping = stopping};
	scan_log_init(&s->log, config->log_json, config->quiet);
	code = open_lines(s);
	return code == CMD_OK ? open_findings(s) : code;
}

void scan_screen_close(struct scan_screen *s)
{
	scan_findings_close(s->findings);
	close_progress(s);
	if (s->lines != NULL)
		fclose(s->lines);
}
