/* SPDX-License-Identifier: Apache-2.0 */
/* grab.c - the grabber: sessions over a transport, within limits, on one thread. */
#include "grab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <unistd.h>

#include "clock.h"
#include "grab_config.h"
#include "grab_drive.h"
#include "grab_policy.h"

enum {
	TICK_MS = GRAB_WHEEL_TICK_US / 1000, /* the longest wait while there is work */
	EVENTS = 256,
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
	g->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (g->wake < 0)
		return -errno;
	ret = join(g->fd, g->wake);
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
	g->fd = g->wake = -1;
	grab_wheel_init(&g->wheel, now_us());
	grab_patience_init(&g->patience);
	LIST_INIT(&g->active);
	LIST_INIT(&g->begun);
	LIST_INIT(&g->unused);
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

int grabber_raise_files(uint32_t *max)
{
	return grab_kernel_raise(max);
}

int grabber_take_way(struct grabber *g, const struct dp_grab_way *way, struct error *err)
{
	return g->wire->ops->take_way(g->wire, way, err);
}

void grabber_set_limits(struct grabber *g, uint32_t total, uint32_t lively)
{
	g->config.max_total = total;
	g->config.max_lively = lively;
}

int grabber_take_dp(struct grabber *g, struct dp *dp)
{
	struct grab_wire *wire;
	int ret = grab_dp_new(dp, &wire);

	if (ret < 0)
		return ret;
	g->wire->ops->free(g->wire);
	g->wire = wire;
	return join(g->fd, wire->ops->fd(wire));
}

static void grab_free(struct grab *b)
{
	grab_session_fini(&b->session);
	free(b);
}

/* Keep a grab that is over for the next one. */
static void put_away(struct grabber *g, struct grab *b)
{
	grab_session_end(&b->session);
	LIST_INSERT_HEAD(&g->unused, b, active);
}

static void free_grabs(struct grabber *g)
{
	struct grab *b;

	while ((b = LIST_FIRST(&g->active)) != NULL) {
		LIST_REMOVE(b, active);
		grab_drive_hang_up(g, b);
		grab_free(b);
	}
	while ((b = LIST_FIRST(&g->begun)) != NULL) {
		LIST_REMOVE(b, active);
		grab_free(b);
	}
	while ((b = LIST_FIRST(&g->unused)) != NULL) {
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
	if (g->wake >= 0)
		close(g->wake);
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

/* ---- the contract ---- */

static bool idle(const struct grabber *g)
{
	return g->stats.active == 0 && grab_queue_waiting(g->queue) == 0;
}

int grabber_submit(struct grabber *g, const struct grab_request *request)
{
	const struct grab_ticket ticket = {*request, NULL, false};
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
	return 0;
}

void grabber_care(struct grabber *g, const struct dp_addr *addr, enum grab_care care)
{
	struct grab *b;

	if (grab_queue_care_of(g->queue, addr) >= care)
		return;
	grab_queue_care(g->queue, addr, care);
	LIST_FOREACH(b, &g->active, active)
	if (memcmp(&b->session.result.request.addr, addr, sizeof(*addr)) == 0)
		grab_drive_care(&b->session, (uint8_t)care);
}

void grabber_plain(struct grabber *g, const struct dp_addr *addr)
{
	grab_queue_plain(g->queue, addr);
}

void grabber_wake(struct grabber *g)
{
	eventfd_write(g->wake, 1);
}

/* Wait for the transport, or for grabber_wake(). */
static int wait_for_events(struct grabber *g, int timeout_ms)
{
	struct epoll_event ready[2];
	eventfd_t value;

	if (epoll_wait(g->fd, ready, 2, timeout_ms) < 0 && errno != EINTR)
		return -errno;
	eventfd_read(g->wake, &value);
	return 0;
}

static int poll_wire(struct grabber *g, struct grab_wire_event *events, int timeout_ms)
{
	int n = g->wire->ops->poll(g->wire, events, EVENTS, 0), ret;

	if (n != 0 || timeout_ms == 0)
		return n;
	ret = wait_for_events(g, timeout_ms);
	return ret < 0 ? ret : g->wire->ops->poll(g->wire, events, EVENTS, 0);
}

int grabber_run(struct grabber *g, int timeout_ms)
{
	struct grab_wire_event events[EVENTS];
	uint64_t now = now_us();
	int n;

	grab_drive_begin(g, now);
	if (!STAILQ_EMPTY(&g->finished))
		timeout_ms = 0;
	else if (!idle(g) && timeout_ms > TICK_MS)
		timeout_ms = TICK_MS;
	n = poll_wire(g, events, timeout_ms);
	if (n < 0)
		return n;
	now = now_us();
	for (int i = 0; i < n; i++)
		grab_drive_event(g, events[i].owner, events[i].what, now);
	grab_drive_sweep(g, now);
	grab_drive_begin(g, now);
	return 0;
}

size_t grabber_take(struct grabber *g, struct grab_result *out, size_t n)
{
	struct grab *b;
	size_t i = 0;

	for (; i < n && (b = STAILQ_FIRST(&g->finished)) != NULL; i++) {
		STAILQ_REMOVE_HEAD(&g->finished, finished);
		out[i] = b->session.result;
		b->session.result.facts = NULL;
		put_away(g, b);
	}
	return i;
}

void grabber_stats(const struct grabber *g, struct grab_stats *out)
{
	*out = g->stats;
	out->waiting = grab_queue_waiting(g->queue);
	out->listening = g->patience.out;
}
