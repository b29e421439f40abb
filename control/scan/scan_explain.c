/* SPDX-License-Identifier: Apache-2.0 */
/* scan_explain.c - checks one address against the lists, order and checkpoint of one scan. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exclude.h"
#include "list_files.h"
#include "plan.h"
#include "scan_explain.h"
#include "scan_words.h"
#include "targets.h"
#include "unreached.h"

enum { PLACE_WORD = 128 };

const char *scan_explain_name(enum scan_explain_verdict v)
{
	static const char *const names[] = {
		[SCAN_EXPLAIN_NEVER] = "never probed",   [SCAN_EXPLAIN_OUTSIDE] = "not asked for",
		[SCAN_EXPLAIN_EXCLUDED] = "excluded",    [SCAN_EXPLAIN_OTHER] = "in another shard",
		[SCAN_EXPLAIN_AHEAD] = "not yet probed", [SCAN_EXPLAIN_PARTLY] = "partly probed",
		[SCAN_EXPLAIN_PROBED] = "probed",        [SCAN_EXPLAIN_SKIPPED] = "skipped",
		[SCAN_EXPLAIN_UNKNOWN] = "unknown",
	};

	return names[v];
}

/* ---- which line of which list ---------------------------------------------------------------- */

/* An address to look for in a list, and the buffer for the place of the entry that names it. */
struct search {
	const struct dp_addr *addr;
	char *place;
	size_t size;
};

static int find_addr(void *arg, const struct target_range *r, const struct target_place *at)
{
	const struct search *s = arg;

	if (dp_addr_compare(&r->first, s->addr) > 0 || dp_addr_compare(s->addr, &r->last) > 0)
		return 0;
	snprintf(s->place, s->size, "%.200s:%zu:%zu: `%.*s`", at->source, at->line, at->column,
	         (int)(at->len > PLACE_WORD ? PLACE_WORD : at->len), at->word);
	return 1;
}

/* Whether a list names the address: 1 (s->place says where), 0, or -errno with @err. */
static int in_targets(const struct config *c, struct search *s, struct error *err)
{
	const struct targets_taker to = {find_addr, s, c->names, true};
	int ret = 0;

	for (unsigned i = 0; i < c->target_count && ret == 0; i++)
		ret = targets_argument("target", c->targets[i], &to, err);
	return ret;
}

static int in_exclusions(const struct config *c, const struct exclude *live, struct search *s,
                         struct error *err)
{
	/* Exclusions that were added while the scan ran come first: the plan was made without
	 * them. */
	const struct targets_taker to = {.sink = find_addr, .arg = s, .names = c->names};
	int ret = exclude_exists(live) ? targets_file(live->path, &to, err) : 0;

	for (unsigned i = 0; i < c->excludes.count && ret == 0; i++)
		ret = targets_argument("--exclude", c->excludes.items[i], &to, err);
	for (unsigned i = 0; i < c->exclude_files.count && ret == 0; i++)
		ret = targets_file(c->exclude_files.items[i], &to, err);
	return ret;
}

static int in_scope(const struct config *c, struct search *s, struct error *err)
{
	const struct targets_taker to = {.sink = find_addr, .arg = s, .names = c->names};

	return c->scope_file == NULL ? 1 : targets_file(c->scope_file, &to, err);
}

static void say(struct scan_explain *out, enum scan_explain_verdict verdict, const char *why)
{
	out->verdict = verdict;
	snprintf(out->why, sizeof(out->why), "%s", why);
}

/* Check the address against targets, exclusions and scope, in this order. True with the answer in
 * *@out if one of them keeps the address out of the scan or cannot be read; false if all let it
 * pass. */
static bool barred(const struct config *c, const struct exclude *live, const struct dp_addr *a,
                   struct scan_explain *out)
{
	char place[sizeof(out->why)];
	struct search s = {a, place, sizeof(place)};
	struct error err = {""};
	int target = in_targets(c, &s, &err);
	int excluded = target == 1 ? in_exclusions(c, live, &s, &err) : 0;
	int scope = target == 1 && excluded == 0 ? in_scope(c, &s, &err) : 0;

	if (target < 0 || excluded < 0 || scope < 0)
		say(out, SCAN_EXPLAIN_UNKNOWN, err.text);
	else if (target == 0)
		say(out, SCAN_EXPLAIN_OUTSIDE, "no target names it");
	else if (excluded == 1)
		say(out, SCAN_EXPLAIN_EXCLUDED, place);
	else if (scope == 0) {
		out->verdict = SCAN_EXPLAIN_OUTSIDE;
		snprintf(out->why, sizeof(out->why), "the scope file %.300s does not name it",
		         c->scope_file);
	}
	return out->verdict != 0;
}

/* ---- how far the walk is --------------------------------------------------------------------- */

/* The time at which the scan had done @done positions, on the straight line through two samples. */
static int64_t between(const struct store_sample *a, const struct store_sample *b, uint64_t done)
{
	double share = (double)(int64_t)(done - a->done) / (double)(b->done - a->done);

	return a->time_us + (int64_t)(share * (double)(b->time_us - a->time_us));
}

int64_t scan_explain_time(const struct store_scan *scan, uint64_t done)
{
	const struct store_sample *m = scan->samples, start = {scan->start_us, 0};
	uint32_t n = scan->sample_count, from = n > 8 ? n - 8 : 0; /* the last 8 samples */

	if (n == 0)
		return 0;
	if (done < m[0].done)
		return between(&start, &m[0], done);
	for (uint32_t i = 1; i < n; i++)
		if (done < m[i].done)
			return between(&m[i - 1], &m[i], done);
	return m[n - 1].done > m[from].done ? between(&m[from], &m[n - 1], done) : 0;
}

