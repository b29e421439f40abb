/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_dp.c - the grabs' byte transport over the dataplane's own TCP.
 *
 * The answer to a probe of the scan is kept for a moment: a connection to the same port that is opened
 * meanwhile goes on with it, so that the port gets one SYN. All others are dialled. What a session says
 * in the turn in which its connection came up rides on the ACK of the handshake; only a session that
 * says nothing sends a bare ACK, in the next turn.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "grab_dp_impl.h"

enum {
	SAID_MAX = 16384,  /* bytes on the way */
	TICK_NS = 1000000, /* how soon events are looked for, while there are connections */
	DIALS = 3,
};

/* A SYN of RFC 6298 is sent again after 1 s, then after 2 s. */
static const uint64_t patience_us[DIALS] = {1000000, 2000000, 4000000};

static uint64_t now_us(void)
{
	return (uint64_t)clock_monotonic_us();
}

/* ---- dialling ---- */

/* Send a SYN, or try again in the next turn where too many wait. 0 or -errno. */
static int dial(struct grab_conn *c, uint64_t now)
{
	int ret = dp_conn_dial(c->w->dp, &c->addr, c->port, c->attempt);

	if (ret == -EAGAIN) {
		c->due_us = now;
		return 0;
	}
	c->due_us = now + patience_us[c->dialled];
	c->dialled++;
	return ret;
}

static void dial_again(struct dp_wire *w, uint64_t now)
{
	struct grab_conn *c, *next;

	for (c = TAILQ_FIRST(&w->dials); c != NULL; c = next) {
		next = TAILQ_NEXT(c, dials);
		if (now < c->due_us)
			continue;
		if (c->dialled == DIALS)
			grab_dp_fail(c, -ETIMEDOUT);
		else if (dial(c, now) < 0)
			grab_dp_fail(c, -ENOTCONN);
	}
}

/* ---- the transport ---- */

/* Let the descriptor become readable every millisecond while there are connections: a worker makes no
 * system call to tell of an event. */
static void tick(struct dp_wire *w)
{
	bool on = w->conns > 0;
	const struct itimerspec every = {{.tv_nsec = on ? TICK_NS : 0},
	                                 {.tv_nsec = on ? TICK_NS : 0}};

	if (on == w->ticks)
		return;
	if (timerfd_settime(w->timer, 0, &every, NULL) == 0)
		w->ticks = on;
}

static int dp_take_way(struct grab_wire *wire, const struct dp_grab_way *way, struct error *err)
{
	(void)wire;
	(void)way;
	(void)err;
	return 0;
}

static int dp_open_conn(struct grab_wire *wire, const struct dp_addr *addr, uint16_t port,
                        void *owner, struct grab_conn **out)
{
	struct dp_wire *w = (struct dp_wire *)wire;
	struct grab_conn *c = malloc(sizeof(*c));
	uint32_t hash = grab_dp_hash(addr, port);
	uint64_t now = now_us();
	struct dp_conn_id id;
	int ret;

	if (c == NULL)
		return -ENOMEM;
	memset(c, 0, offsetof(struct grab_conn, data));
	c->w = w;
	c->owner = owner;
	c->addr = *addr;
	c->port = port;
	c->attempt = w->next_attempt[hash % ATTEMPTS]++ % DP_CONN_ATTEMPTS;
	grab_dp_pump(w, now);
	if (grab_dp_take_held(w, c, now, &id)) {
		grab_dp_come_up(c, &id);
	} else {
		ret = dial(c, now);
		if (ret < 0) {
			free(c);
			return ret;
		}
		LIST_INSERT_HEAD(&w->dialling[hash % BUCKETS], c, chain);
		TAILQ_INSERT_TAIL(&w->dials, c, dials);
	}
	w->conns++;
	tick(w);
	*out = c;
	return 0;
}

static int dp_connected(struct grab_conn *c)
{
	if (c->error != 0)
		return c->error;
	if (c->state != UP)
		return -EINPROGRESS;
	if (c->silent && !c->is_fresh) {
		c->is_fresh = true;
		TAILQ_INSERT_TAIL(&c->w->fresh, c, fresh);
	}
	return 0;
}

static ssize_t dp_send(struct grab_conn *c, const void *data, size_t len)
{
	size_t room = SAID_MAX - c->said, n = len < room ? len : room;

	if (c->error != 0)
		return c->error;
	n = dp_conn_say(c->w->dp, &c->id, data, n);
	c->said += n;
	c->silent = c->silent && n == 0;
	c->wants_write = n < len;
	return (ssize_t)n;
}

