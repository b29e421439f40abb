/* SPDX-License-Identifier: Apache-2.0 */
/* grab_drive.c - the grabs of a grabber, one by one. */
#include "grab_drive.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

enum {
	CHUNK = 16384,
	CHUNKS = 8, /* read at once from one connection, so that no flood starves the rest */
};

void grab_drive_hang_up(struct grabber *g, struct grab *b)
{
	if (b->conn != NULL)
		g->wire->ops->close(b->conn, b->session.fragile || b->session.careful);
	b->conn = NULL;
}

static struct grab *take_unused(struct grabber *g)
{
	struct grab *b = LIST_FIRST(&g->unused);

	if (b == NULL)
		return calloc(1, sizeof(*b));
	LIST_REMOVE(b, active);
	return b;
}

static void count(struct grab_stats *st, enum grab_status status)
{
	st->finished++;
	st->ok += status == GRAB_OK;
	st->silent += status == GRAB_SILENT;
	st->refused += status == GRAB_REFUSED;
	st->timeout += status == GRAB_TIMEOUT;
	st->failed += status == GRAB_FAILED;
}

static void note_lively(struct grabber *g, struct grab *b, uint64_t now)
{
	g->stats.quiet -= b->quiet;
	b->quiet = false;
	b->lively_us = now;
}

/* The grab is active no more. */
static void leave(struct grabber *g, struct grab *b)
{
	grab_drive_hang_up(g, b);
	grab_wheel_unset(&b->timer);
	note_lively(g, b, 0);
	LIST_REMOVE(b, active);
	g->stats.active--;
}

static void finish(struct grabber *g, struct grab *b)
{
	leave(g, b);
	if (b->granted)
		grab_patience_done(&g->patience);
	grab_queue_done(g->queue, &b->session.result.request.addr, b->known);
	count(&g->stats, b->session.result.status);
	STAILQ_INSERT_TAIL(&g->finished, b, finished);
}

static void dial(struct grabber *g, struct grab *b, uint64_t now)
{
	const struct grab_request *r = &b->session.result.request;
	int ret;

	grab_drive_hang_up(g, b);
	grab_session_connecting(&b->session, now);
	ret = g->wire->ops->open(g->wire, &r->addr, r->port, b, &b->conn);
	if (ret < 0)
		grab_session_ended(&b->session, ret, now);
}

/* Send what the session has for the wire. Returns 0, or -errno if the connection is dead. */
static int send_wire(struct grabber *g, struct grab *b)
{
	struct grab_buf *wire = &b->session.wire;
	ssize_t n;

	if (wire->len == 0 || b->session.phase == GRAB_CONNECTING)
		return 0;
	n = g->wire->ops->send(b->conn, wire->data, wire->len);
	if (n < 0)
		return (int)n;
	g->stats.bytes_out += (uint64_t)n;
	grab_buf_drop(wire, (size_t)n);
	return 0;
}

/* Put the grab back into the queue, behind the other ports of its host. A full queue ends the grab
 * with what the server has said so far. */
static void wait_for_turn(struct grabber *g, struct grab *b, uint64_t now)
{
	const struct grab_ticket ticket = {b->session.result.request, b, false};

	grab_drive_hang_up(g, b);
	if (grab_queue_push(g->queue, &ticket, now) < 0) {
		grab_session_care(&b->session);
		grab_session_turn(&b->session, now);
		finish(g, b);
		return;
	}
	leave(g, b);
	LIST_INSERT_HEAD(&g->begun, b, active);
	grab_queue_done(g->queue, &ticket.request.addr, b->known);
}

/* Let a silent port be listened to once more, or end its grab. At most half of the connections
 * listen so. */
static void grant_patience(struct grabber *g, struct grab *b, uint64_t now)
{
	b->granted = grab_patience_grant(&g->patience, &b->session.result.request.addr,
	                                 (g->config.max_total + 1) / 2);
	if (b->granted) {
		wait_for_turn(g, b, now);
		return;
	}
	grab_session_give_up(&b->session);
	finish(g, b);
}

/* Wake it at its deadline, or when it has been silent for long enough to be quiet. */
static void set_timer(struct grabber *g, struct grab *b)
{
	uint64_t at = b->session.deadline_us, quiet = b->lively_us + GRAB_QUIET_US;

	grab_wheel_set(&g->wheel, &b->timer, !b->quiet && quiet < at ? quiet : at);
}

