/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_host.c - `sonde host`: prints everything known about hosts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "config.h"
#include "host_arg.h"
#include "host_at.h"
#include "host_history.h"
#include "host_view.h"
#include "look.h"
#include "scan_explain.h"
#include "term.h"
#include "timetext.h"

struct host_options {
	const char *db;
	enum output_format format;
	struct look look;
	const char *at;
	bool banner_raw, fixed, all, history;
};

#define FIELD(name) offsetof(struct host_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
	{"all", 'a', NULL, "every CVE, not only the worst of each product", NULL, FIELD(all)},
	{"fixed", 0, NULL, "list CVEs that the distribution has fixed", NULL, FIELD(fixed)},
	{"history", 0, NULL, "what each port was, and from when to when", NULL, FIELD(history)},
	{"at", 0, "TIME", "what was open then: 7d, 2026-11-22 or RFC 3339", option_text, FIELD(at)},
	LOOK_COLUMNS(struct host_options, look),
	LOOK_COLOR(struct host_options, look),
	LOOK_NO_VULNS(struct host_options, look),
	LOOK_VERDICTS(struct host_options, look),
	{"banner-raw", 0, NULL, "JSON: the banners' bytes in base64, too", NULL, FIELD(banner_raw)},
};

static const struct option_spec spec = {
	"sonde host ADDRESS... [options]",
	"Prints what is known about hosts: ports, services, CVE verdicts, score. ADDRESS\n"
	"is an address, a prefix, a range, ADDRESS:PORT, or @FILE with such words.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* The run of one command. */
struct answer {
	const struct host_options *o;
	struct store *s;
	char db[CONFIG_PATH];
	struct host_history *history; /* --history */
	struct export *rows;          /* --columns */
	bool is_list;                 /* JSON is one array, as several hosts may come */
	int64_t at_us;                /* --at; 0 = now */
	int port;                     /* of the argument that is answered; -1 = all */
	unsigned hosts;               /* printed so far */
	int error;                    /* -errno of writing */
};

/* ---- one host -------------------------------------------------------------------------------- */

static void separate(const struct answer *a)
{
	if (a->o->format == OUTPUT_JSON && a->is_list)
		fputs(a->hosts == 0 ? "[" : ",", stdout);
	else if (a->o->format == OUTPUT_TABLE && a->hosts > 0)
		putchar('\n');
}

static int print_rows(const struct answer *a, const struct store_host *h)
{
	int ret = 0;

	for (size_t i = 0; i < h->service_count && ret == 0; i++)
		if (a->port < 0 || h->services[i]->port == a->port)
			ret = export_service(a->rows, h, h->services[i]);
	return ret;
}

/* @scanned_us: when a host was scanned of which nothing is known; else 0. */
static int print_host(const struct answer *a, const struct store_host *h, int64_t scanned_us)
{
	const struct host_options *o = a->o;
	const struct host_view_config config = {
		.flags = (o->banner_raw ? HOST_VIEW_BANNER_RAW : 0) |
	                 (o->fixed ? HOST_VIEW_FIXED : 0) | (o->all ? HOST_VIEW_EVERY : 0) |
	                 (o->format == OUTPUT_JSON && !a->is_list ? HOST_VIEW_PRETTY : 0) |
	                 (look_is_painted(&o->look) ? HOST_VIEW_COLOUR : 0),
		.kinds = look_kinds(&o->look),
		.width = term_width(stdout),
		.port = a->port,
		.scanned_us = scanned_us,
	};

	if (a->rows != NULL)
		return print_rows(a, h);
	separate(a);
	return o->format == OUTPUT_TABLE ? host_view_table(stdout, h, &config)
	                                 : host_view_json(stdout, h, &config);
}

static int print_past(const struct answer *a, const struct dp_addr *addr)
{
	struct host_at past;
	int ret = host_at_read(a->s, addr, a->at_us, &past);

	if (ret != 0)
		return ret;
	separate(a);
	ret = host_at_write(&past, stdout,
	                    a->o->format == OUTPUT_JSON && a->is_list ? OUTPUT_NDJSON
	                                                              : a->o->format,
	                    term_width(stdout));
	host_at_fini(&past);
	return ret;
}

static bool each_host(void *arg, const struct store_host *h)
{
	struct answer *a = arg;

	if (a->at_us != 0)
		a->error = print_past(a, &h->addr);
	else if (a->history != NULL)
		a->error = host_history_put(a->history, a->s, &h->addr, a->port);
	else
		a->error = print_host(a, h, 0);
	a->hosts++;
	return a->error >= 0;
}

/* ---- scanned, and nothing open --------------------------------------------------------------- */

enum { LAST_SCANS = 16 };

struct scans {
	struct store_scan list[LAST_SCANS]; /* a ring */
	size_t seen;
};

static bool keep_scan(void *arg, const struct store_scan *scan)
{
	struct scans *s = arg;

	s->list[s->seen++ % LAST_SCANS] = *scan;
	return true;
}

/* Find the last scan that probed the address. 1 with *@at and its id in @h, 0: none, or -errno. */
static int find_scan(const struct answer *a, struct store_host *h, int64_t *at)
{
	struct scans *s = calloc(1, sizeof(*s));
	struct scan_explain r;
	int ret = s == NULL ? -ENOMEM : store_scan_each(a->s, keep_scan, s);
	size_t n = s == NULL ? 0 : s->seen < LAST_SCANS ? s->seen : LAST_SCANS;

	for (size_t i = 0; i < n && ret == 0; i++) {
		const struct store_scan *scan = &s->list[(s->seen - 1 - i) % LAST_SCANS];

		ret = scan_explain_find(&(struct scan_explain_scan){a->s, a->db, scan}, &h->addr,
		                        a->port, &r);
		if (ret != 0 || r.done == 0)
			continue;
		*at = r.last_us != 0      ? r.last_us
		      : scan->end_us != 0 ? scan->end_us
		                          : scan->start_us;
		snprintf(h->last_scan, sizeof(h->last_scan), "%s", scan->id);
		ret = 1;
	}
	free(s);
	return ret;
}

/* Print that @addr was scanned and nothing is open there. 1, 0: it never was, or -errno. */
static int print_scanned(struct answer *a, const struct dp_addr *addr)
{
	struct store_host h = {.addr = *addr};
	int64_t at = 0;
	int ret = find_scan(a, &h, &at);

	if (ret <= 0)
		return ret;
	if (a->rows == NULL && a->history == NULL) {
		ret = print_host(a, &h, at);
		a->hosts++;
	}
	return ret < 0 ? ret : 1;
}

/* ---- arguments ------------------------------------------------------------------------------- */

struct span {
	struct answer *a;
	struct dp_addr last;
};

static bool within(void *arg, const struct store_host *h)
{
	struct span *s = arg;

	return dp_addr_compare(&h->addr, &s->last) <= 0 && each_host(s->a, h);
}

/* Print the hosts of a range. 1, 0: there is none, or -errno. */
static int answer_range(struct answer *a, const struct target_range *range)
{
	struct span span = {a, range->last};
	unsigned before = a->hosts;
	int ret = store_each_host(a->s, &range->first, within, &span);

	if (ret == 0 && a->error < 0)
		ret = a->error;
	if (ret == 0 && a->hosts == before && dp_addr_compare(&range->first, &range->last) == 0)
		return print_scanned(a, &range->first);
	return ret < 0 ? ret : a->hosts > before;
}

/* Answer one argument. Returns an exit code. */
static int answer_arg(struct answer *a, const char *text, const struct host_arg *arg)
{
	bool any = false;

	a->port = arg->port;
	for (size_t i = 0; i < arg->list.count; i++) {
		int ret = answer_range(a, &arg->list.ranges[i]);

		if (ret < 0)
			return ferror(stdout) ? cmd_written(CMD_OK) : cmd_store_fail(ret);
		any = any || ret > 0;
	}
	if (any)
		return CMD_OK;
	return cmd_fail(CMD_NOTHING, "%.80s: nothing is known about it, no scan has probed it",
	                text);
}

static int answer_all(struct answer *a, char **argv, const struct host_arg *args, int n)
{
	int code = CMD_OK;

	for (int i = 0; i < n && (code == CMD_OK || code == CMD_NOTHING); i++) {
		int one = answer_arg(a, argv[i], &args[i]);

		code = one != CMD_OK ? one : code;
	}
	return code;
}

/* Open what the options ask for beside pages. Returns an exit code. */
static int begin(struct answer *a)
{
	const struct export_config config = {stdout, a->o->format, EXPORT_SERVICES,
	                                     a->o->look.columns,
	                                     look_is_painted(&a->o->look) ? EXPORT_COLOUR : 0};
	struct error err;
	int ret;

	if (a->o->history) {
		a->history = host_history_open(a->o->format);
		return a->history != NULL ? CMD_OK : cmd_fail(CMD_FAILED, "out of memory");
	}
	if (a->o->look.columns == NULL)
		return CMD_OK;
	ret = export_open(&config, &a->rows, &err);
	return ret == 0 ? CMD_OK : cmd_fail_at(ret, "--columns", &err);
}

static int end(struct answer *a, int code)
{
	if (a->history != NULL)
		host_history_close(a->history);
	else if (a->rows != NULL)
		export_close(a->rows);
	else if (a->o->format == OUTPUT_JSON && a->is_list)
		fputs(a->hosts == 0 ? "[]\n" : "]\n", stdout);
	return cmd_written(code);
}

static int run(struct answer *a, char **argv, const struct host_arg *args, int n)
{
	struct error err = {""};
	int code;

	if (config_db_path(a->o->db, a->db, &err) < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	code = cmd_store_open(a->o->db, STORE_READ, &a->s);
	if (code != CMD_OK)
		return code;
	code = begin(a);
	if (code == CMD_OK)
		code = end(a, answer_all(a, argv, args, n));
	store_close(a->s);
	return code;
}

static int check(const struct host_options *o, int n)
{
	if (n == 0)
		return cmd_fail(CMD_USAGE, "expected an address: sonde host 192.0.2.10");
	if (o->format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "host prints table, json or ndjson; for rows say: sonde "
		                           "search 'ip:192.0.2.10 state:*' -o csv");
	if (o->at != NULL && (o->history || o->look.columns != NULL))
		return cmd_fail(CMD_USAGE, "--at goes with neither --history nor --columns");
	if (o->history && o->look.columns != NULL)
		return cmd_fail(CMD_USAGE, "--columns: the columns of --history are fixed");
	if (o->format == OUTPUT_TABLE)
		return CMD_OK;
	return look_check(&o->look, o->format);
}

/* Read the moment of --at: so long ago, or a date or time. */
static int read_at(const char *text, int64_t *out)
{
	struct error err;
	uint64_t span;

	if (text == NULL)
		return CMD_OK;
	if (option_duration(text, &span, &err) == 0)
		*out = clock_now_us() - (int64_t)span;
	else if (!timetext_parse(text, out))
		return cmd_fail(CMD_USAGE,
		                "--at: `%.60s`: expected 24h, 7d, 2026-11-22 or "
		                "2026-11-22T02:10:44Z",
		                text);
	return CMD_OK;
}

int cmd_host(int argc, char **argv)
{
	struct host_options o = {0};
	struct answer a = {.o = &o};
	struct host_arg *args;
	struct error err;
	int first, code, n = 0;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	code = check(&o, argc - first);
	if (code != CMD_OK)
		return code;
	code = read_at(o.at, &a.at_us);
	if (code != CMD_OK)
		return code;
	args = calloc((size_t)(argc - first), sizeof(*args));
	if (args == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	while (first + n < argc && host_arg_read(argv[first + n], &args[n], &err) == 0)
		n++;
	a.is_list = argc - first > 1 || (n == 1 && !host_arg_is_one(&args[0]));
	code = first + n < argc ? cmd_fail(CMD_USAGE, "%s", err.text)
	                        : run(&a, argv + first, args, n);
	for (int i = 0; i < n; i++)
		host_arg_fini(&args[i]);
	free(args);
	return code;
}
