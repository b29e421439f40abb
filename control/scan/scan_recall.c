/* SPDX-License-Identifier: Apache-2.0 */
/* scan_recall.c - hands open ports of the database to the pipeline. */
#include "scan_recall.h"

#include <errno.h>
#include <string.h>

struct recall {
	struct scan *scan;
	int error;
};

static bool recall(void *arg, const struct record *r)
{
	struct recall *a = arg;

	if (r->state == RECORD_OPEN && strcmp(r->scan, a->scan->record.id) == 0)
		a->error = pipeline_recall(a->scan->pipeline, r);
	return a->error == 0;
}

int scan_recall_run(struct scan *s)
{
	struct recall a = {s, 0};
	int ret = store_each(s->store, NULL, recall, &a);

	return ret < 0 ? ret : a.error;
}

/* Whether the port is known, and what runs there is not, for nobody has asked: the scan that found it asked
 * nothing, could not, or ended before it did. Fragile devices' ports, and those of hosts with very many,
 * stay as they are. */
static bool is_unasked(const struct record *r)
{
	return r->ask == RECORD_UNASKED_OFF || r->ask == RECORD_UNASKED_WAY ||
	       (r->ask == RECORD_ASK_UNKNOWN && !r->grabbed);
}

static bool refresh(void *arg, const struct record *r)
{
	struct recall *a = arg;
	const struct scan *s = a->scan;
	bool wanted = s->config->refresh == CONFIG_REFRESH_UNASKED
	                      ? is_unasked(r)
	                      : strcmp(r->scan, s->record.id) != 0;

	if (wanted && r->state == RECORD_OPEN && r->transport == DP_TRANSPORT_TCP &&
	    plan_covers(s->plan, &r->addr, r->port))
		a->error = pipeline_refresh(s->pipeline, r);
	return a->error == 0;
}

int scan_recall_refresh(struct scan *s)
{
	struct recall a = {s, 0};
	int ret = store_each(s->store, NULL, refresh, &a);

	return ret < 0 ? ret : a.error;
}
