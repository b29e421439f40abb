/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_scans.c - `sonde scans`: the scans of the database: a list, one in full, two compared. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "cmd.h"
#include "cmd_scans.h"
#include "config.h"
#include "csv.h"
#include "json.h"
#include "scan_compare.h"
#include "scan_json.h"
#include "shell.h"
#include "term.h"
#include "text.h"

enum { SHOWN = 40 };

struct scans_options {
	const char *db;
	uint64_t limit;
	enum output_format format;
};

#define FIELD(name) offsetof(struct scans_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"limit", 'n', "N", "list the last N scans, default 20", option_u64, FIELD(limit)},
	{"output", 'o', "FORMAT", "table, json, ndjson or csv", option_format, FIELD(format)},
};

static const struct option_spec spec = {
	"sonde scans [show ID | compare ID ID] [options]",
	"Lists the scans of the database, the newest first: targets, ports, state, open\n"
	"ports, and what was new and closed. `show` prints one in full; `compare` prints\n"
	"the services that only one of two scans found, and those that changed. The ID\n"
	"`last` is the newest scan.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* The answer in hand. */
struct answer {
	struct cmd_scans in;
	struct json *json; /* the array of json; NULL otherwise */
	struct bytes line; /* of csv */
};

/* ---- the list -------------------------------------------------------------------------------- */

struct list {
	const char *path;
	struct store_scan *ring; /* the last @room scans */
	size_t room, seen;
};

static bool keep_scan(void *arg, const struct store_scan *scan)
{
	struct list *l = arg;
	struct store_scan *kept = &l->ring[l->seen++ % l->room];

	*kept = *scan;
	store_scan_look(l->path, kept);
	return true;
}

static int newest_first(const void *a, const void *b)
{
	const struct store_scan *x = a, *y = b;

	return x->start_us < y->start_us ? 1 : x->start_us > y->start_us ? -1 : 0;
}

/* Print @text in a column of at most @width bytes. */
static void print_column(const char *text, size_t width)
{
	size_t len = strlen(text);
	bool cut = len > width;

	term_print(stdout, text, cut ? width - 3 : len);
	printf("%*s", cut ? 0 : (int)(width - len), cut ? "..." : "");
}

static void print_row(const struct store_scan *s, const struct scan_wish *w)
{
	char began[CALENDAR_TEXT];

	printf("%-16s  %s  %-11s  %8" PRIu64 "  %6" PRIu64 "  %6" PRIu64 "  ", s->id,
	       calendar_format(s->start_us, began), store_scan_state_name(s->state), s->stats.open,
	       s->opened, s->closed);
	print_column(w->targets, SHOWN / 2 + 4);
	fputs("  ", stdout);
	term_print(stdout, w->ports, strnlen(w->ports, SHOWN));
	putchar('\n');
}

static void csv_text(struct answer *a, const char *text)
{
	csv_cell(&a->line, text, strlen(text));
	bytes_put(&a->line, ",", 1);
}

static void csv_number(struct answer *a, uint64_t n, const char *end)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%" PRIu64 "%s", n, end);

	bytes_put(&a->line, text, (size_t)len);
}

static void csv_row(struct answer *a, const struct store_scan *s, const struct scan_wish *w)
{
	char began[CALENDAR_TEXT], ended[CALENDAR_TEXT] = "";

	bytes_clear(&a->line);
	csv_text(a, s->id);
	csv_text(a, store_scan_state_name(s->state));
	csv_text(a, calendar_format(s->start_us, began));
	csv_text(a, s->end_us > 0 ? calendar_format(s->end_us, ended) : "");
	csv_text(a, w->targets);
	csv_text(a, w->ports);
	csv_number(a, scan_probed(s), ",");
	csv_number(a, s->stats.open, ",");
	csv_number(a, s->opened, ",");
	csv_number(a, s->closed, ",");
	csv_number(a, s->changed, ",");
	csv_number(a, s->findings, "\r\n");
	fwrite(a->line.data, 1, a->line.len, stdout);
}

