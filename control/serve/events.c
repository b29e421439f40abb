/* SPDX-License-Identifier: Apache-2.0 */
/* events.c - the change log as a stream of server-sent events. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bytes_file.h"
#include "change_view.h"
#include "clock.h"
#include "events.h"

/* A change, rendered. */
struct frame {
	uint64_t seq;
	struct dp_addr addr;
	uint32_t type;
	struct bytes text;
};

/* A job that reads the log behind a number. */
struct reading {
	struct job job; /* first */
	struct events *owner;
	struct event_client *client; /* NULL: for the ring */
	uint64_t after;
	uint32_t types; /* 0 = all */
	struct frame frames[EVENTS_BATCH];
	unsigned count;
	uint64_t last; /* the number of the last change that was looked at */
	bool running;
};

struct event_client {
	struct events *owner;
	struct caller caller; /* its prefixes */
	uint32_t types;
	uint64_t at;       /* everything up to this number was sent or passed over */
	struct bytes rest; /* frames that are still to be sent */
	size_t rest_sent;
	int64_t sent_us;
	struct reading *reading; /* of its own, while it is behind the ring; owned */
};

struct events {
	struct jobs *jobs;
	struct frame ring[EVENTS_RING]; /* by seq % EVENTS_RING; seq 0 = empty */
	uint64_t first, last; /* the ring has the changes first..last; first > last: none */
	struct reading reading;
	unsigned clients;
};

/* ---- reading, in a query thread -------------------------------------------------------------- */

static bool render(struct frame *f, const struct store_change *c)
{
	struct change_view view = {.format = OUTPUT_NDJSON};
	FILE *out;

	bytes_clear(&f->text);
	out = bytes_file_open(&f->text);
	if (out == NULL)
		return false;
	f->seq = c->seq;
	f->addr = c->addr;
	f->type = store_change_type(c->type, strlen(c->type));
	fprintf(out, "id: %" PRIu64 "\nevent: %s\ndata: ", c->seq, c->type);
	view.out = out;
	change_view_row(&view, c);
	fputc('\n', out);
	return fclose(out) == 0 && !view.failed && !f->text.failed;
}

static bool take_change(void *arg, const struct store_change *c)
{
	struct reading *r = arg;

	if (!render(&r->frames[r->count], c))
		return false;
	r->last = c->seq;
	return ++r->count < EVENTS_BATCH;
}

static void read_log(struct job *j, struct jobs_tools *tools)
{
	struct reading *r = (struct reading *)j;
	const struct store_change_filter filter = {.after_seq = r->after, .types = r->types};

	r->count = 0;
	r->last = r->after;
	store_find_changes(tools->store, &filter, take_change, r);
}

static void free_frames(struct frame *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		bytes_fini(&list[i].text);
}

/* ---- the ring -------------------------------------------------------------------------------- */

struct events *events_new(struct jobs *jobs, uint64_t seq)
{
	struct events *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->jobs = jobs;
	e->last = seq;
	e->first = seq + 1;
	e->reading.job.run = read_log;
	e->reading.owner = e;
	return e;
}

void events_free(struct events *e)
{
	if (e == NULL)
		return;
	free_frames(e->ring, EVENTS_RING);
	free_frames(e->reading.frames, EVENTS_BATCH);
	free(e);
}

bool events_poll(struct events *e)
{
	if (e->clients == 0 || e->reading.running)
		return false;
	e->reading.after = e->last;
	e->reading.running = jobs_put(e->jobs, &e->reading.job);
	return e->reading.running;
}

/* Numbers follow one another; where some are missing, the ring begins anew behind them. */
static void push(struct events *e, struct frame *f)
{
	struct frame *place = &e->ring[f->seq % EVENTS_RING], was = *place;

	if (f->seq != e->last + 1)
		e->first = f->seq;
	*place = *f;
	*f = was;
	e->last = place->seq;
	if (e->last - e->first >= EVENTS_RING)
		e->first = e->last - EVENTS_RING + 1;
}

static void keep_rest(struct event_client *c, const struct frame *f)
{
	if (caller_sees(&c->caller, &f->addr))
		bytes_put(&c->rest, f->text.data, f->text.len);
}

