/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_explain.c - `sonde explain`: says whether and when each scan probes or probed an address, and
 * why or why not. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "calendar.h"
#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "config.h"
#include "grab_policy.h"
#include "json.h"
#include "scan_explain.h"
#include "term.h"

struct explain_options {
	const char *db;
	uint64_t limit;
	enum output_format format;
};

#define FIELD(name) offsetof(struct explain_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"limit", 'n', "N", "the last N scans, default 10", option_u64, FIELD(limit)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
};

static const struct option_spec spec = {
	"sonde explain ADDRESS[:PORT] [options]",
	"Says of each scan in the database whether it probes the address, when, and which line of "
	"which list\n"
	"is the reason; and how the port is asked what it is, or why not. "
	"IPv6 with a port: [2001:db8::1]:443.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

struct question {
	struct dp_addr addr;
	int port; /* -1: all */
	char db[CONFIG_PATH];
	struct store *store;
};

/* Parse ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT or [ADDRESS]. */
static bool parse_question(const char *text, struct question *q)
{
	const char *colon = strrchr(text, ':'), *from = text + (text[0] == '[');
	char address[DP_ADDR_TEXT + 8];
	uint64_t port;
	size_t len;
	struct error err;

	q->port = -1;
	len = strlen(text);
	if (text[0] == '[' && text[len - 1] == ']' && len < sizeof(address)) {
		snprintf(address, sizeof(address), "%.*s", (int)len - 2, from);
		return dp_addr_parse(address, &q->addr) == 0;
	}
	if (text[0] != '[' && (colon == NULL || strchr(text, ':') != colon))
		return dp_addr_parse(text, &q->addr) == 0;
	len = colon != NULL ? (size_t)(colon - from) : strlen(from);
	if (colon == NULL || option_u64(colon + 1, &port, &err) < 0 || port > UINT16_MAX)
		return false;
	if (text[0] == '[' && (len == 0 || from[--len] != ']'))
		return false;
	if (len >= sizeof(address))
		return false;
	memcpy(address, from, len);
	address[len] = '\0';
	q->port = (int)port;
	return dp_addr_parse(address, &q->addr) == 0;
}

/* ---- the scans ------------------------------------------------------------------------------- */

struct scans {
	const char *db;          /* the directory of the database */
	struct store_scan *list; /* ring buffer of the last @room scans */
	size_t room, seen;
};

static bool keep_scan(void *arg, const struct store_scan *scan)
{
	struct scans *s = arg;
	struct store_scan *kept = &s->list[s->seen++ % s->room];

	*kept = *scan;
	store_scan_look(s->db, kept);
	return true;
}

static void print_row(const struct store_scan *scan, const struct scan_explain *r)
{
	char began[CALENDAR_TEXT], first[CALENDAR_TEXT], last[CALENDAR_TEXT];

	printf("%-18s %-8s %s  %s", scan->id, store_scan_state_name(scan->state),
	       calendar_format(scan->start_us, began), scan_explain_name(r->verdict));
	if (r->visits > 0)
		printf(": %llu of %llu probes", (unsigned long long)r->done,
		       (unsigned long long)r->visits);
	if (r->first_us > 0 && r->last_us - r->first_us < 1000000)
		printf(", at about %s", calendar_format(r->first_us, first));
	else if (r->first_us > 0)
		printf(", from about %s to %s", calendar_format(r->first_us, first),
		       calendar_format(r->last_us, last));
	else if (r->done > 0 && scan->end_us > 0)
		printf(", before %s", calendar_format(scan->end_us, last));
	if (r->due_us > clock_now_us())
		printf(", the next at about %s", calendar_format(r->due_us, last));
	if (r->why[0] != '\0') {
		printf(": ");
		term_print(stdout, r->why, strlen(r->why));
	}
	if (scan->state == STORE_SCAN_INTERRUPTED)
		printf("; no process runs it: sonde scan --resume %s", scan->id);
	putchar('\n');
}

static void write_row(struct json *j, const struct store_scan *scan, const struct scan_explain *r)
{
	json_open_object(j, NULL);
	json_text(j, "scan", scan->id);
	json_text(j, "state", store_scan_state_name(scan->state));
	json_time(j, "began", scan->start_us);
	json_time(j, "ended", scan->end_us);
	json_text(j, "verdict", scan_explain_name(r->verdict));
	json_bytes(j, "why", r->why, strlen(r->why));
	json_int(j, "probes", (int64_t)r->visits);
	json_int(j, "probes_done", (int64_t)r->done);
	json_time(j, "first_probe", r->first_us);
	json_time(j, "last_probe", r->last_us);
	if (r->due_us > clock_now_us())
		json_time(j, "next_probe", r->due_us);
	json_close_object(j);
}

/* ---- what may be asked there ----------------------------------------------------------------- */

/* If the port is one of fragile devices, print how a scan treats it. */
static void print_policy(const struct question *q, struct json *j)
{
	char tcp[GRAB_POLICY_TEXT], udp[GRAB_POLICY_TEXT];

	if (q->port < 0 || !grab_policy_is_fragile((uint16_t)q->port))
		return;
	grab_policy_explain((uint16_t)q->port, DP_TRANSPORT_TCP, tcp);
	grab_policy_explain((uint16_t)q->port, DP_TRANSPORT_UDP, udp);
	if (j == NULL) {
		printf("tcp: %s\nudp: %s\n", tcp, udp);
		return;
	}
	json_open_object(j, "fragile");
	json_text(j, "tcp", tcp);
	json_text(j, "udp", udp);
	json_close_object(j);
}

/* ---- what it answered ------------------------------------------------------------------------ */

static int print_answers(const struct question *q, struct json *j)
{
	struct store_host h;
	int ret = store_host_get(q->store, &q->addr, &h);
	char seen[CALENDAR_TEXT];

	if (ret < 0)
		return ret == -ENOENT ? 0 : ret;
	for (size_t i = 0; i < h.service_count; i++) {
		const struct record *r = h.services[i];
		const char *why = record_unasked_words(r->ask);

		if (q->port >= 0 && r->port != q->port)
			continue;
		if (j == NULL) {
			printf("port %-5u %s, last seen %s by %s%s%s\n", r->port,
			       record_state_name(r->state), calendar_format(r->last_seen_us, seen),
			       r->scan, *why != '\0' ? "; not asked what it is: " : "", why);
			continue;
		}
		json_open_object(j, NULL);
		json_int(j, "port", r->port);
		json_text(j, "state", record_state_name(r->state));
		json_time(j, "last_seen", r->last_seen_us);
		json_text(j, "scan", r->scan);
		if (r->ask != RECORD_ASK_UNKNOWN)
			json_bool(j, "asked", record_was_asked(r->ask));
		json_text(j, "not_asked", record_unasked_name(r->ask));
		json_close_object(j);
	}
	store_host_fini(&h);
	return 0;
}

static int print_scans(const struct question *q, const struct scans *s, struct json *j)
{
	size_t count = s->seen < s->room ? s->seen : s->room;
	struct scan_explain r;
	int ret = 0;

	for (size_t i = 0; i < count && ret == 0; i++) {
		const struct store_scan *scan = &s->list[(s->seen - 1 - i) % s->room];

		ret = scan_explain_find(&(struct scan_explain_scan){q->store, q->db, scan},
		                        &q->addr, q->port, &r);
		if (ret == 0 && j == NULL)
			print_row(scan, &r);
		else if (ret == 0)
			write_row(j, scan, &r);
	}
	return ret;
}

static int print_json(const struct question *q, const struct scans *s, bool pretty)
{
	struct json *j = json_begin(stdout, pretty);
	char text[DP_ADDR_TEXT];
	int ret, written;

	if (j == NULL)
		return -ENOMEM;
	dp_addr_format(&q->addr, text);
	json_open_object(j, NULL);
	json_text(j, "ip", text);
	if (q->port >= 0)
		json_int(j, "port", q->port);
	json_open_array(j, "scans");
	ret = print_scans(q, s, j);
	json_close_array(j);
	print_policy(q, j);
	json_open_array(j, "services");
	if (ret == 0)
		ret = print_answers(q, j);
	json_close_array(j);
	json_close_object(j);
	written = json_done(j);
	return ret != 0 ? ret : written;
}

static int answer(const struct question *q, const struct explain_options *o)
{
	struct scans s = {.db = q->db, .room = o->limit};
	int ret;

	s.list = calloc(s.room, sizeof(*s.list));
	ret = s.list == NULL ? -ENOMEM : store_scan_each(q->store, keep_scan, &s);
	if (ret == 0 && s.seen == 0)
		ret = -ENOENT;
	if (ret == 0 && o->format == OUTPUT_TABLE) {
		ret = print_scans(q, &s, NULL);
		print_policy(q, NULL);
		if (ret == 0)
			ret = print_answers(q, NULL);
	} else if (ret == 0) {
		ret = print_json(q, &s, o->format == OUTPUT_JSON);
	}
	free(s.list);
	return ret;
}

int cmd_explain(int argc, char **argv)
{
	struct explain_options o = {.limit = 10};
	struct question q;
	struct error err = {""};
	int first, code, ret;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first != 1)
		return cmd_fail(CMD_USAGE, "expected one address: sonde explain 192.0.2.10:22");
	if (!parse_question(argv[first], &q))
		return cmd_fail(CMD_USAGE,
		                "`%.60s`: expected ADDRESS or ADDRESS:PORT: "
		                "sonde explain 192.0.2.10:22",
		                argv[first]);
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE, "--output: explain prints table, json or ndjson");
	if (o.limit == 0 || o.limit > 100000)
		return cmd_fail(CMD_USAGE, "--limit: `%llu`: expected a number from 1 to 100000",
		                (unsigned long long)o.limit);
	if (config_db_path(o.db, q.db, &err) < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	code = cmd_store_open(o.db, STORE_READ, &q.store);
	if (code != CMD_OK)
		return code;
	ret = answer(&q, &o);
	store_close(q.store);
	if (ret == -ENOENT)
		return cmd_fail(CMD_NOTHING,
		                "%.300s: no scan was ever begun there; `sonde scan` begins one",
		                q.db);
	return ret < 0 ? cmd_store_fail(ret) : CMD_OK;
}
