/* SPDX-License-Identifier: Apache-2.0 */
/* grab.c - the grabber: sessions over a transport, within limits, on one thread. */
#include "grab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "grab_config.h"
#include "grab_patience.h"
#include "grab_policy.h"
#include "grab_queue.h"
#include "grab_session.h"
#include "grab_wire.h"

enum {
	TICK_US = 10000, /* the resolution of the timeouts */
	EVENTS = 256,
	CHUNK = 16384,
	CHUNKS = 8, /* read at once from one connection, so that no flood starves the rest */
};

struct grab {
	LIST_ENTRY(grab) active; /* in the list active or begun */
	STAILQ_ENTRY(grab) finished;
	struct grab_conn *conn;
	bool granted; /* it may listen once more */
	struct grab_session session;
};

struct grabber {
	struct grab_config config;
	struct grab_wire *wire;
	struct grab_queue *queue;
	struct grab_means means; /* of the sessions; tls and lore are owned */
	int fd;                  /* epoll over the transport and the tick */
	int tick;                /* timerfd, running while there is work */
	bool ticking;
	uint64_t swept_us;
	LIST_HEAD(, grab) active;
	LIST_HEAD(, grab) begun;      /* they wait in the queue for their next attempt */
	STAILQ_HEAD(, grab) finished; /* waiting to be taken */
	struct grab_patience patience;
	struct grab_stats stats;
};

static uint64_t now_us(void)
{
	return (uint64_t)clock_monotonic_us();
}

/* ---- life ---- */

