/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_top.c - `sonde top`: a live view of a running scan, through its control socket. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

#include "cmd.h"
#include "config.h"
#include "ctl.h"
#include "term.h"

enum { REDRAW_MS = 1000, CTRL_C = 3, ADDRESS_WIDTH = 24 };

struct top_options {
	const char *db;
};

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory of the scan", option_text,
         offsetof(struct top_options, db)},
};

static const struct option_spec spec = {
	"sonde top [options]",
	"Shows how the scan that writes the database is getting on: progress, rates, grabs,\n"
	"losses, and the newest findings. Redraws once a second; q or Ctrl-C ends it.\n"
	"Without a terminal it prints one block and exits.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* ---- the status ------------------------------------------------------------------------------ */

static yajl_val member(yajl_val tree, const char *object, const char *key)
{
	const char *path[] = {object != NULL ? object : key, object != NULL ? key : NULL, NULL};

	return tree != NULL ? yajl_tree_get(tree, path, yajl_t_any) : NULL;
}

/* A number of the status; -1: it has none. */
static double number(yajl_val tree, const char *object, const char *key)
{
	yajl_val v = member(tree, object, key);

	return YAJL_IS_NUMBER(v) ? strtod(YAJL_GET_NUMBER(v), NULL) : -1;
}

static const char *text(yajl_val tree, const char *key)
{
	yajl_val v = member(tree, NULL, key);

	return YAJL_IS_STRING(v) ? YAJL_GET_STRING(v) : "";
}

static bool is_true(yajl_val tree, const char *key)
{
	yajl_val v = member(tree, NULL, key);

	return YAJL_IS_TRUE(v);
}

/* ---- the page -------------------------------------------------------------------------------- */

/* A page of lines; a line that is wider than the terminal is cut. */
struct page {
	FILE *out;
	unsigned width; /* 0 = no limit */
	const char *eol;
};

static void show(const struct page *p, const char *line)
{
	size_t len = strlen(line);

	term_print(p->out, line, p->width > 0 && len > p->width ? p->width : len);
	fputs(p->eol, p->out);
}

static void show_progress(const struct page *p, yajl_val s)
{
	double left = number(s, NULL, "seconds_left");
	char line[256], a[16], b[16], c[16];

	snprintf(line, sizeof(line), "scan %.31s: %.40s, %.1f %%, %s done of %s%s%s",
	         text(s, "scan"), text(s, "state"), number(s, NULL, "percent"),
	         term_count(number(s, NULL, "done"), a), term_count(number(s, NULL, "targets"), b),
	         left >= 0 ? ", left " : "", left >= 0 ? term_duration(left, c) : "");
	show(p, line);
}

static void show_rate(const struct page *p, yajl_val s)
{
	char line[256], a[16], b[16];

	snprintf(line, sizeof(line), "rate      %s packets/s, %s wanted: %.100s",
	         term_count(number(s, NULL, "rate"), a),
	         term_count(number(s, NULL, "rate_wanted"), b), text(s, "rate_reason"));
	show(p, line);
}

static void show_answers(const struct page *p, yajl_val s)
{
	char line[256], a[16], b[16], c[16], d[16];

	snprintf(line, sizeof(line), "answers   %s open, %s closed; %.4f %% of the probes hit",
	         term_count(number(s, NULL, "open"), a),
	         term_count(number(s, "replies", "closed"), b), 100 * number(s, NULL, "hit_rate"));
	show(p, line);
	snprintf(line, sizeof(line), "changes   %s opened, %s closed, %s changed, %s findings",
	         term_count(number(s, "news", "opened"), a),
	         term_count(number(s, "news", "closed"), b),
	         term_count(number(s, "news", "changed"), c),
	         term_count(number(s, "news", "findings"), d));
	show(p, line);
}

static void show_grabs(const struct page *p, yajl_val s)
{
	char line[256];

	snprintf(line, sizeof(line),
	         "grabs     %.0f waiting, %.0f active; %.0f listen once more to a silent port",
	         number(s, "grabs", "waiting"), number(s, "grabs", "active"),
	         number(s, "grabs", "listening"));
	show(p, line);
	snprintf(line, sizeof(line),
	         "          %.0f answered, %.0f silent, %.0f refused, %.0f timed out, %.0f failed",
	         number(s, "grabs", "ok"), number(s, "grabs", "silent"),
	         number(s, "grabs", "refused"), number(s, "grabs", "timeout"),
	         number(s, "grabs", "failed"));
	show(p, line);
}

static void show_stages(const struct page *p, yajl_val s)
{
	char line[256], a[16], b[16], c[16], d[16], e[16];

	snprintf(line, sizeof(line),
	         "stages    %s open, %s asked, %s identified, %s judged, %s committed a second",
	         term_count(number(s, "stages", "open_per_s"), a),
	         term_count(number(s, "stages", "asked_per_s"), b),
	         term_count(number(s, "stages", "identified_per_s"), c),
	         term_count(number(s, "stages", "judged_per_s"), d),
	         term_count(number(s, "stages", "committed_per_s"), e));
	show(p, line);
}

static void show_losses(const struct page *p, yajl_val s)
{
	char line[256];

	snprintf(line, sizeof(line),
	         "losses    %.0f at the NIC, %.0f at the ring, %.0f at the store",
	         number(s, "coverage", "lost_nic"), number(s, "coverage", "lost_ring"),
	         number(s, "coverage", "lost_store"));
	show(p, line);
	snprintf(line, sizeof(line), "full      ring %.0f %%, grabs %.0f %%, writer %.0f %%",
	         number(s, "stages", "ring_percent"), number(s, "stages", "grab_percent"),
	         number(s, "stages", "writer_percent"));
	show(p, line);
}

static void show_finding(const struct page *p, yajl_val f)
{
	char line[256], level[40] = "";

	if (number(f, NULL, "score") > 0)
		snprintf(level, sizeof(level), "%.12s %.0f", text(f, "level"),
		         number(f, NULL, "score"));
	snprintf(line, sizeof(line), "  %-*.45s %5.0f/%-5.5s  %-13s  %.80s%s", ADDRESS_WIDTH,
	         text(f, "ip"), number(f, NULL, "port"), text(f, "transport"), level,
	         text(f, "words"),
	         is_true(f, "changed") ? "  changed"
	         : is_true(f, "new")   ? "  new"
	                               : "");
	show(p, line);
}

static void show_page(const struct page *p, yajl_val s)
{
	yajl_val newest = member(s, "news", "newest");

	show_progress(p, s);
	show_rate(p, s);
	show_answers(p, s);
	show_grabs(p, s);
	show_stages(p, s);
	show_losses(p, s);
	for (size_t i = 0; YAJL_IS_ARRAY(newest) && i < newest->u.array.len; i++)
		show_finding(p, newest->u.array.values[i]);
}

/* ---- the terminal ---------------------------------------------------------------------------- */

static volatile sig_atomic_t ended;

static void on_end(int number_of_signal)
{
	(void)number_of_signal;
	ended = 1;
}

/* Read keys without waiting for a line. False: the standard input is no terminal. */
static bool take_keys(struct termios *before)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, before) != 0)
		return false;
	raw = *before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

