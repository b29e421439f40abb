/* SPDX-License-Identifier: Apache-2.0 */
/* scan_json.c - the record of a scan as JSON. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "scan_json.h"
#include "scan_words.h"

static void append(char out[SCAN_WISH_TEXT], const char *word, const char *between)
{
	size_t n = strlen(out);

	snprintf(out + n, SCAN_WISH_TEXT - n, "%s%s", n > 0 ? between : "", word);
}

int scan_wish_read(struct store *store, const struct store_scan *scan, struct scan_wish *out)
{
	struct scan_words words = {0};
	struct config c;
	struct error err;
	int ret = scan_words_load(store, scan, &words);

	*out = (struct scan_wish){"", ""};
	if (ret < 0)
		return ret == -ENOENT ? 0 : ret;
	config_init(&c);
	if (config_parse(&c, words.count, words.v, &err) == 0) {
		for (unsigned i = 0; i < c.target_count; i++)
			append(out->targets, c.targets[i], " ");
		for (unsigned i = 0; i < c.ports.count; i++)
			append(out->ports, c.ports.items[i], ",");
	}
	scan_words_fini(&words);
	return 0;
}

uint64_t scan_probed(const struct store_scan *s)
{
	uint64_t done = 0, skipped = s->stats.skipped_scope + s->stats.skipped_noroute;

	for (uint32_t i = 0; i < s->workers && i < DP_MAX_WORKERS; i++)
		done += s->progress[i];
	return done > skipped ? done - skipped : 0;
}

bool scan_can_go_on(const struct store_scan *s)
{
	return s->state == STORE_SCAN_STOPPED || s->state == STORE_SCAN_INTERRUPTED;
}

void scan_json(struct json *j, const struct store_scan *s, const struct scan_wish *w)
{
	json_text(j, "scan", s->id);
	json_text(j, "state", store_scan_state_name(s->state));
	json_time(j, "began", s->start_us);
	json_time(j, "ended", s->end_us);
	json_bytes(j, "targets", w->targets, strlen(w->targets));
	json_bytes(j, "ports", w->ports, strlen(w->ports));
	json_uint(j, "probes", s->stats.targets);
	json_uint(j, "probed", scan_probed(s));
	json_uint(j, "skipped", s->stats.skipped_scope + s->stats.skipped_noroute);
	json_uint(j, "open", s->stats.open);
	json_uint(j, "opened", s->opened);
	json_uint(j, "closed", s->closed);
	json_uint(j, "changed", s->changed);
	json_uint(j, "findings", s->findings);
}

void scan_json_more(struct json *j, const struct store_scan *s)
{
	json_text(j, "user", s->user);
	json_text(j, "version", s->version);
	json_bytes(j, "command", s->command, strlen(s->command));
	json_uint(j, "shard", s->shard + 1);
	json_uint(j, "shards", s->shards);
	json_uint(j, "passes", s->passes);
	json_uint(j, "answers_closed", s->stats.closed);
	json_bool(j, "can_resume", scan_can_go_on(s));
}
