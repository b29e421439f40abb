/* SPDX-License-Identifier: Apache-2.0 */
/* monitor_run.c - reads the log, chooses what a monitor wants, and delivers it. */
#include "monitor_run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "clock.h"
#include "deliver.h"
#include "dp_addr.h"
#include "log_wait.h"
#include "query.h"

enum { CHUNK = 256, TRIES = 5, LOOK_MS = 60000 };

struct running {
	const struct monitor_run *run;
	struct query *query;
	uint32_t types;
	struct monitor_state state;
	struct store_change list[CHUNK];
	size_t n;
};

static uint32_t type(const char *name)
{
	return store_change_type(name, strlen(name));
}

static uint32_t types_of(unsigned on)
{
	uint32_t bits = 0;

	if ((on & MONITOR_OPENED) != 0)
		bits |= type("port.opened") | type("port.reopened");
	if ((on & MONITOR_CLOSED) != 0)
		bits |= type("port.closed");
	if ((on & MONITOR_CHANGED) != 0)
		bits |= type("service") | type("cert");
	/* Of a new host, the log has the number of the findings in place of each. */
	if ((on & MONITOR_VULN) != 0)
		bits |= type("vuln.added") | type("exposure.added") | type("host.new");
	if ((on & MONITOR_SCORE) != 0)
		bits |= type("score.level_changed");
	return bits;
}

/* Whether a new host came with findings. */
static bool has_findings(const struct store_change *c)
{
	const char *at = c->is;
	struct change_value v;

	while (change_next(&at, &v))
		if ((strcmp(v.name, "affected") == 0 || strcmp(v.name, "possible") == 0 ||
		     strcmp(v.name, "exposures") == 0) &&
		    strcmp(v.value, "0") != 0)
			return true;
	return false;
}

/* Whether the service fits the query, whatever its state is now: that it closed may be the event. */
static bool fits(const struct running *w, const struct store_host *h, const struct record *r)
{
	struct record open = *r;

	if (!query_names_state(w->query))
		open.state = RECORD_OPEN;
	return query_match(w->query, h, &open);
}

/* The service of the change, or of a host's one that fits; NULL: none fits. */
static const struct record *find(const struct running *w, const struct store_host *h,
                                 const struct store_change *c)
{
	for (size_t i = 0; i < h->service_count; i++) {
		const struct record *r = h->services[i];

		if ((c->port == 0 || (r->port == c->port && r->transport == c->transport)) &&
		    fits(w, h, r))
			return r;
	}
	return NULL;
}

static bool stopped(const struct running *w)
{
	return w->run->stop != NULL && *w->run->stop != 0;
}

static int save(struct running *w)
{
	return monitor_save_state(w->run->db, w->run->monitor->name, &w->state);
}

/* Deliver until it is taken. */
static int insist(struct running *w, const struct event *e)
{
	for (unsigned failures = 0;;) {
		char why[MONITOR_ERROR] = "not delivered";
		int ret;

		if (deliver(w->run->monitor, e, why) == 0) {
			w->state.sent++;
			w->state.sent_us = clock_now_us();
			w->state.error[0] = '\0';
			return 0;
		}
		w->state.failed++;
		snprintf(w->state.error, sizeof(w->state.error), "%s", why);
		ret = save(w);
		if (ret != 0)
			return ret;
		if (++failures == TRIES && !w->run->follow)
			return -EIO;
		if (!stopped(w))
			poll(NULL, 0, (int)deliver_pause_ms(failures));
		if (stopped(w))
			return -ECANCELED;
	}
}

static int take(struct running *w, const struct store_change *c)
{
	const struct record *r;
	struct store_host host;
	struct event e;
	int ret;

	if (strcmp(c->type, "host.new") == 0 && !has_findings(c))
		return 0;
	ret = store_host_get(w->run->store, &c->addr, &host);
	if (ret != 0)
		return ret == -ENOENT ? 0 : ret;
	r = find(w, &host, c);
	ret = r == NULL ? 0
	                : event_make(w->run->monitor->name, c, &host, c->port > 0 ? r : NULL, &e);
	store_host_fini(&host);
	if (r == NULL || ret != 0)
		return ret;
	ret = insist(w, &e);
	event_fini(&e);
	return ret;
}

static bool keep(void *arg, const struct store_change *c)
{
	struct running *w = arg;

	w->list[w->n++] = *c;
	return w->n < CHUNK;
}

/* Deliver what the log has behind the cursor. 0: all is done. */
static int catch_up(struct running *w)
{
	uint64_t sent, last = 0;
	int ret;

	do {
		struct store_change_filter f = {.after_seq = w->state.cursor, .types = w->types};

		w->n = 0;
		ret = store_change_last(w->run->store, &last);
		if (ret == 0 && last > w->state.cursor)
			ret = store_find_changes(w->run->store, &f, keep, w);
		for (size_t i = 0; i < w->n && ret == 0; i++) {
			sent = w->state.sent;
			ret = stopped(w) ? -ECANCELED : take(w, &w->list[i]);
			if (ret == 0)
				w->state.cursor = w->list[i].seq;
			if (ret == 0 && w->state.sent != sent)
				ret = save(w);
		}
	} while (ret == 0 && w->n == CHUNK);
	/* What stands behind the last one that was wanted is done, too. */
	if (ret == 0 && last > w->state.cursor) {
		w->state.cursor = last;
		ret = save(w);
	}
	return ret;
}

static int go(struct running *w)
{
	int fd = w->run->follow ? log_wait_open(w->run->db) : -1, ret;

	if (w->run->follow && fd < 0)
		return fd;
	for (;;) {
		ret = catch_up(w);
		if (ret != 0 || !w->run->follow)
			break;
		if (!stopped(w))
			log_wait(fd, LOOK_MS);
		if (stopped(w)) {
			ret = -ECANCELED;
			break;
		}
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

int monitor_run(const struct monitor_run *run, struct error *err)
{
	struct running *w = calloc(1, sizeof(*w));
	int ret;

	if (w == NULL)
		return -ENOMEM;
	w->run = run;
	w->types = types_of(monitor_read_on(run->monitor->on));
	ret = query_parse(run->monitor->query, clock_now_us(), &w->query, err);
	if (ret == 0)
		ret = monitor_load_state(run->db, run->monitor->name, &w->state);
	if (ret == 0)
		ret = go(w);
	query_free(w->query);
	free(w);
	return ret;
}

int monitor_test(const struct monitor *m, char why[MONITOR_ERROR])
{
	struct store_change c = {.time_us = clock_now_us(), .type = "test", .port = 443};
	struct event e;
	int ret;

	dp_addr_parse("192.0.2.1", &c.addr);
	c.transport = DP_TRANSPORT_TCP;
	ret = event_make(m->name, &c, NULL, NULL, &e);
	if (ret == 0)
		ret = deliver(m, &e, why);
	event_fini(&e);
	return ret;
}