/* Wait until the next page is due. Returns true if q or Ctrl-C was pressed. */
static bool wait_for_key(bool keys)
{
	struct pollfd in = {.fd = keys ? STDIN_FILENO : -1, .events = POLLIN};
	char c;

	if (poll(&in, 1, REDRAW_MS) <= 0)
		return ended != 0;
	if (read(STDIN_FILENO, &c, 1) != 1)
		return true;
	return c == 'q' || c == 'Q' || c == CTRL_C;
}

/* Ask the scan. Returns 0 with the tree in *@out, which the caller frees, or -errno with @err. */
static int ask(const char *db, yajl_val *out, struct error *err)
{
	char reply[CTL_REPLY];
	int ret = ctl_ask(db, "status", reply, err);

	if (ret < 0)
		return ret;
	*out = yajl_tree_parse(reply, NULL, 0);
	return *out != NULL ? 0 : error_set(err, -EPROTO, "the scan's answer is no JSON");
}

static void print_block(yajl_val s)
{
	const struct page p = {stdout, 0, "\n"};

	show_page(&p, s);
}

/* Redraw until the operator or the scan ends it; *@last is the last status. */
static int watch(const char *db, yajl_val *last, bool keys)
{
	struct error err;
	yajl_val s;
	int ret = 0;

	while (!wait_for_key(keys)) {
		const struct page p = {stdout, term_width(stdout), "\033[K\r\n"};

		ret = ask(db, &s, &err);
		if (ret < 0)
			break;
		yajl_tree_free(*last);
		*last = s;
		fputs("\033[H", stdout);
		show_page(&p, s);
		fputs("\033[J", stdout);
		fflush(stdout);
	}
	return ret;
}

static void run(const char *db, yajl_val *last)
{
	const struct sigaction end = {.sa_handler = on_end};
	struct termios before;
	bool keys;
	int ret;

	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGHUP, &end, NULL);
	keys = take_keys(&before);
	fputs("\033[?1049h\033[H", stdout);
	show_page(&(struct page){stdout, term_width(stdout), "\033[K\r\n"}, *last);
	fflush(stdout);
	ret = watch(db, last, keys);
	fputs("\033[?1049l", stdout);
	if (keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	print_block(*last);
	if (ret < 0)
		puts("the scan has ended");
}

int cmd_top(int argc, char **argv)
{
	struct top_options o = {NULL};
	struct error err = {""};
	char path[CONFIG_PATH];
	yajl_val s = NULL;
	int first, code, ret;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (first < argc)
		return cmd_fail(CMD_USAGE, "`%.60s`: top takes no operand", argv[first]);
	if (config_db_path(o.db, path, &err) < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	ret = ask(path, &s, &err);
	if (ret < 0)
		return cmd_fail(ret == -ENOENT         ? CMD_NOTHING
		                : ret == -EACCES       ? CMD_PRIVILEGE
		                : ret == -ENAMETOOLONG ? CMD_USAGE
		                                       : CMD_FAILED,
		                "%s", err.text);
	if (term_width(stdout) > 0)
		run(path, &s);
	else
		print_block(s);
	yajl_tree_free(s);
	return fflush(stdout) == 0 && !ferror(stdout) ? CMD_OK : cmd_output_failed();
}