/* Write one object: as an element of the array that is open, or as a line. */
static int write_object(struct answer *a, const struct store_scan *s, const struct scan_wish *w)
{
	struct json *j = a->json != NULL ? a->json : json_begin(stdout, false);

	if (j == NULL)
		return -ENOMEM;
	json_open_object(j, NULL);
	scan_json(j, s, w);
	json_close_object(j);
	return a->json != NULL ? 0 : json_done(j);
}

static int list_one(struct answer *a, const struct store_scan *s)
{
	struct scan_wish w;
	int ret = scan_wish_read(a->in.store, s, &w);

	if (ret < 0)
		return ret;
	if (a->in.format == OUTPUT_TABLE)
		print_row(s, &w);
	else if (a->in.format == OUTPUT_CSV)
		csv_row(a, s, &w);
	else
		ret = write_object(a, s, &w);
	return ret;
}

static void list_head(struct answer *a)
{
	if (a->in.format == OUTPUT_TABLE)
		printf("%-16s  %-20s  %-11s  %8s  %6s  %6s  %-24s  ports\n", "scan", "began",
		       "state", "open", "new", "closed", "targets");
	else if (a->in.format == OUTPUT_CSV)
		fputs("scan,state,began,ended,targets,ports,probed,open,opened,closed,changed,"
		      "findings\r\n",
		      stdout);
	else if (a->in.format == OUTPUT_JSON && (a->json = json_begin(stdout, true)) != NULL)
		json_open_array(a->json, NULL);
}

/* Close the array that list_head() opened. */
static int list_end(struct answer *a, int ret)
{
	int written = 0;

	if (a->json != NULL) {
		json_close_array(a->json);
		written = json_done(a->json);
	}
	bytes_fini(&a->line);
	if (ret == 0)
		ret = written;
	return ret == 0 && (fflush(stdout) != 0 || ferror(stdout)) ? -EIO : ret;
}

static int list_scans(struct answer *a, uint64_t limit)
{
	struct list l = {.path = a->in.path, .room = limit};
	size_t count;
	int ret;

	l.ring = calloc(limit, sizeof(*l.ring));
	ret = l.ring == NULL ? -ENOMEM : store_scan_each(a->in.store, keep_scan, &l);
	count = l.seen < l.room ? l.seen : l.room;
	if (count > 1)
		qsort(l.ring, count, sizeof(*l.ring), newest_first);
	if (ret == 0)
		list_head(a);
	for (size_t i = 0; i < count && ret == 0; i++)
		ret = list_one(a, &l.ring[i]);
	free(l.ring);
	return list_end(a, ret);
}

/* ---- one scan -------------------------------------------------------------------------------- */

static void show_text(const char *label, const char *text)
{
	if (text[0] == '\0')
		return;
	printf("%-10s ", label);
	term_print(stdout, text, strlen(text));
	putchar('\n');
}

static void show_table(const struct answer *a, const struct store_scan *s,
                       const struct scan_wish *w)
{
	char began[CALENDAR_TEXT], ended[CALENDAR_TEXT];

	printf("%-10s %s\n%-10s %s%s\n", "scan", s->id, "state", store_scan_state_name(s->state),
	       s->state == STORE_SCAN_INTERRUPTED ? " (no process runs it)" : "");
	show_text("began", calendar_format(s->start_us, began));
	show_text("ended", s->end_us > 0 ? calendar_format(s->end_us, ended) : "");
	show_text("by", s->user);
	show_text("version", s->version);
	show_text("targets", w->targets);
	show_text("ports", w->ports);
	if (s->shards > 1)
		printf("%-10s %u of %u\n", "shard", s->shard + 1, s->shards);
	if (s->passes > 1)
		printf("%-10s %u\n", "passes", s->passes);
	printf("%-10s %" PRIu64 " of %" PRIu64 "\n", "probed", scan_probed(s), s->stats.targets);
	if (s->stats.skipped_noroute + s->stats.skipped_scope > 0)
		printf("%-10s %" PRIu64 " without a next hop, %" PRIu64 " out of scope\n",
		       "skipped", s->stats.skipped_noroute, s->stats.skipped_scope);
	printf("%-10s %" PRIu64 " open, %" PRIu64 " closed\n", "answers", s->stats.open,
	       s->stats.closed);
	printf("%-10s %" PRIu64 " opened, %" PRIu64 " closed, %" PRIu64 " changed, %" PRIu64
	       " findings\n",
	       "changes", s->opened, s->closed, s->changed, s->findings);
	show_text("command", s->command);
	if (scan_can_go_on(s)) {
		printf("%-10s sonde scan --resume %s --db ", "go on", s->id);
		shell_word(stdout, a->in.path);
		putchar('\n');
	}
}

