/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_monitor.c - `sonde monitor`: keeps monitors, and delivers their events. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_store.h"
#include "config.h"
#include "json.h"
#include "monitor_run.h"
#include "stop_signal.h"
#include "uri.h"

struct monitor_options {
	const char *db, *on, *exec, *webhook, *secret_file, *ca_file;
	enum output_format format;
	uint64_t after, timeout_us;
	bool shell, once, follow, has_after;
};

#define FIELD(name) offsetof(struct monitor_options, name)

static int option_after_seq(const char *text, void *field, struct error *err)
{
	struct monitor_options *o = (struct monitor_options *)field;

	o->has_after = true;
	return option_u64(text, &o->after, err);
}

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"on", 0, "LIST", "add: opened,closed,changed,vuln,score; default: all", option_text,
         FIELD(on)},
	{"exec", 0, "CMD", "add: a command that gets each event on its input", option_text,
         FIELD(exec)},
	{"shell", 0, NULL, "add: let a shell read that command", NULL, FIELD(shell)},
	{"webhook", 0, "URL", "add: where each event is posted to", option_text, FIELD(webhook)},
	{"secret-file", 0, "FILE", "add: sign posts by the secret in there", option_text,
         FIELD(secret_file)},
	{"ca-file", 0, "FILE", "add: certificates that the server's is checked by", option_text,
         FIELD(ca_file)},
	{"timeout", 0, "TIME", "add: of a delivery, default 30s", option_duration,
         FIELD(timeout_us)},
	{"after", 0, "SEQ", "add: begin behind that change; default: now", option_after_seq, 0},
	{"once", 0, NULL, "run: deliver what is there, then end (the default)", NULL, FIELD(once)},
	{"follow", 'f', NULL, "run: go on until a signal", NULL, FIELD(follow)},
	{"output", 'o', "FORMAT", "of list: table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec spec = {
	"sonde monitor add NAME QUERY | list | test NAME | run [NAME...] | remove NAME\n"
	"[options]",
	"Tells a command or a web server when something happens to services that fit a\n"
	"query: they open, close, change, become vulnerable, or get another level.\n"
	"`run` delivers what the change log has since the last time, also what a rematch\n"
	"has found; it never touches a scan.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* ---- add ------------------------------------------------------------------------------------- */

static int take_text(const char *option, const char *text, char *out, size_t size)
{
	if (text != NULL && strlen(text) >= size)
		return cmd_fail(CMD_USAGE, "%s: longer than %zu bytes", option, size - 1);
	snprintf(out, size, "%s", text != NULL ? text : "");
	return CMD_OK;
}

/* The secret and the certificates are read later, by a process that stands elsewhere. */
static int take_path(const char *option, const char *path, char *out, size_t size)
{
	char *full = path != NULL ? realpath(path, NULL) : NULL;
	int code;

	if (path != NULL && full == NULL)
		return cmd_fail(CMD_USAGE, "%s: %.300s: %s", option, path, strerror(errno));
	code = take_text(option, full, out, size);
	free(full);
	return code;
}

static int check(const struct monitor_options *o, const struct monitor *m)
{
	if (!monitor_is_name(m->name))
		return cmd_fail(CMD_USAGE, "`%.60s`: a name has letters, digits, - and _", m->name);
	if ((o->exec == NULL) == (o->webhook == NULL))
		return cmd_fail(CMD_USAGE, "expected one of --exec CMD and --webhook URL");
	if (o->webhook != NULL && !uri_web(o->webhook, "https", NULL) &&
	    !uri_web(o->webhook, "http", NULL))
		return cmd_fail(CMD_USAGE, "--webhook: `%.100s`: expected https://HOST/PATH",
		                o->webhook);
	if (monitor_read_on(m->on) == 0)
		return cmd_fail(CMD_USAGE,
		                "--on: `%.60s`: expected some of opened,closed,changed,vuln,score",
		                m->on);
	if (m->timeout_s == 0 || m->timeout_s > 3600)
		return cmd_fail(CMD_USAGE, "--timeout: expected 1s to 1h");
	return CMD_OK;
}

static int fill(const struct monitor_options *o, int argc, char **argv, struct monitor *m)
{
	struct query *q;
	int code;

	memset(m, 0, sizeof(*m));
	if (argc < 2)
		return cmd_fail(CMD_USAGE, "expected: sonde monitor add NAME QUERY");
	m->shell = o->shell;
	m->timeout_s = o->timeout_us != 0 ? (uint32_t)(o->timeout_us / 1000000) : 30;
	code = take_text("NAME", argv[0], m->name, sizeof(m->name));
	for (int i = 1; i < argc && code == CMD_OK; i++) {
		size_t n = strlen(m->query);

		code = n + strlen(argv[i]) + 2 > sizeof(m->query)
		               ? cmd_fail(CMD_USAGE, "the query is too long")
		               : CMD_OK;
		if (code == CMD_OK)
			snprintf(m->query + n, sizeof(m->query) - n, "%s%s", n > 0 ? " " : "",
			         argv[i]);
	}
	if (code == CMD_OK)
		code = cmd_query_parse(argc, argv, 1, &q);
	if (code != CMD_OK)
		return code;
	query_free(q);
	code = take_text("--on", o->on != NULL ? o->on : "opened,closed,changed,vuln,score", m->on,
	                 sizeof(m->on));
	if (code == CMD_OK)
		code = take_text("--exec", o->exec, m->exec, sizeof(m->exec));
	if (code == CMD_OK)
		code = take_text("--webhook", o->webhook, m->webhook, sizeof(m->webhook));
	if (code == CMD_OK)
		code = take_path("--secret-file", o->secret_file, m->secret_file,
		                 sizeof(m->secret_file));
	if (code == CMD_OK)
		code = take_path("--ca-file", o->ca_file, m->ca_file, sizeof(m->ca_file));
	return code == CMD_OK ? check(o, m) : code;
}

static int add(const char *db, const struct monitor_options *o, int argc, char **argv)
{
	struct monitor_state st = {.cursor = o->after};
	struct monitor m;
	struct error err;
	struct store *s;
	int code = fill(o, argc, argv, &m), ret;

	if (code == CMD_OK)
		code = cmd_store_open(db, STORE_READ, &s);
	if (code != CMD_OK)
		return code;
	ret = o->has_after ? 0 : store_change_last(s, &st.cursor);
	store_close(s);
	if (ret != 0)
		return cmd_store_fail(ret);
	ret = monitor_add(db, &m, &st, &err);
	if (ret != 0)
		return cmd_fail(ret == -EEXIST ? CMD_USAGE : cmd_code(ret), "%s", err.text);
	return CMD_OK;
}

/* ---- list ------------------------------------------------------------------------------------ */

struct listing {
	const char *db;
	enum output_format format;
	struct json *json;
	uint64_t last;
};

static void write_row(struct json *j, const struct monitor *m, const struct monitor_state *st,
                      uint64_t lag)
{
	json_open_object(j, NULL);
	json_text(j, "name", m->name);
	json_text(j, "query", m->query);
	json_text(j, "on", m->on);
	json_text(j, "exec", m->exec);
	json_text(j, "webhook", m->webhook);
	json_bool(j, "signed", m->secret_file[0] != '\0');
	json_uint(j, "cursor", st->cursor);
	json_uint(j, "lag", lag);
	json_uint(j, "sent", st->sent);
	json_uint(j, "failed", st->failed);
	json_time(j, "last_sent", st->sent_us);
	json_text(j, "error", st->error);
	json_close_object(j);
}

static void list_one(void *arg, const char *name)
{
	struct listing *l = arg;
	struct monitor_state st;
	struct monitor m;
	struct error err;
	struct json *j;
	uint64_t lag;

	if (monitor_load(l->db, name, &m, &err) != 0 || monitor_load_state(l->db, name, &st) != 0)
		return;
	lag = l->last > st.cursor ? l->last - st.cursor : 0;
	if (l->format == OUTPUT_TABLE) {
		printf("%-16s %s\n", m.name, m.query);
		printf("  on %s, to %s\n", m.on, m.exec[0] != '\0' ? m.exec : m.webhook);
		printf("  %" PRIu64 " sent, %" PRIu64 " attempts failed, %" PRIu64
		       " changes behind%s%s\n",
		       st.sent, st.failed, lag, st.error[0] != '\0' ? ": " : "", st.error);
		return;
	}
	j = l->json != NULL ? l->json : json_begin(stdout, false);
	if (j == NULL)
		return;
	write_row(j, &m, &st, lag);
	if (l->json == NULL)
		json_done(j);
}

static int list(const char *db, const struct monitor_options *o)
{
	struct listing l = {.db = db, .format = o->format};
	struct store *s;
	int code = cmd_store_open(db, STORE_READ, &s), ret;

	if (code != CMD_OK)
		return code;
	ret = store_change_last(s, &l.last);
	store_close(s);
	if (ret != 0)
		return cmd_store_fail(ret);
	if (o->format == OUTPUT_JSON) {
		l.json = json_begin(stdout, true);
		if (l.json == NULL)
			return cmd_fail(CMD_FAILED, "out of memory");
		json_open_array(l.json, NULL);
	}
	monitor_each(db, list_one, &l);
	if (l.json != NULL) {
		json_close_array(l.json);
		json_done(l.json);
	}
	return cmd_written(CMD_OK);
}

/* ---- run ------------------------------------------------------------------------------------- */

enum { CREW = 256, LOOK_MS = 200 };

struct crew {
	const char *db;
	bool follow;
	const _Atomic unsigned *stop;
	pid_t pids[CREW];
	unsigned n;
};

/* Deliver for one monitor, in a process of its own: none waits for another. Returns an exit code. */
static int serve(const struct crew *c, const char *name)
{
	struct error err = {""};
	struct monitor_run run = {.db = c->db, .follow = c->follow, .stop = c->stop};
	struct monitor m;
	int lock, ret = monitor_load(c->db, name, &m, &err), code;

	if (ret != 0)
		return cmd_fail(CMD_NOTHING, "%s", err.text);
	lock = monitor_lock(c->db, name);
	if (lock < 0)
		return cmd_fail(CMD_DATABASE, "monitor %s: %s", name,
		                lock == -EBUSY ? "another process delivers its events"
		                               : strerror(-lock));
	code = cmd_store_open(c->db, STORE_READ, &run.store);
	if (code == CMD_OK) {
		run.monitor = &m;
		ret = monitor_run(&run, &err);
		store_close(run.store);
		if (ret != 0 && ret != -ECANCELED)
			code = cmd_fail(CMD_FAILED, "monitor %s: %s", name,
			                err.text[0] != '\0' ? err.text
			                : ret == -EIO
			                        ? "not delivered; `sonde monitor list` says why"
			                        : strerror(-ret));
	}
	close(lock);
	return code;
}

static void start(void *arg, const char *name)
{
	struct crew *c = arg;
	pid_t pid;

	if (c->n == CREW)
		return;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		_exit(serve(c, name));
	}
	if (pid > 0)
		c->pids[c->n++] = pid;
}

