/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_serve.c - `sonde serve`: answers over HTTP what the database knows. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "config.h"
#include "serve.h"

struct serve_options {
	const char *db, *vulndb, *unix_path, *tls_cert, *tls_key, *keys, *audit;
	struct option_list listens, hosts;
	uint32_t threads, connections, per_address, idle_s, drain_s;
	bool routes, openapi;
};

#define FIELD(name) offsetof(struct serve_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"vulndb", 0, "FILE", "knowledge file", option_text, FIELD(vulndb)},
	{"listen", 'l', "ADDRESS:PORT", "default 127.0.0.1:8080; may be repeated", option_append,
         FIELD(listens)},
	{"unix", 0, "PATH", "listen on a unix socket; alone unless --listen is given", option_text,
         FIELD(unix_path)},
	{"tls-cert", 0, "FILE", "certificate in PEM, with those that sign it: HTTPS", option_text,
         FIELD(tls_cert)},
	{"tls-key", 0, "FILE", "its key in PEM", option_text, FIELD(tls_key)},
	{"host", 0, "NAME", "a name by which browsers may ask for the server; may be repeated",
         option_append, FIELD(hosts)},
	{"keys", 0, "FILE", "the keys of clients; default: keys in the database directory",
         option_text, FIELD(keys)},
	{"audit", 0, "FILE", "who changed or exported; default: audit.ndjson there", option_text,
         FIELD(audit)},
	{"threads", 0, "N", "that answer queries, default 2", option_u32, FIELD(threads)},
	{"connections", 0, "N", "at most so many at once, default 4096", option_u32,
         FIELD(connections)},
	{"per-address", 0, "N", "and of one address, default 256", option_u32, FIELD(per_address)},
	{"idle", 0, "SECONDS", "how long a client may wait or dawdle, default 60", option_u32,
         FIELD(idle_s)},
	{"drain", 0, "SECONDS", "how long requests may go on after SIGTERM, default 10", option_u32,
         FIELD(drain_s)},
	{"routes", 0, NULL, "print the routes", NULL, FIELD(routes)},
	{"openapi", 0, NULL, "print their description, OpenAPI 3.1", NULL, FIELD(openapi)},
};

static const struct option_spec spec = {
	"sonde serve [--listen ADDRESS:PORT] [--unix PATH] [options]",
	"Answers over HTTP what the database knows, beside scans that write it. While\n"
	"there are no keys (`sonde key add`), only loopback and the unix socket answer.\n"
	"SIGTERM ends it when what runs is answered; SIGHUP reads keys and certificates.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static void say(const char *text)
{
	cmd_fail(CMD_OK, "%s", text);
}

static int check(const struct serve_options *o, int operands)
{
	if (operands > 0)
		return cmd_fail(CMD_USAGE, "serve takes options only: sonde serve --listen "
		                           "127.0.0.1:8080");
	if ((o->tls_cert == NULL) != (o->tls_key == NULL))
		return cmd_fail(CMD_USAGE, "--tls-cert and --tls-key go together");
	if (o->listens.count > SERVE_LISTENS)
		return cmd_fail(CMD_USAGE, "--listen: at most %d addresses", SERVE_LISTENS);
	if (o->threads == 0 || o->threads > 16)
		return cmd_fail(CMD_USAGE, "--threads: expected a number from 1 to 16");
	if (o->connections == 0 || o->per_address == 0 || o->idle_s == 0 || o->idle_s > 86400 ||
	    o->drain_s > 86400)
		return cmd_fail(CMD_USAGE, "--connections, --per-address and --idle: expected 1 "
		                           "or more; --idle and --drain: at most 86400");
	return CMD_OK;
}

/* The place of a file: @given, or @name in the database directory. */
static const char *place(const char *given, const char *db, const char *name,
                         char out[CONFIG_PATH + 32])
{
	if (given != NULL)
		return given;
	snprintf(out, CONFIG_PATH + 32, "%s/%s", db, name);
	return out;
}

static int run(const struct serve_config *c)
{
	struct error err = {""};
	struct server *s;
	sigset_t signals;
	int ret;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	ret = serve_open(c, &s, &err);
	if (ret == 0) {
		ret = serve_run(s, &err);
		serve_close(s);
	}
	if (ret == 0)
		return CMD_OK;
	return cmd_fail(ret == -ENOENT || ret == -EBUSY               ? CMD_DATABASE
	                : ret == -EPERM || ret == -EACCES             ? CMD_PRIVILEGE
	                : ret == -EADDRINUSE || ret == -EADDRNOTAVAIL ? CMD_NETWORK
	                : ret == -EINVAL                              ? CMD_USAGE
	                                                              : CMD_FAILED,
	                "%s", err.text);
}

static int print_tables(const struct serve_options *o)
{
	if (o->openapi)
		return serve_openapi(stdout) == 0 ? CMD_OK : cmd_output_failed();
	serve_routes(stdout, false);
	return CMD_OK;
}

int cmd_serve(int argc, char **argv)
{
	static const char *const usual = "127.0.0.1:8080";
	struct serve_options o = {
		.threads = 2, .connections = 4096, .per_address = 256, .idle_s = 60, .drain_s = 10};
	char db[CONFIG_PATH], keys[CONFIG_PATH + 32], audit[CONFIG_PATH + 32];
	struct serve_config c = {.say = say};
	const char *hosts[OPTION_LIST_MAX + 1] = {NULL};
	struct error err = {""};
	int first, code;

	if (argc == 2 && strcmp(argv[1], "--routes=man") == 0) {
		serve_routes(stdout, true);
		return CMD_OK;
	}
	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	code = check(&o, argc - first);
	if (code != CMD_OK || o.routes || o.openapi)
		return code != CMD_OK ? code : print_tables(&o);
	if (config_db_path(o.db, db, &err) < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	c.db = db;
	c.vulndb = o.vulndb;
	c.unix_path = o.unix_path;
	c.tls_cert = o.tls_cert;
	c.tls_key = o.tls_key;
	c.keys = place(o.keys, db, "keys", keys);
	c.audit = place(o.audit, db, "audit.ndjson", audit);
	for (unsigned i = 0; i < o.listens.count; i++)
		c.listens[c.listen_count++] = o.listens.items[i];
	if (c.listen_count == 0 && o.unix_path == NULL)
		c.listens[c.listen_count++] = usual;
	memcpy(hosts, o.hosts.items, o.hosts.count * sizeof(*hosts));
	c.hosts = hosts;
	c.threads = o.threads;
	c.connections = o.connections;
	c.per_address = o.per_address;
	c.idle_s = o.idle_s;
	c.drain_s = o.drain_s;
	return run(&c);
}
