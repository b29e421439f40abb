/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_peer_server.c - answers each request by so many bytes of its pattern, and closes. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp_peer.h"

enum { EVENTS = 256, CHUNK = 16384, BACKLOG = 4096 };

struct client {
	int fd;
	struct peer_request request;
	size_t got;
	uint32_t sent;
};

static void die(const char *what)
{
	perror(what);
	_exit(1);
}

static void end(struct client *c)
{
	close(c->fd);
	free(c);
}

static void accept_all(int epoll, int listener)
{
	struct epoll_event ev = {.events = EPOLLIN};
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct client *c = calloc(1, sizeof(*c));

		if (c == NULL)
			die("calloc");
		c->fd = fd;
		ev.data.ptr = c;
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
			die("epoll_ctl");
	}
}

/* Read the request. Returns whether it is complete. */
static int hear(int epoll, struct client *c)
{
	struct epoll_event ev = {.events = EPOLLOUT, .data.ptr = c};
	ssize_t n = read(c->fd, (char *)&c->request + c->got, sizeof(c->request) - c->got);

	if (n <= 0) {
		end(c);
		return 0;
	}
	c->got += (size_t)n;
	if (c->got < sizeof(c->request))
		return 0;
	c->request.len = ntohl(c->request.len);
	c->request.seed = ntohl(c->request.seed);
	return epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &ev) == 0;
}

static void answer(struct client *c)
{
	char bytes[CHUNK];
	ssize_t n = 0;

	while (c->sent < c->request.len) {
		uint32_t left = c->request.len - c->sent, len = left < CHUNK ? left : CHUNK;

		for (uint32_t i = 0; i < len; i++)
			bytes[i] = (char)peer_byte(c->request.seed, c->sent + i);
		n = send(c->fd, bytes, len, MSG_NOSIGNAL);
		if (n < 0)
			break;
		c->sent += (uint32_t)n;
	}
	if (c->sent == c->request.len || (n < 0 && errno != EAGAIN))
		end(c);
}

static int listen_on(void)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(PEER_PORT)};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1, off = 0;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, 41, 26, &off, sizeof(off)) < 0 || /* IPV6_V6ONLY */
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) < 0 || listen(fd, BACKLOG) < 0)
		die("listen");
	return fd;
}

void peer_serve(void)
{
	struct epoll_event events[EVENTS], ev = {.events = EPOLLIN, .data.ptr = NULL};
	int epoll = epoll_create1(0), listener = listen_on();

	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &ev) < 0)
		die("epoll");
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			struct client *c = events[i].data.ptr;

			if (c == NULL)
				accept_all(epoll, listener);
			else if (c->got == sizeof(c->request) || hear(epoll, c))
				answer(c);
		}
	}
}