static int show_object(const struct store_scan *s, const struct scan_wish *w, bool pretty)
{
	struct json *j = json_begin(stdout, pretty);

	if (j == NULL)
		return -ENOMEM;
	json_open_object(j, NULL);
	scan_json(j, s, w);
	scan_json_more(j, s);
	json_close_object(j);
	return json_done(j);
}

int cmd_scans_find(const struct cmd_scans *c, const char *id, struct store_scan *out)
{
	int ret = store_scan_get(c->store, strcmp(id, "last") == 0 ? "" : id, out);

	if (ret == -ENOENT)
		return cmd_fail(CMD_NOTHING,
		                "`%.40s`: no such scan in %.300s (`sonde scans` lists them)", id,
		                c->path);
	if (ret < 0)
		return cmd_store_fail(ret);
	store_scan_look(c->path, out);
	return CMD_OK;
}

static void csv_all(struct answer *a, const struct store_scan *s, const struct scan_wish *w)
{
	list_head(a);
	csv_row(a, s, w);
}

static int show_scan(struct answer *a, const char *id)
{
	struct store_scan s;
	struct scan_wish w;
	int code = cmd_scans_find(&a->in, id, &s), ret;

	if (code != CMD_OK)
		return code;
	ret = scan_wish_read(a->in.store, &s, &w);
	if (ret == 0 && a->in.format == OUTPUT_TABLE)
		show_table(a, &s, &w);
	else if (ret == 0 && a->in.format == OUTPUT_CSV)
		csv_all(a, &s, &w);
	else if (ret == 0)
		ret = show_object(&s, &w, a->in.format == OUTPUT_JSON);
	a->json = NULL;
	ret = list_end(a, ret);
	return ret == 0 ? CMD_OK : cmd_store_fail(ret);
}

int cmd_scans(int argc, char **argv)
{
	struct scans_options o = {.limit = 20};
	struct answer a = {0};
	struct error err = {""};
	int first, code, count, ret;
	char **words;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	words = argv + first;
	count = argc - first;
	if (!(count == 0 || (count == 2 && strcmp(words[0], "show") == 0) ||
	      (count == 3 && strcmp(words[0], "compare") == 0)))
		return cmd_fail(CMD_USAGE, "expected nothing, show ID, or compare ID ID");
	if (o.limit == 0 || o.limit > 100000)
		return cmd_fail(CMD_USAGE, "--limit: 1 to 100000");
	if (config_db_path(o.db, a.in.path, &err) < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	a.in.format = o.format;
	code = cmd_store_open(o.db, STORE_READ, &a.in.store);
	if (code != CMD_OK)
		return code;
	if (count == 0) {
		ret = list_scans(&a, o.limit);
		code = ret == 0 ? CMD_OK : cmd_store_fail(ret);
	} else {
		code = count == 2 ? show_scan(&a, words[1])
		                  : cmd_scans_compare(&a.in, words[1], words[2]);
	}
	store_close(a.in.store);
	return code;
}