/* Do what the session wants, until it waits for the network or is over. */
static void drive(struct grabber *g, struct grab *b, uint64_t now)
{
	struct grab_session *s = &b->session;

	while (s->want == GRAB_WANT_CONNECT)
		dial(g, b, now);
	/* A send error is left to receive(): what the peer said before is still to be read. */
	if (s->want == GRAB_WANT_TRAFFIC) {
		send_wire(g, b);
		set_timer(g, b);
	} else if (s->want == GRAB_WANT_TURN)
		wait_for_turn(g, b, now);
	else if (s->want == GRAB_WANT_PATIENCE)
		grant_patience(g, b, now);
	else
		finish(g, b);
}

static void receive(struct grabber *g, struct grab *b, uint64_t now)
{
	const struct grab_conn *conn = b->conn;
	uint8_t chunk[CHUNK];
	ssize_t n;

	for (int i = 0; i < CHUNKS && b->session.want == GRAB_WANT_TRAFFIC; i++) {
		n = g->wire->ops->receive(b->conn, chunk, sizeof(chunk));
		if (n == -EAGAIN)
			return;
		if (n <= 0) {
			grab_session_ended(&b->session, (int)n, now);
			return;
		}
		g->stats.bytes_in += (uint64_t)n;
		grab_session_bytes(&b->session, chunk, (size_t)n, now);
		if (b->session.want == GRAB_WANT_TRAFFIC && conn == b->conn)
			send_wire(g, b);
	}
}

void grab_drive_event(struct grabber *g, struct grab *b, unsigned what, uint64_t now)
{
	note_lively(g, b, now);
	if (b->session.phase == GRAB_CONNECTING) {
		int ret = g->wire->ops->connected(b->conn);

		if (ret == -EINPROGRESS)
			return;
		if (ret < 0)
			grab_session_ended(&b->session, ret, now);
		else
			grab_session_connected(&b->session, now);
	} else if (what & GRAB_WIRE_READ) {
		receive(g, b, now);
	}
	drive(g, b, now);
}

void grab_drive_care(struct grab_session *s, uint8_t care)
{
	if (care >= GRAB_CARE_ONE)
		grab_session_defer(s);
	if (care >= GRAB_CARE_FRAGILE)
		grab_session_care(s);
}

/* Take the next ticket from the queue and make its grab active. NULL: no ticket may go or memory is
 * short; nothing was taken. */
static struct grab *next_waiting(struct grabber *g, struct grab_ticket *ticket, uint64_t now)
{
	struct grab *b = take_unused(g);

	if (b == NULL)
		return NULL;
	if (!grab_queue_pop(g->queue, ticket, now)) {
		LIST_INSERT_HEAD(&g->unused, b, active);
		return NULL;
	}
	if (ticket->begun != NULL) {
		LIST_INSERT_HEAD(&g->unused, b, active);
		b = ticket->begun;
		LIST_REMOVE(b, active);
	} else {
		b->granted = false;
	}
	b->known = ticket->known;
	b->lively_us = now;
	LIST_INSERT_HEAD(&g->active, b, active);
	g->stats.active++;
	return b;
}

/* Whether one more grab may be active: the limits count all of them, and those that are lively. */
static bool has_room(const struct grabber *g)
{
	return g->stats.active < g->config.max_total &&
	       g->stats.active - g->stats.quiet < g->config.max_lively;
}

void grab_drive_begin(struct grabber *g, uint64_t now)
{
	struct grab_ticket ticket;
	struct grab *b;

	while (has_room(g) && (b = next_waiting(g, &ticket, now)) != NULL) {
		uint8_t care = grab_queue_care_of(g->queue, &ticket.request.addr);

		if (ticket.begun == NULL &&
		    grab_session_renew(&b->session, &g->means, &ticket.request, now) < 0) {
			finish(g, b);
			continue;
		}
		grab_drive_care(&b->session, care);
		if (grab_queue_is_plain(g->queue, &ticket.request.addr))
			grab_session_plain(&b->session);
		if (ticket.begun != NULL)
			grab_session_turn(&b->session, now);
		drive(g, b, now);
	}
}

void grab_drive_sweep(struct grabber *g, uint64_t now)
{
	struct grab_timer *t;

	while ((t = grab_wheel_due(&g->wheel, now)) != NULL) {
		struct grab *b = (struct grab *)((char *)t - offsetof(struct grab, timer));

		if (now >= b->session.deadline_us) {
			grab_session_tick(&b->session, now);
			drive(g, b, now);
			continue;
		}
		if (!b->quiet && now >= b->lively_us + GRAB_QUIET_US) {
			b->quiet = true;
			g->stats.quiet++;
		}
		set_timer(g, b);
	}
}