bool events_take(struct events *e, struct job *j)
{
	struct reading *r = (struct reading *)j;

	if (j->run != read_log)
		return false;
	r->running = false;
	for (unsigned i = 0; i < r->count; i++)
		if (r->client != NULL)
			keep_rest(r->client, &r->frames[i]);
		else
			push(e, &r->frames[i]);
	if (r->client != NULL) {
		/* Without a full batch the log has no more that fits. */
		r->client->at = r->count < EVENTS_BATCH && r->last < e->first - 1 ? e->first - 1
		                                                                  : r->last;
	} else if (r->count == EVENTS_BATCH) {
		events_poll(e);
	}
	return true;
}

unsigned events_clients(const struct events *e)
{
	return e->clients;
}

uint64_t events_last(const struct events *e)
{
	return e->last;
}

/* ---- a client -------------------------------------------------------------------------------- */

struct event_client *event_client_new(struct events *e, const struct caller *caller, uint32_t types,
                                      uint64_t after)
{
	struct event_client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->owner = e;
	c->caller = *caller;
	c->caller.quota = NULL;
	c->types = types;
	c->at = after < e->last ? after : e->last;
	c->sent_us = clock_monotonic_us();
	bytes_put(&c->rest, "retry: 2000\n\n", 13);
	e->clients++;
	return c;
}

void event_client_free(struct event_client *c)
{
	if (c == NULL)
		return;
	c->owner->clients--;
	if (c->reading != NULL)
		free_frames(c->reading->frames, EVENTS_BATCH);
	free(c->reading);
	bytes_fini(&c->rest);
	free(c);
}

bool event_client_busy(const struct event_client *c)
{
	return c->reading != NULL && c->reading->running;
}

/* Let a job read what the ring does not have any more. */
static void catch_up(struct event_client *c)
{
	if (c->reading == NULL)
		c->reading = calloc(1, sizeof(*c->reading));
	if (c->reading == NULL || c->reading->running)
		return;
	c->reading->job.run = read_log;
	c->reading->client = c;
	c->reading->after = c->at;
	c->reading->types = c->types;
	c->reading->running = jobs_put(c->owner->jobs, &c->reading->job);
}

static size_t take_rest(struct event_client *c, char *out, size_t size)
{
	size_t n = c->rest.len - c->rest_sent;

	n = n < size ? n : size;
	if (n > 0)
		memcpy(out, c->rest.data + c->rest_sent, n);
	c->rest_sent += n;
	if (c->rest_sent == c->rest.len) {
		bytes_clear(&c->rest);
		c->rest_sent = 0;
	}
	return n;
}

/* Whether the client gets @f. */
static bool wants(const struct event_client *c, const struct frame *f)
{
	return (c->types == 0 || (c->types & f->type) != 0) && caller_sees(&c->caller, &f->addr);
}

static size_t take_ring(struct event_client *c, char *out, size_t size)
{
	const struct events *e = c->owner;
	size_t n = 0;

	while (c->at < e->last) {
		const struct frame *f = &e->ring[(c->at + 1) % EVENTS_RING];

		if (wants(c, f)) {
			if (f->text.len > size - n && n > 0)
				break;
			if (f->text.len > size) {
				bytes_put(&c->rest, f->text.data, f->text.len);
				c->at++;
				return take_rest(c, out, size);
			}
			memcpy(out + n, f->text.data, f->text.len);
			n += f->text.len;
		}
		c->at++;
	}
	return n;
}

bool event_client_ready(const struct event_client *c, int64_t now_us)
{
	return !event_client_busy(c) && (c->rest.len > 0 || c->at < c->owner->last ||
	                                 now_us - c->sent_us >= EVENTS_HEARTBEAT_US);
}

size_t event_client_read(struct event_client *c, char *out, size_t size, int64_t now_us)
{
	size_t n = take_rest(c, out, size);

	if (n == 0 && c->at < c->owner->last) {
		if (c->at + 1 < c->owner->first)
			catch_up(c);
		else
			n = take_ring(c, out, size);
	}
	if (n == 0 && now_us - c->sent_us >= EVENTS_HEARTBEAT_US && size >= 3) {
		memcpy(out, ":\n\n", 3);
		n = 3;
	}
	if (n > 0)
		c->sent_us = now_us;
	return n;
}