/* Add the time of a visit at @step of one worker to *@out. All workers advance at about the same
 * pace, so the scan as a whole is then at @step times the number of workers. */
static void note_time(const struct store_scan *scan, uint64_t step, bool is_done,
                      struct scan_explain *out)
{
	int64_t at = scan_explain_time(scan, step * scan->workers);

	if (at == 0)
		return;
	if (!is_done) {
		if (scan->state == STORE_SCAN_RUNNING && (out->due_us == 0 || at < out->due_us))
			out->due_us = at;
		return;
	}
	if (out->first_us == 0 || at < out->first_us)
		out->first_us = at;
	if (at > out->last_us)
		out->last_us = at;
}

static void add_visits(const struct store_scan *scan, const struct dp_visit *v,
                       struct scan_explain *out)
{
	for (uint32_t pass = 0; pass < scan->passes; pass++) {
		uint64_t step = v->step + pass * v->pass_steps;
		bool is_done = scan->progress[v->worker % DP_MAX_WORKERS] > step;

		out->visits++;
		out->done += is_done;
		note_time(scan, step, is_done, out);
	}
}

static void follow_walk(const struct store_scan *scan, const struct plan *p,
                        const struct dp_addr *a, int port, struct scan_explain *out)
{
	const struct dp_space_order order = {p->space, scan->key, scan->shards, scan->workers};
	int first = port < 0 ? 0 : port, last = port < 0 ? UINT16_MAX : port;
	bool elsewhere = false;

	for (int n = first; n <= last; n++) {
		struct dp_visit v;

		if (!plan_covers(p, a, (uint16_t)n) ||
		    dp_space_visit(&order, a, (uint16_t)n, &v) < 0)
			continue;
		if (v.shard == scan->shard)
			add_visits(scan, &v, out);
		else
			elsewhere = true;
	}
	if (out->visits == 0)
		out->verdict = elsewhere ? SCAN_EXPLAIN_OTHER : SCAN_EXPLAIN_OUTSIDE;
	else if (out->done == out->visits)
		out->verdict = SCAN_EXPLAIN_PROBED;
	else
		out->verdict = out->done > 0 ? SCAN_EXPLAIN_PARTLY : SCAN_EXPLAIN_AHEAD;
	if (out->verdict == SCAN_EXPLAIN_OUTSIDE)
		snprintf(out->why, sizeof(out->why),
		         port < 0 ? "it was not among the random addresses"
		                  : "the port is none of its ports");
}

/* Take back the visits of an address that had no next hop: its positions were done without a
 * probe. */
static void look_for_hop(const struct scan_explain_scan *s, const struct dp_addr *a,
                         struct scan_explain *out)
{
	enum unreached u = out->visits > 0 ? unreached_find(s->db_path, s->scan->id, a)
	                                   : UNREACHED_NEVER;

	if (u == UNREACHED_ALWAYS) {
		out->done = 0;
		out->first_us = out->last_us = out->due_us = 0;
		say(out, SCAN_EXPLAIN_SKIPPED,
		    "it has no next hop: no such neighbour answered, or it is an own or a "
		    "broadcast address");
	} else if (u == UNREACHED_SOMETIMES && out->done > 0) {
		say(out, SCAN_EXPLAIN_PARTLY,
		    "in some of the scan's runs it had no next hop, and was skipped");
	}
}

/* Explain by @c, the configuration of the scan. */
static void explain_target(const struct scan_explain_scan *s, const struct config *c,
                           const struct dp_addr *a, int port, struct scan_explain *out)
{
	struct error err = {""};
	struct exclude live;
	struct plan p;

	exclude_init(&live, s->db_path, s->scan->id, c);
	if (barred(c, &live, a, out))
		return;
	if (plan_make(c, &p, &err) < 0) {
		say(out, SCAN_EXPLAIN_UNKNOWN, err.text);
		return;
	}
	if (p.info.digest != s->scan->space_digest)
		say(out, SCAN_EXPLAIN_UNKNOWN, "its lists have changed since it began");
	else {
		follow_walk(s->scan, &p, a, port, out);
		look_for_hop(s, a, out);
	}
	plan_fini(&p);
}

int scan_explain_find(const struct scan_explain_scan *s, const struct dp_addr *addr, int port,
                      struct scan_explain *out)
{
	struct scan_words words = {0};
	struct names names = {0};
	struct config c;
	const char *why;
	struct error err;
	int ret = scan_words_load(s->store, s->scan, &words);

	if (ret < 0 && ret != -ENOENT)
		return ret;
	memset(out, 0, sizeof(*out));
	config_init(&c);
	if (dp_addr_forbidden(addr, &why)) {
		say(out, SCAN_EXPLAIN_NEVER, why);
	} else if (ret < 0 || config_parse(&c, words.count, words.v, &err) < 0 ||
	           config_names(&c, &names, NULL, &err) < 0) {
		say(out, SCAN_EXPLAIN_UNKNOWN, "its command line was not kept whole");
	} else if (list_files_need_input(&c)) {
		say(out, SCAN_EXPLAIN_UNKNOWN,
		    "a list came from its standard input and is not kept");
	} else {
		c.key = s->scan->key;
		explain_target(s, &c, addr, port, out);
	}
	names_fini(&names);
	scan_words_fini(&words);
	return 0;
}
