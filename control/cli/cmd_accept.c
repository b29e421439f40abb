/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_accept.c - `sonde accept`: records who accepts a finding, until when and why. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "accept.h"
#include "calendar.h"
#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "json.h"
#include "term.h"

struct accept_options {
	const char *db, *until, *reason;
	enum output_format format;
	bool remove, list;
};

#define FIELD(name) offsetof(struct accept_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"until", 0, "DATE", "to the end of that day, 2027-01-31", option_text, FIELD(until)},
	{"reason", 0, "TEXT", "why", option_text, FIELD(reason)},
	{"remove", 0, NULL, "take it back", NULL, FIELD(remove)},
	{"list", 'l', NULL, "what is accepted, of one address or all; expired ones, too", NULL,
         FIELD(list)},
	{"output", 'o', "FORMAT", "of --list: table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec spec = {
	"sonde accept ADDRESS[:PORT] ID --until DATE --reason TEXT [options]\n"
	"       sonde accept ADDRESS[:PORT] ID --remove\n"
	"       sonde accept --list [ADDRESS]",
	"Takes a finding (a CVE or an exposure) out of the host's "
	"score until a date; it stays visible.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

struct listing {
	enum output_format format;
	struct json *json; /* of JSON: the array that is open */
	int64_t now_us;
	bool failed; /* the output cannot be written */
};

static void put_accepted(struct json *j, const struct store_accept *a, int64_t now_us)
{
	char addr[DP_ADDR_TEXT];

	json_open_object(j, NULL);
	json_text(j, "ip", dp_addr_format(&a->addr, addr));
	if (a->port != 0)
		json_int(j, "port", a->port);
	json_text(j, "id", a->id);
	json_time(j, "until", a->until_us);
	json_bool(j, "expired", a->until_us <= now_us);
	json_time(j, "made", a->made_us);
	json_text(j, "by", a->user);
	json_text(j, "reason", a->reason);
	json_close_object(j);
}

static bool list_line(struct listing *l, const struct store_accept *a)
{
	struct json *j = json_begin(stdout, false);

	if (j != NULL)
		put_accepted(j, a, l->now_us);
	l->failed = j == NULL || json_done(j) != 0;
	return !l->failed;
}

static bool list_one(void *arg, const struct store_accept *a)
{
	struct listing *l = arg;
	char addr[DP_ADDR_TEXT], port[8] = "", until[CALENDAR_TEXT];

	if (l->format == OUTPUT_NDJSON)
		return list_line(l, a);
	if (l->format == OUTPUT_JSON) {
		put_accepted(l->json, a, l->now_us);
		return true;
	}
	if (a->port != 0)
		snprintf(port, sizeof(port), " %u", a->port);
	printf("%s%s  %s  %s %s  ", dp_addr_format(&a->addr, addr), port, a->id,
	       a->until_us <= l->now_us ? "expired" : "until", calendar_format(a->until_us, until));
	term_print(stdout, a->user, strlen(a->user));
	printf(": ");
	term_print(stdout, a->reason, strlen(a->reason));
	putchar('\n');
	return true;
}

static int list(const struct accept_options *o, int argc, char **argv)
{
	struct listing l = {.format = o->format, .now_us = clock_now_us()};
	struct dp_addr addr;
	struct store *s;
	int code, ret;

	if (argc > 1 || (argc == 1 && dp_addr_parse(argv[0], &addr) < 0))
		return cmd_fail(CMD_USAGE, "`%.60s`: expected one address or none behind --list",
		                argv[argc - 1]);
	if (o->format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "--output: expected table, json or ndjson");
	code = cmd_store_open(o->db, STORE_READ, &s);
	if (code != CMD_OK)
		return code;
	if (o->format == OUTPUT_JSON) {
		l.json = json_begin(stdout, true);
		if (l.json == NULL) {
			store_close(s);
			return cmd_fail(CMD_FAILED, "out of memory");
		}
		json_open_array(l.json, NULL);
	}
	ret = store_accept_each(s, argc == 1 ? &addr : NULL, list_one, &l);
	if (l.json != NULL) {
		json_close_array(l.json);
		l.failed = json_done(l.json) != 0;
	}
	store_close(s);
	if (l.failed || fflush(stdout) != 0)
		return cmd_fail(CMD_FAILED, "the output cannot be written");
	return ret == 0 ? CMD_OK : cmd_store_fail(ret);
}

int cmd_accept(int argc, char **argv)
{
	struct accept_options o = {0};
	struct accept_words words;
	struct passwd *pw = getpwuid(getuid());
	struct error err = {""};
	struct store_accept a;
	int64_t now_us = clock_now_us();
	struct store *s;
	int first, code, ret;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (o.list)
		return list(&o, argc - first, argv + first);
	if (argc - first != 2 || (!o.remove && (o.until == NULL || o.reason == NULL)))
		return cmd_fail(CMD_USAGE, "expected: sonde accept ADDRESS[:PORT] ID "
		                           "--until DATE --reason TEXT");
	words = (struct accept_words){.target = argv[first],
	                              .id = argv[first + 1],
	                              .until = o.until != NULL ? o.until : "9999-12-31",
	                              .reason = o.reason != NULL ? o.reason : "removed"};
	ret = accept_parse(&words, now_us, &a, &err);
	if (ret < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	snprintf(a.user, sizeof(a.user), "%s", pw != NULL ? pw->pw_name : "");
	code = cmd_store_open(o.db, STORE_WRITE, &s);
	if (code != CMD_OK)
		return code;
	ret = o.remove ? store_accept_remove(s, &a, now_us) : store_accept_put(s, &a);
	store_close(s);
	return ret == 0 ? CMD_OK : cmd_store_fail(ret);
}