/* Copy bytes of the first slab, and give it back if it is read. */
static size_t read_slab(struct grab_conn *c, uint8_t *out, size_t size)
{
	const struct dp_conn_event *e = &c->data[c->first];
	const uint8_t *bytes;
	size_t len, n;

	bytes = dp_conn_data(c->w->dp, e, &len);
	n = len - c->offset < size ? len - c->offset : size;
	memcpy(out, bytes + c->offset, n);
	c->offset += n;
	if (c->offset < len)
		return n;
	dp_conn_return(c->w->dp, e);
	c->offset = 0;
	c->first = (c->first + 1) % QUEUED;
	c->count--;
	return n;
}

static ssize_t dp_receive_bytes(struct grab_conn *c, void *data, size_t size)
{
	uint8_t *out = data;
	size_t n = 0;

	while (c->count > 0 && n < size)
		n += read_slab(c, out + n, size - n);
	if (n > 0)
		return (ssize_t)n;
	if (!c->ended && c->error == 0)
		return -EAGAIN;
	c->told_end = true;
	return c->ended ? 0 : c->error;
}

static void dp_close_conn(struct grab_conn *c, bool gently)
{
	struct dp_wire *w = c->w;

	for (; c->count > 0; c->count--) {
		dp_conn_return(w->dp, &c->data[c->first]);
		c->first = (c->first + 1) % QUEUED;
	}
	if (c->state == UP)
		dp_conn_close(w->dp, &c->id, gently);
	grab_dp_leave(c);
	if (c->is_ready)
		TAILQ_REMOVE(&w->ready, c, ready);
	if (c->is_fresh)
		TAILQ_REMOVE(&w->fresh, c, fresh);
	free(c);
	w->conns--;
	tick(w);
}

/* Send the bare ACK for the connections whose session has said nothing since it learnt that they are
 * up. */
static void listen_all(struct dp_wire *w)
{
	struct grab_conn *c;

	while ((c = TAILQ_FIRST(&w->fresh)) != NULL) {
		TAILQ_REMOVE(&w->fresh, c, fresh);
		c->is_fresh = false;
		if (c->silent && c->state == UP)
			dp_conn_listen(w->dp, &c->id);
		c->silent = false;
	}
}

/* Take the next connection with something to report, and let it stand in the queue again while it may
 * be readable. False: it has nothing to report any more. */
static bool next_ready(struct dp_wire *w, struct grab_wire_event *out)
{
	struct grab_conn *c = TAILQ_FIRST(&w->ready);

	TAILQ_REMOVE(&w->ready, c, ready);
	c->is_ready = false;
	*out = (struct grab_wire_event){c->owner,
	                                c->what | (grab_dp_is_readable(c) ? GRAB_WIRE_READ : 0)};
	c->what = 0;
	if (out->what & GRAB_WIRE_READ)
		grab_dp_report(c, 0);
	return out->what != 0;
}

static int dp_poll(struct grab_wire *wire, struct grab_wire_event *out, int n, int timeout_ms)
{
	struct dp_wire *w = (struct dp_wire *)wire;
	uint64_t now = now_us(), ticks;
	struct grab_conn *c;
	int got = 0, waiting = 0;

	(void)timeout_ms; /* the grabber waits for the descriptor */
	if (read(w->timer, &ticks, sizeof(ticks)) < 0 && errno != EAGAIN)
		return -errno;
	listen_all(w);
	grab_dp_pump(w, now);
	dial_again(w, now);
	grab_dp_drop_old(w, now);
	TAILQ_FOREACH(c, &w->ready, ready)
	waiting++;
	for (; waiting > 0 && got < n; waiting--)
		got += next_ready(w, &out[got]);
	return got;
}

static int dp_fd(const struct grab_wire *w)
{
	return ((const struct dp_wire *)w)->timer;
}

static void dp_free(struct grab_wire *wire)
{
	struct dp_wire *w = (struct dp_wire *)wire;

	grab_dp_drop_all(w);
	close(w->timer);
	free(w);
}

static const struct grab_wire_ops dp_ops = {
	.take_way = dp_take_way,
	.open = dp_open_conn,
	.connected = dp_connected,
	.send = dp_send,
	.receive = dp_receive_bytes,
	.close = dp_close_conn,
	.poll = dp_poll,
	.fd = dp_fd,
	.free = dp_free,
};

int grab_dp_new(struct dp *dp, struct grab_wire **out)
{
	struct dp_wire *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return -ENOMEM;
	w->wire.ops = &dp_ops;
	w->dp = dp;
	TAILQ_INIT(&w->by_age);
	TAILQ_INIT(&w->dials);
	TAILQ_INIT(&w->ready);
	TAILQ_INIT(&w->fresh);
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (w->timer < 0) {
		int ret = -errno;

		free(w);
		return ret;
	}
	*out = &w->wire;
	return 0;
}