static int join(int epoll, int fd)
{
	struct epoll_event ev = {.events = EPOLLIN};

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

static int open_fds(struct grabber *g)
{
	int ret;

	g->fd = epoll_create1(EPOLL_CLOEXEC);
	if (g->fd < 0)
		return -errno;
	g->tick = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (g->tick < 0)
		return -errno;
	ret = join(g->fd, g->tick);
	return ret < 0 ? ret : join(g->fd, g->wire->ops->fd(g->wire));
}

static int open_wire(struct grabber *g)
{
	struct grab_config *c = &g->config;

	return c->new_wire != NULL ? c->new_wire(c->wire_arg, &c->max_total, &g->wire)
	                           : grab_kernel_new(&c->max_total, &g->wire);
}

int grabber_new(const struct grab_config *config, struct grabber **out)
{
	struct grabber *g = calloc(1, sizeof(*g));
	int ret;

	if (g == NULL)
		return -ENOMEM;
	g->config = *config;
	g->fd = g->tick = -1;
	grab_patience_init(&g->patience);
	LIST_INIT(&g->active);
	LIST_INIT(&g->begun);
	STAILQ_INIT(&g->finished);
	grab_config_fill(&g->config);
	g->queue = grab_queue_new(g->config.queue_limit, g->config.max_per_host);
	g->means = (struct grab_means){&g->config, grab_tls_ctx_new(), grab_lore_new()};
	ret = g->queue == NULL || g->means.tls == NULL || g->means.lore == NULL ? -ENOMEM : 0;
	if (ret == 0)
		ret = open_wire(g);
	if (ret == 0)
		ret = open_fds(g);
	if (ret < 0) {
		grabber_free(g);
		return ret;
	}
	*out = g;
	return 0;
}

int grabber_take_way(struct grabber *g, const struct dp_grab_way *way, struct error *err)
{
	return g->wire->ops->take_way(g->wire, way, err);
}

/* Close the connection: by a FIN for fragile devices, whose small TCP stacks know it best,
 * otherwise by a RST. */
static void hang_up(struct grabber *g, struct grab *b)
{
	if (b->conn != NULL)
		g->wire->ops->close(b->conn, b->session.fragile || b->session.careful);
	b->conn = NULL;
}

static void grab_free(struct grab *b)
{
	grab_session_fini(&b->session);
	free(b);
}

static void free_grabs(struct grabber *g)
{
	struct grab *b;

	while ((b = LIST_FIRST(&g->active)) != NULL) {
		LIST_REMOVE(b, active);
		hang_up(g, b);
		grab_free(b);
	}
	while ((b = LIST_FIRST(&g->begun)) != NULL) {
		LIST_REMOVE(b, active);
		grab_free(b);
	}
	while ((b = STAILQ_FIRST(&g->finished)) != NULL) {
		STAILQ_REMOVE_HEAD(&g->finished, finished);
		grab_free(b);
	}
}

uint32_t grabber_most(const struct grabber *g)
{
	return g->config.max_total;
}

void grabber_free(struct grabber *g)
{
	if (g == NULL)
		return;
	free_grabs(g);
	if (g->tick >= 0)
		close(g->tick);
	if (g->fd >= 0)
		close(g->fd);
	if (g->wire != NULL)
		g->wire->ops->free(g->wire);
	grab_tls_ctx_free(g->means.tls);
	grab_lore_free(g->means.lore);
	grab_queue_free(g->queue);
	grab_patience_fini(&g->patience);
	free(g);
}

/* ---- one grab ---- */

static void count(struct grab_stats *st, enum grab_status status)
{
	st->finished++;
	st->ok += status == GRAB_OK;
	st->silent += status == GRAB_SILENT;
	st->refused += status == GRAB_REFUSED;
	st->timeout += status == GRAB_TIMEOUT;
	st->failed += status == GRAB_FAILED;
}

static void finish(struct grabber *g, struct grab *b)
{
	hang_up(g, b);
	LIST_REMOVE(b, active);
	g->stats.active--;
	if (b->granted)
		grab_patience_done(&g->patience);
	grab_queue_done(g->queue, &b->session.result.request.addr);
	count(&g->stats, b->session.result.status);
	STAILQ_INSERT_TAIL(&g->finished, b, finished);
}

static void dial(struct grabber *g, struct grab *b, uint64_t now)
{
	const struct grab_request *r = &b->session.result.request;
	int ret;

	hang_up(g, b);
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
	const struct grab_ticket ticket = {b->session.result.request, b};

	hang_up(g, b);
	if (grab_queue_push(g->queue, &ticket, now) < 0) {
		grab_session_care(&b->session);
		grab_session_turn(&b->session, now);
		finish(g, b);
		return;
	}
	LIST_REMOVE(b, active);
	LIST_INSERT_HEAD(&g->begun, b, active);
	g->stats.active--;
	grab_queue_done(g->queue, &ticket.request.addr);
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

/* Do what the session wants, until it waits for the network or is over. */
static void drive(struct grabber *g, struct grab *b, uint64_t now)
{
	struct grab_session *s = &b->session;

	while (s->want == GRAB_WANT_CONNECT)
		dial(g, b, now);
	/* A send error is left to receive(): what the peer said before is still to be read. */
	if (s->want == GRAB_WANT_TRAFFIC)
		send_wire(g, b);
	else if (s->want == GRAB_WANT_TURN)
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

static void on_event(struct grabber *g, struct grab *b, unsigned what, uint64_t now)
{
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

static void apply_care(struct grab_session *s, uint8_t care)
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
	struct grab *b = calloc(1, sizeof(*b));

	if (b == NULL || !grab_queue_pop(g->queue, ticket, now)) {
		free(b);
		return NULL;
	}
	if (ticket->begun != NULL) {
		free(b);
		b = ticket->begun;
		LIST_REMOVE(b, active);
	}
	LIST_INSERT_HEAD(&g->active, b, active);
	g->stats.active++;
	return b;
}

static void start_waiting(struct grabber *g, uint64_t now)
{
	struct grab_ticket ticket;
	struct grab *b;

	while (g->stats.active < g->config.max_total &&
	       (b = next_waiting(g, &ticket, now)) != NULL) {
		uint8_t care = grab_queue_care_of(g->queue, &ticket.request.addr);

		if (ticket.begun == NULL &&
		    grab_session_init(&b->session, &g->means, &ticket.request, now) < 0) {
			finish(g, b);
			continue;
		}
		apply_care(&b->session, care);
		if (ticket.begun != NULL)
			grab_session_turn(&b->session, now);
		drive(g, b, now);
	}
}

static void sweep(struct grabber *g, uint64_t now)
{
	struct grab *b, *after;

	if (now - g->swept_us < TICK_US)
		return;
	g->swept_us = now;
	for (b = LIST_FIRST(&g->active); b != NULL; b = after) {
		after = LIST_NEXT(b, active);
		if (now < b->session.deadline_us)
			continue;
		grab_session_tick(&b->session, now);
		drive(g, b, now);
	}
}

/* ---- the contract ---- */

static bool idle(const struct grabber *g)
{
	return g->stats.active == 0 && grab_queue_waiting(g->queue) == 0;
}

static int set_ticking(struct grabber *g, bool on)
{
	const long ns = on ? TICK_US * 1000L : 0;
	const struct itimerspec every = {{.tv_nsec = ns}, {.tv_nsec = ns}};

	if (on == g->ticking)
		return 0;
	if (timerfd_settime(g->tick, 0, &every, NULL) < 0)
		return -errno;
	g->ticking = on;
	return 0;
}

int grabber_submit(struct grabber *g, const struct grab_request *request)
{
	const struct grab_ticket ticket = {*request, NULL};
	int ret;

	if (request->transport != DP_TRANSPORT_TCP || request->port == 0)
		return -EINVAL;
	if (grab_policy_is_fragile(request->port)) {
		if (grab_policy_request(request->port, g->config.ask_fragile) == NULL)
			return -EPERM;
		grabber_care(g, &request->addr, GRAB_CARE_ONE);
	}
	ret = grab_queue_push(g->queue, &ticket, now_us());
	if (ret < 0)
		return ret;
	g->stats.submitted++;
	return set_ticking(g, true);
}

void grabber_care(struct grabber *g, const struct dp_addr *addr, enum grab_care care)
{
	struct grab *b;

	if (grab_queue_care_of(g->queue, addr) >= care)
		return;
	grab_queue_care(g->queue, addr, care);
	LIST_FOREACH(b, &g->active, active)
	if (memcmp(&b->session.result.request.addr, addr, sizeof(*addr)) == 0)
		apply_care(&b->session, (uint8_t)care);
}

int grabber_run(struct grabber *g, int timeout_ms)
{
	struct grab_wire_event events[EVENTS];
	struct epoll_event ready[2];
	uint64_t expirations, now = now_us();
	int n;

	start_waiting(g, now);
	if (!STAILQ_EMPTY(&g->finished))
		timeout_ms = 0;
	if (epoll_wait(g->fd, ready, 2, timeout_ms) < 0 && errno != EINTR)
		return -errno;
	if (read(g->tick, &expirations, sizeof(expirations)) < 0 && errno != EAGAIN)
		return -errno;
	n = g->wire->ops->poll(g->wire, events, EVENTS, 0);
	if (n < 0)
		return n;
	now = now_us();
	for (int i = 0; i < n; i++)
		on_event(g, events[i].owner, events[i].what, now);
	sweep(g, now);
	start_waiting(g, now);
	return set_ticking(g, !idle(g));
}

size_t grabber_take(struct grabber *g, struct grab_result *out, size_t n)
{
	struct grab *b;
	size_t i = 0;

	for (; i < n && (b = STAILQ_FIRST(&g->finished)) != NULL; i++) {
		STAILQ_REMOVE_HEAD(&g->finished, finished);
		out[i] = b->session.result;
		b->session.result.facts = NULL;
		grab_free(b);
	}
	return i;
}

void grabber_stats(const struct grabber *g, struct grab_stats *out)
{
	*out = g->stats;
	out->waiting = grab_queue_waiting(g->queue);
	out->listening = g->patience.out;
}
