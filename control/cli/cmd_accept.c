/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_accept.c - `sonde accept`: records who accepts a finding, until when and why. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "accept.h"
#include "accept_json.h"
#include "calendar.h"
#include "change.h"
#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "json.h"
#include "term.h"

struct accept_options {
	const char *db, *until, *reason, *by;
	enum output_format format;
	bool remove, list;
};

#define FIELD(name) offsetof(struct accept_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"until", 0, "DATE", "30d, or to the end of that day: 2027-01-31", option_text,
         FIELD(until)},
	{"reason", 0, "TEXT", "why", option_text, FIELD(reason)},
	{"by", 0, "NAME", "who accepts it; without this, the user who runs the command",
         option_text, FIELD(by)},
	{"remove", 0, NULL, "take it back", NULL, FIELD(remove)},
	{"list", 'l', NULL, "what is accepted; expired ones, too", NULL, FIELD(list)},
	{"output", 'o', "FORMAT", "of --list: table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec spec = {
	"sonde accept ADDRESSES[:PORT] ID --until DATE --reason TEXT [options]\n"
	"       sonde accept ADDRESSES[:PORT] ID --remove\n"
	"       sonde accept --list [ADDRESS]",
	"Takes a finding (a CVE or an exposure) out of the score until a date; it stays\n"
	"visible. ADDRESSES: one, a prefix, a range, or `everywhere`.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

struct listing {
	enum output_format format;
	struct json *json; /* of JSON: the array that is open */
	int64_t now_us;
	bool failed; /* the output cannot be written */
};

static bool list_line(struct listing *l, const struct store_accept *a)
{
	struct json *j = json_begin(stdout, false);

	if (j != NULL)
		accept_json(j, a, l->now_us);
	l->failed = j == NULL || json_done(j) != 0;
	return !l->failed;
}

static bool list_one(void *arg, const struct store_accept *a)
{
	struct listing *l = arg;
	char addresses[ACCEPT_ADDRESSES], port[8] = "", until[CALENDAR_TEXT];

	if (l->format == OUTPUT_NDJSON)
		return list_line(l, a);
	if (l->format == OUTPUT_JSON) {
		accept_json(l->json, a, l->now_us);
		return true;
	}
	if (a->port != 0)
		snprintf(port, sizeof(port), " %u", a->port);
	printf("%s%s  %s  %s %s  ", accept_addresses(a, addresses), port, a->id,
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
	if (l.failed)
		return cmd_output_failed();
	return ret == 0 ? CMD_OK : cmd_store_fail(ret);
}

/* ---- is there such a finding ----------------------------------------------------------------- */

/* Names for a message, as far as there is room; the others are counted. */
struct names {
	char text[240];
	size_t len;
	unsigned more;
};

static void add_name(struct names *n, const char *name)
{
	char wanted[64];
	size_t len = strlen(name);

	for (const char *p = n->text; *p != '\0'; p += strcspn(p, ","), p += strspn(p, ", "))
		if (strncmp(p, name, len) == 0 && (p[len] == ',' || p[len] == '\0'))
			return;
	snprintf(wanted, sizeof(wanted), "%s%.48s", n->len > 0 ? ", " : "", name);
	if (n->len + strlen(wanted) >= sizeof(n->text)) {
		n->more++;
		return;
	}
	n->len += (size_t)snprintf(n->text + n->len, sizeof(n->text) - n->len, "%s", wanted);
}

/* What the database has at the addresses of an accepted finding. */
struct there {
	const struct store_accept *a;
	bool host, port, found;
	struct names ports, ids;
};

static void note_id(struct there *t, const char *id)
{
	t->found = t->found || strcmp(id, t->a->id) == 0;
	add_name(&t->ids, id);
}

static bool note_service(void *arg, const struct record *r)
{
	struct there *t = arg;
	char port[8];

	if (!accept_has(t->a, &r->addr))
		return false; /* they come in the order of addresses */
	t->host = true;
	snprintf(port, sizeof(port), "%u", r->port);
	add_name(&t->ports, port);
	if (t->a->port != 0 && t->a->port != r->port)
		return true;
	t->port = true;
	for (uint32_t i = 0; i < r->verdict_count && record_is_up(r); i++)
		if (change_is_open(&r->verdicts[i]))
			note_id(t, r->verdicts[i].cve);
	for (uint32_t i = 0; i < r->exposure_count && record_is_up(r); i++)
		note_id(t, r->exposures[i].id);
	return !t->found;
}

/* Print that there is no such finding, and what there is. */
static int not_there(const struct there *t)
{
	char where[ACCEPT_ADDRESSES], port[16] = "", more[32] = "";

	accept_addresses(t->a, where);
	if (!t->host)
		return cmd_fail(CMD_NOTHING, "%s: no host of the database%s", where,
		                t->a->range ? " lies there" : "; `sonde search '*'` lists them");
	if (!t->port)
		return cmd_fail(CMD_NOTHING, "%s has no port %u; it has %s", where, t->a->port,
		                t->ports.text);
	if (t->a->port != 0)
		snprintf(port, sizeof(port), " port %u", t->a->port);
	if (t->ids.more > 0)
		snprintf(more, sizeof(more), " and %u more", t->ids.more);
	return cmd_fail(CMD_NOTHING, "%s%s has no finding %s; it has %s%s", where, port, t->a->id,
	                t->ids.len > 0 ? t->ids.text : "none", more);
}

static int check(struct store *s, const struct store_accept *a)
{
	struct there t = {.a = a};
	int ret = store_each(s, &a->addr, note_service, &t);

	if (ret < 0)
		return cmd_store_fail(ret);
	return t.found ? CMD_OK : not_there(&t);
}

static int store_it(struct store *s, const struct store_accept *a)
{
	int code = check(s, a), ret;

	if (code != CMD_OK)
		return code;
	ret = store_accept_put(s, a);
	return ret == 0 ? CMD_OK : cmd_store_fail(ret);
}

static int take_back(struct store *s, const struct store_accept *a, int64_t now_us)
{
	int ret = store_accept_remove(s, a, now_us);
	char where[ACCEPT_ADDRESSES], port[16] = "";

	if (a->port != 0)
		snprintf(port, sizeof(port), " port %u", a->port);
	if (ret == -ENOENT)
		return cmd_fail(CMD_NOTHING,
		                "%s is not accepted for %s%s; `sonde accept --list` lists what is",
		                a->id, accept_addresses(a, where), port);
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
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (o.list)
		return list(&o, argc - first, argv + first);
	if (argc - first != 2 || (!o.remove && (o.until == NULL || o.reason == NULL)))
		return cmd_fail(CMD_USAGE, "expected: sonde accept ADDRESSES[:PORT] ID "
		                           "--until DATE --reason TEXT");
	words = (struct accept_words){.target = argv[first],
	                              .id = argv[first + 1],
	                              .until = o.until != NULL ? o.until : "9999-12-31",
	                              .reason = o.reason != NULL ? o.reason : "removed"};
	if (accept_parse(&words, now_us, &a, &err) < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	snprintf(a.user, sizeof(a.user), "%s", o.by != NULL ? o.by : pw != NULL ? pw->pw_name : "");
	code = cmd_store_open(o.db, STORE_WRITE, &s);
	if (code != CMD_OK)
		return code;
	code = o.remove ? take_back(s, &a, now_us) : store_it(s, &a);
	store_close(s);
	return code;
}