static int wait_for(const struct crew *c)
{
	int code = CMD_OK, status;
	bool told = false;
	pid_t pid;

	for (unsigned left = c->n; left > 0;) {
		if (*c->stop != 0 && !told) {
			for (unsigned i = 0; i < c->n; i++)
				kill(c->pids[i], SIGTERM);
			told = true;
		}
		pid = waitpid(-1, &status, WNOHANG);
		if (pid < 0)
			break;
		if (pid == 0) { /* wait() would go on after a signal, poll() does not */
			poll(NULL, 0, LOOK_MS);
			continue;
		}
		left--;
		if (WIFEXITED(status) && code == CMD_OK)
			code = WEXITSTATUS(status);
	}
	return code;
}

static int run_all(const char *db, const struct monitor_options *o, int argc, char **argv)
{
	struct crew c = {.db = db, .follow = o->follow, .stop = stop_signal_catch()};

	if (o->once && o->follow)
		return cmd_fail(CMD_USAGE, "--once and --follow exclude each other");
	for (int i = 0; i < argc; i++)
		start(&c, argv[i]);
	if (argc == 0)
		monitor_each(db, start, &c);
	if (c.n == 0)
		return cmd_fail(CMD_NOTHING, "no monitor: sonde monitor add makes one");
	return wait_for(&c);
}

