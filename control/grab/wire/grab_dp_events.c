/* SPDX-License-Identifier: Apache-2.0 */
/* grab_dp_events.c - what workers tell of connections, and the offers that nobody wanted yet. */
#include <errno.h>
#include <stdlib.h>

#include "grab_dp_impl.h"

enum { EVENTS = 256 };

static uint32_t hash_id(const struct dp_conn_id *id)
{
	return (uint32_t)((id->conn * 0x9e3779b97f4a7c15u + id->worker * 0xd6e8feb86659fd93u) >>
	                  32);
}

static bool is_target(const struct dp_addr *a, const struct dp_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* ---- offers that wait ---- */

static struct held *find_held(struct dp_wire *w, const struct dp_addr *addr, uint16_t port)
{
	struct held *h;

	LIST_FOREACH(h, &w->held[grab_dp_hash(addr, port) % BUCKETS], chain)
	if (h->port == port && is_target(&h->addr, addr))
		return h;
	return NULL;
}

static void drop_held(struct dp_wire *w, struct held *h)
{
	LIST_REMOVE(h, chain);
	TAILQ_REMOVE(&w->by_age, h, age);
	free(h);
}

/* Forget the offers that are too old: the worker resets them by itself. */
void grab_dp_drop_old(struct dp_wire *w, uint64_t now)
{
	struct held *h;

	while ((h = TAILQ_FIRST(&w->by_age)) != NULL && now - h->since_us >= HELD_US)
		drop_held(w, h);
}

static void hold(struct dp_wire *w, const struct dp_conn_event *e, uint64_t now)
{
	struct held *h = NULL;

	if (find_held(w, &e->addr, e->port) == NULL)
		h = malloc(sizeof(*h));
	if (h == NULL) {
		dp_conn_close(w->dp, &e->id, false);
		return;
	}
	*h = (struct held){.addr = e->addr, .port = e->port, .id = e->id, .since_us = now};
	LIST_INSERT_HEAD(&w->held[grab_dp_hash(&e->addr, e->port) % BUCKETS], h, chain);
	TAILQ_INSERT_TAIL(&w->by_age, h, age);
}

bool grab_dp_take_held(struct dp_wire *w, const struct grab_conn *c, uint64_t now,
                       struct dp_conn_id *id)
{
	struct held *h = find_held(w, &c->addr, c->port);
	bool good = h != NULL && now - h->since_us < HELD_US;

	if (h == NULL)
		return false;
	*id = h->id;
	if (!good)
		dp_conn_close(w->dp, &h->id, false);
	drop_held(w, h);
	return good;
}

void grab_dp_drop_all(struct dp_wire *w)
{
	struct held *h;

	while ((h = TAILQ_FIRST(&w->by_age)) != NULL)
		drop_held(w, h);
}

/* ---- connections ---- */

void grab_dp_report(struct grab_conn *c, unsigned what)
{
	c->what |= what;
	if (c->is_ready)
		return;
	c->is_ready = true;
	TAILQ_INSERT_TAIL(&c->w->ready, c, ready);
}

bool grab_dp_is_readable(const struct grab_conn *c)
{
	return c->count > 0 || ((c->ended || c->error != 0) && !c->told_end);
}

/* Take the connection out of what belongs to its state. */
void grab_dp_leave(struct grab_conn *c)
{
	if (c->state == DIALLING)
		TAILQ_REMOVE(&c->w->dials, c, dials);
	if (c->state != FAILED)
		LIST_REMOVE(c, chain);
	c->state = FAILED;
}

void grab_dp_fail(struct grab_conn *c, int error)
{
	grab_dp_leave(c);
	c->error = error;
	grab_dp_report(c, GRAB_WIRE_READ | GRAB_WIRE_WRITE);
}

void grab_dp_come_up(struct grab_conn *c, const struct dp_conn_id *id)
{
	c->state = UP;
	c->id = *id;
	c->silent = true;
	LIST_INSERT_HEAD(&c->w->up[hash_id(id) % BUCKETS], c, chain);
	grab_dp_report(c, GRAB_WIRE_WRITE);
}

static struct grab_conn *find_up(struct dp_wire *w, const struct dp_conn_id *id)
{
	struct grab_conn *c;

	LIST_FOREACH(c, &w->up[hash_id(id) % BUCKETS], chain)
	if (c->id.conn == id->conn && c->id.worker == id->worker)
		return c;
	return NULL;
}

static struct grab_conn *find_dialling(struct dp_wire *w, const struct dp_conn_event *e)
{
	struct grab_conn *c;

	LIST_FOREACH(c, &w->dialling[grab_dp_hash(&e->addr, e->port) % BUCKETS], chain)
	if (c->port == e->port && c->attempt == e->attempt && is_target(&c->addr, &e->addr))
		return c;
	return NULL;
}

/* ---- events of the workers ---- */

static void on_offer(struct dp_wire *w, const struct dp_conn_event *e, uint64_t now)
{
	struct grab_conn *c;

	if (e->attempt == DP_CONN_ATTEMPTS) {
		hold(w, e, now);
		return;
	}
	c = find_dialling(w, e);
	if (c == NULL) {
		dp_conn_close(w->dp, &e->id, false);
		return;
	}
	grab_dp_leave(c);
	grab_dp_come_up(c, &e->id);
}

static void on_data(struct dp_wire *w, const struct dp_conn_event *e)
{
	struct grab_conn *c = find_up(w, &e->id);

	if (c == NULL || c->count == QUEUED) {
		dp_conn_return(w->dp, e);
		if (c != NULL) {
			dp_conn_close(w->dp, &c->id, false);
			grab_dp_fail(c, -ENOBUFS);
		}
		return;
	}
	c->data[(c->first + c->count++) % QUEUED] = *e;
	grab_dp_report(c, GRAB_WIRE_READ);
}

static void on_sent(struct dp_wire *w, const struct dp_conn_event *e)
{
	struct grab_conn *c = find_up(w, &e->id);

	if (c == NULL)
		return;
	c->said -= e->len < c->said ? e->len : c->said;
	if (c->wants_write)
		grab_dp_report(c, GRAB_WIRE_WRITE);
	c->wants_write = false;
}

static void on_dead(struct dp_wire *w, const struct dp_conn_event *e)
{
	struct grab_conn *c = find_up(w, &e->id);
	struct held *h;

	if (c != NULL) {
		grab_dp_fail(c, e->end == DP_CONN_RESET ? -ECONNRESET : -ETIMEDOUT);
		return;
	}
	h = find_held(w, &e->addr, e->port);
	if (h != NULL && h->id.conn == e->id.conn && h->id.worker == e->id.worker)
		drop_held(w, h);
}

static void on_event(struct dp_wire *w, const struct dp_conn_event *e, uint64_t now)
{
	struct grab_conn *c = NULL;

	switch (e->kind) {
	case DP_CONN_OFFER:
		on_offer(w, e, now);
		break;
	case DP_CONN_DATA:
		on_data(w, e);
		break;
	case DP_CONN_SENT:
		on_sent(w, e);
		break;
	case DP_CONN_FIN:
		c = find_up(w, &e->id);
		if (c != NULL) {
			c->ended = true;
			grab_dp_report(c, GRAB_WIRE_READ);
		}
		break;
	case DP_CONN_DEAD:
		on_dead(w, e);
		break;
	default:
		c = find_dialling(w, e);
		if (c != NULL)
			grab_dp_fail(c, e->kind == DP_CONN_REFUSED ? -ECONNREFUSED : -EHOSTUNREACH);
	}
}

void grab_dp_pump(struct dp_wire *w, uint64_t now)
{
	struct dp_conn_event e[EVENTS];
	unsigned n;

	do {
		n = dp_conn_events(w->dp, e, EVENTS);
		for (unsigned i = 0; i < n; i++)
			on_event(w, &e[i], now);
	} while (n == EVENTS);
}
