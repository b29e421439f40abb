/* SPDX-License-Identifier: Apache-2.0 */
/* mem_wire.c - connections whose far end is a recording. */
#include "mem_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct wire;

struct grab_conn {
	struct wire *w;
	struct grab_conn *next; /* of the free ones, or of those with an event */
	void *owner;
	const struct recording *r;
	unsigned said; /* chunks */
	bool up, heard, queued, missing;
};

struct wire {
	struct grab_wire wire;
	const struct mem_wire_world *world;
	struct grab_conn *conns, *unused, *first, **last;
	uint64_t random;
	int fd; /* eventfd, readable while there are events */
	bool readable;
};

static const char not_found[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

static uint64_t mix(const struct dp_addr *addr, uint16_t port)
{
	uint64_t x;

	memcpy(&x, addr->b + 8, sizeof(x));
	x = (x ^ port) * 0x9e3779b97f4a7c15ull;
	return x ^ x >> 29;
}

const struct recording *mem_wire_find(const struct mem_wire_world *w, const struct dp_addr *addr,
                                      uint16_t port)
{
	uint64_t total = 0, at;

	for (size_t i = 0; i < w->count; i++)
		total += w->recordings[i].port == port ? w->recordings[i].weight : 0;
	if (total == 0)
		return NULL;
	at = mix(addr, port) % total;
	for (size_t i = 0;; i++) {
		const struct recording *r = &w->recordings[i];

		if (r->port != port)
			continue;
		if (at < r->weight)
			return r;
		at -= r->weight;
	}
}

static void post(struct grab_conn *c)
{
	struct wire *w = c->w;

	if (c->queued)
		return;
	c->queued = true;
	c->next = NULL;
	*w->last = c;
	w->last = &c->next;
	if (!w->readable)
		w->readable = eventfd_write(w->fd, 1) == 0;
}

static int mem_take_way(struct grab_wire *w, const struct dp_grab_way *way, struct error *err)
{
	(void)w;
	(void)way;
	(void)err;
	return 0;
}

static int mem_open(struct grab_wire *wire, const struct dp_addr *addr, uint16_t port, void *owner,
                    struct grab_conn **out)
{
	struct wire *w = (struct wire *)wire;
	struct grab_conn *c = w->unused;

	if (c == NULL)
		return -ENOMEM;
	w->unused = c->next;
	*c = (struct grab_conn){.w = w, .owner = owner, .r = mem_wire_find(w->world, addr, port)};
	post(c);
	*out = c;
	return 0;
}

static int mem_connected(struct grab_conn *c)
{
	if (c->r == NULL)
		return -ECONNREFUSED;
	if (!c->up && c->r->greets)
		post(c);
	c->up = true;
	return 0;
}

static ssize_t mem_send(struct grab_conn *c, const void *data, size_t len)
{
	c->heard = true;
	c->missing = c->r->proto == &vd_proto_http && len > 5 && memcmp(data, "GET / ", 6) != 0;
	post(c);
	return (ssize_t)len;
}

static ssize_t mem_receive(struct grab_conn *c, void *data, size_t size)
{
	const struct recording *r = c->r;
	uint8_t bytes[RECORDING_MAX];
	size_t len;

	if (c->missing && c->said == 0) {
		c->said = r->chunks;
		memcpy(data, not_found, sizeof(not_found) - 1);
		return sizeof(not_found) - 1;
	}
	if (c->said == r->chunks)
		return 0;
	if (!c->heard && c->said == 0 && !r->greets)
		return -EAGAIN;
	c->w->random = c->w->random * 6364136223846793005ull + 1442695040888963407ull;
	len = recordings_say(r, c->said++, c->w->world->second, c->w->random, bytes);
	len = len < size ? len : size;
	memcpy(data, bytes, len);
	return (ssize_t)len;
}

static void mem_close(struct grab_conn *c, bool gently)
{
	struct wire *w = c->w;

	(void)gently;
	if (c->queued) { /* poll() frees it */
		c->owner = NULL;
		return;
	}
	c->next = w->unused;
	w->unused = c;
}

static int mem_poll(struct grab_wire *wire, struct grab_wire_event *out, int n, int timeout_ms)
{
	struct wire *w = (struct wire *)wire;
	eventfd_t value;
	int got = 0;

	(void)timeout_ms;
	while (got < n && w->first != NULL) {
		struct grab_conn *c = w->first;

		w->first = c->next;
		if (w->first == NULL)
			w->last = &w->first;
		c->queued = false;
		if (c->owner == NULL) {
			mem_close(c, false);
			continue;
		}
		out[got++] = (struct grab_wire_event){c->owner, GRAB_WIRE_READ | GRAB_WIRE_WRITE};
	}
	if (w->first == NULL && w->readable)
		w->readable = eventfd_read(w->fd, &value) != 0;
	return got;
}

static int mem_fd(const struct grab_wire *w)
{
	return ((const struct wire *)w)->fd;
}

static void mem_free(struct grab_wire *wire)
{
	struct wire *w = (struct wire *)wire;

	close(w->fd);
	free(w->conns);
	free(w);
}

static const struct grab_wire_ops ops = {
	.take_way = mem_take_way,
	.open = mem_open,
	.connected = mem_connected,
	.send = mem_send,
	.receive = mem_receive,
	.close = mem_close,
	.poll = mem_poll,
	.fd = mem_fd,
	.free = mem_free,
};

int mem_wire_new(void *world, uint32_t *max, struct grab_wire **out)
{
	struct wire *w = calloc(1, sizeof(*w));
	uint32_t n = 2 * *max; /* closed ones wait for poll() */

	if (w == NULL)
		return -ENOMEM;
	w->wire.ops = &ops;
	w->world = world;
	w->last = &w->first;
	w->random = (uintptr_t)w;
	w->conns = calloc(n, sizeof(*w->conns));
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->conns == NULL || w->fd < 0) {
		mem_free(&w->wire);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < n; i++) {
		w->conns[i].next = w->unused;
		w->unused = &w->conns[i];
	}
	*out = &w->wire;
	return 0;
}