static int test(const char *db, const char *name)
{
	char why[MONITOR_ERROR] = "not delivered";
	struct monitor m;
	struct error err;

	if (monitor_load(db, name, &m, &err) != 0)
		return cmd_fail(CMD_NOTHING, "%s", err.text);
	stop_signal_ask();
	if (monitor_test(&m, why) != 0)
		return cmd_fail(CMD_FAILED, "monitor %s: %s", name, why);
	printf("an event of the type sonde.test was taken\n");
	return cmd_written(CMD_OK);
}

static int remove_one(const char *db, const char *name)
{
	int ret = monitor_is_name(name) ? monitor_remove(db, name) : -ENOENT;

	if (ret == -ENOENT)
		return cmd_fail(CMD_NOTHING, "no monitor %.60s: sonde monitor list has them", name);
	return ret == 0 ? CMD_OK : cmd_fail(cmd_code(ret), "%s: %s", name, strerror(-ret));
}

int cmd_monitor(int argc, char **argv)
{
	struct monitor_options o = {.format = OUTPUT_TABLE};
	char db[CONFIG_PATH];
	struct error err;
	const char *order;
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (config_db_path(o.db, db, &err) < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	order = first < argc ? argv[first++] : "";
	argc -= first;
	argv += first;
	if (strcmp(order, "add") == 0)
		return add(db, &o, argc, argv);
	if (strcmp(order, "list") == 0 && argc == 0)
		return list(db, &o);
	if (strcmp(order, "run") == 0)
		return run_all(db, &o, argc, argv);
	if (strcmp(order, "test") == 0 && argc == 1)
		return test(db, argv[0]);
	if (strcmp(order, "remove") == 0 && argc == 1)
		return remove_one(db, argv[0]);
	return cmd_fail(CMD_USAGE, "expected: sonde monitor add | list | test | run | remove");
}
