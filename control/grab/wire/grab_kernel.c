/* SPDX-License-Identifier: Apache-2.0 */
/* grab_kernel.c - the grabs' byte transport over non-blocking kernel sockets with epoll. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "grab_ports.h"
#include "grab_wire.h"

enum {
	SPARE_FDS = 128,      /* what the rest of the process needs, with many queues */
	LEAST_SPARE_FDS = 48, /* with one */
	ENOUGH_PORTS = 1000,
	POLL_BURST = 256,
	SOCKOPT_PORT_RANGE = 51, /* IP_LOCAL_PORT_RANGE, linux/in.h since 6.3 */
};

struct kernel {
	struct grab_wire wire;
	int epoll;
	uint32_t max;
	uint32_t range; /* of local ports for each socket, as SOCKOPT_PORT_RANGE has it; 0: any */
	bool has_way;   /* false: the kernel chooses the way of each connection */
	struct dp_grab_way way;
};

struct grab_conn {
	struct kernel *k;
	int fd;
	void *owner;
	bool up;
	bool wants_write; /* epoll watches for room to send */
};

static int watch(struct grab_conn *c, int op, bool write)
{
	struct epoll_event ev = {.events = EPOLLIN | (write ? EPOLLOUT : 0u), .data.ptr = c};

	if (epoll_ctl(c->k->epoll, op, c->fd, &ev) < 0)
		return -errno;
	c->wants_write = write;
	return 0;
}

static bool is_v4(const struct dp_addr *a)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(a->b, mapped, sizeof(mapped)) == 0;
}

static socklen_t to_sockaddr(const struct dp_addr *a, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (is_v4(a)) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, a->b + 12, 4);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	memcpy(&v6->sin6_addr, a->b, 16);
	return sizeof(*v6);
}

/* Bind a socket to the interface of the way, and to its source address unless the kernel chooses
 * that for each target. The kernel chooses the port when the socket connects. */
static int bind_to_way(const struct kernel *k, int fd, int family)
{
	const struct dp_grab_way *way = &k->way;
	bool has = family == AF_INET ? way->has_v4 : way->has_v6;
	struct sockaddr_storage own;
	const int on = 1;
	socklen_t len;

	if (!k->has_way)
		return 0;
	if (!has)
		return -EADDRNOTAVAIL;
	len = to_sockaddr(family == AF_INET ? &way->v4 : &way->v6, 0, &own);
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, way->iface, (socklen_t)strlen(way->iface)) <
	            0 ||
	    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)) < 0 ||
	    (!way->any_source && bind(fd, (const struct sockaddr *)&own, len) < 0))
		return -errno;
	return 0;
}

static int configure(const struct kernel *k, int fd, int family)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	const int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    (k->range != 0 &&
	     setsockopt(fd, IPPROTO_IP, SOCKOPT_PORT_RANGE, &k->range, sizeof(k->range)) < 0))
		return -errno;
	return bind_to_way(k, fd, family);
}

/* Make a socket whose close() sends a RST, unless kernel_close() is told to close gently. No
 * TIME_WAIT is left on this machine then, however many grabs run in a second. */
static int make_socket(const struct kernel *k, int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	int ret;

	if (fd < 0)
		return -errno;
	ret = configure(k, fd, family);
	if (ret == 0)
		return fd;
	close(fd);
	return ret;
}

static int begin(struct grab_conn *c, const struct dp_addr *addr, uint16_t port)
{
	struct sockaddr_storage to;
	socklen_t len = to_sockaddr(addr, port, &to);

	if (connect(c->fd, (const struct sockaddr *)&to, len) < 0 && errno != EINPROGRESS)
		return -errno;
	return watch(c, EPOLL_CTL_ADD, true);
}

static int kernel_open(struct grab_wire *w, const struct dp_addr *addr, uint16_t port, void *owner,
                       struct grab_conn **out)
{
	struct kernel *k = (struct kernel *)w;
	struct grab_conn *c = calloc(1, sizeof(*c));
	int ret;

	if (c == NULL)
		return -ENOMEM;
	*c = (struct grab_conn){.k = k, .owner = owner};
	c->fd = make_socket(k, is_v4(addr) ? AF_INET : AF_INET6);
	ret = c->fd < 0 ? c->fd : begin(c, addr, port);
	if (ret < 0) {
		if (c->fd >= 0)
			close(c->fd);
		free(c);
		return ret;
	}
	*out = c;
	return 0;
}

static int kernel_connected(struct grab_conn *c)
{
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer), len = sizeof(int);
	int ret = 0;

	if (c->up)
		return 0;
	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &ret, &len) < 0)
		return -errno;
	if (ret != 0)
		return -ret;
	if (getpeername(c->fd, (struct sockaddr *)&peer, &peer_len) < 0)
		return errno == ENOTCONN ? -EINPROGRESS : -errno;
	c->up = true;
	return watch(c, EPOLL_CTL_MOD, false);
}

static ssize_t kernel_send(struct grab_conn *c, const void *data, size_t len)
{
	ssize_t n = send(c->fd, data, len, MSG_NOSIGNAL);
	int ret;

	if (n < 0 && errno != EAGAIN)
		return -errno;
	n = n < 0 ? 0 : n;
	if (((size_t)n < len) == c->wants_write)
		return n;
	ret = watch(c, EPOLL_CTL_MOD, (size_t)n < len);
	return ret < 0 ? ret : n;
}

static ssize_t kernel_receive(struct grab_conn *c, void *data, size_t size)
{
	ssize_t n = recv(c->fd, data, size, 0);

	return n < 0 ? -errno : n;
}

static void kernel_close(struct grab_conn *c, bool gently)
{
	const struct linger fin = {0};

	if (gently)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &fin, sizeof(fin));
	close(c->fd); /* leaves the epoll set by itself */
	free(c);
}

static int kernel_poll(struct grab_wire *w, struct grab_wire_event *out, int n, int timeout_ms)
{
	struct kernel *k = (struct kernel *)w;
	struct epoll_event events[POLL_BURST];
	int got = epoll_wait(k->epoll, events, n < POLL_BURST ? n : POLL_BURST, timeout_ms);

	if (got < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < got; i++) {
		const struct grab_conn *c = events[i].data.ptr;
		uint32_t e = events[i].events;

		out[i].owner = c->owner;
		out[i].what = (e & EPOLLOUT ? GRAB_WIRE_WRITE : 0u) |
		              (e & (EPOLLIN | EPOLLERR | EPOLLHUP) ? GRAB_WIRE_READ : 0u);
	}
	return got;
}

static int kernel_fd(const struct grab_wire *w)
{
	return ((const struct kernel *)w)->epoll;
}

static void kernel_free(struct grab_wire *w)
{
	struct kernel *k = (struct kernel *)w;

	close(k->epoll);
	free(k);
}

/* How many of @have descriptors the rest of the process gets. */
static rlim_t spare_of(rlim_t have)
{
	if (have >= 2 * SPARE_FDS)
		return SPARE_FDS;
	return have / 2 > LEAST_SPARE_FDS ? have / 2 : LEAST_SPARE_FDS;
}

int grab_kernel_raise(uint32_t *max)
{
	rlim_t need = (rlim_t)*max + SPARE_FDS;
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0)
		return -errno;
	if (lim.rlim_cur < need) {
		lim.rlim_cur = need < lim.rlim_max ? need : lim.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &lim) < 0)
			return -errno;
	}
	if (lim.rlim_cur >= need)
		return 0;
	if (lim.rlim_cur <= spare_of(lim.rlim_cur))
		return -EMFILE;
	*max = (uint32_t)(lim.rlim_cur - spare_of(lim.rlim_cur));
	return 0;
}

/* Read the kernel's range of local ports; where /proc is not mounted, take Linux's default. */
static int read_local_ports(struct grab_ports *out)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	unsigned low, high;
	int n;

	*out = (struct grab_ports){32768, 60999};
	if (f == NULL)
		return errno == ENOENT ? 0 : -errno;
	n = fscanf(f, "%5u %5u", &low, &high);
	fclose(f);
	if (n != 2 || low > high || high > 65535)
		return -EIO;
	*out = (struct grab_ports){(uint16_t)low, (uint16_t)high};
	return 0;
}

/* Keep the local ports of sockets out of the source ports of the scan. */
static int choose_ports(struct kernel *k, const struct dp_grab_way *way, struct error *err)
{
	const struct grab_ports scan = {way->port_first, way->port_last};
	unsigned need = k->max < ENOUGH_PORTS ? k->max : ENOUGH_PORTS, left;
	struct grab_ports local, rest;
	int ret = read_local_ports(&local);

	if (ret < 0)
		return error_set(err, ret, "net.ipv4.ip_local_port_range cannot be read: %s",
		                 strerror(-ret));
	k->range = 0;
	if (scan.last < local.first || scan.first > local.last)
		return 0;
	left = grab_ports_beside(local, scan, &rest);
	if (left < need)
		return error_set(err, -ERANGE,
		                 "source ports %u-%u leave grabs %u of the kernel's local ports "
		                 "%u-%u, and %u are needed: choose a --source-port range that "
		                 "leaves more, set net.ipv4.ip_local_port_range, lower "
		                 "--grab-total, or say --no-grab",
		                 scan.first, scan.last, left, local.first, local.last, need);
	k->range = rest.first | (uint32_t)rest.last << 16;
	return 0;
}

/* Open a trial socket of the family. */
static int try_way(const struct kernel *k, int family, struct error *err)
{
	const struct dp_grab_way *way = &k->way;
	char own[DP_ADDR_TEXT];
	int fd = make_socket(k, family);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (fd == -ENOPROTOOPT && k->range != 0)
		return error_set(
			err, -ERANGE,
			"source ports %u-%u are in net.ipv4.ip_local_port_range, and Linux "
			"before 6.3 cannot keep grabs off them: choose a --source-port range "
			"outside, set net.ipv4.ip_local_port_range, or say --no-grab",
			way->port_first, way->port_last);
	return error_set(err, fd, "a socket cannot be bound to interface '%s' and address %s: %s",
	                 way->iface, dp_addr_format(family == AF_INET ? &way->v4 : &way->v6, own),
	                 strerror(-fd));
}

static int kernel_take_way(struct grab_wire *w, const struct dp_grab_way *way, struct error *err)
{
	struct kernel *k = (struct kernel *)w;
	int ret = 0;

	k->way = *way;
	k->has_way = true;
	if (way->has_v4 || way->has_v6)
		ret = choose_ports(k, way, err);
	if (ret == 0 && way->has_v4)
		ret = try_way(k, AF_INET, err);
	if (ret == 0 && way->has_v6)
		ret = try_way(k, AF_INET6, err);
	return ret;
}

static const struct grab_wire_ops kernel_ops = {
	.take_way = kernel_take_way,
	.open = kernel_open,
	.connected = kernel_connected,
	.send = kernel_send,
	.receive = kernel_receive,
	.close = kernel_close,
	.poll = kernel_poll,
	.fd = kernel_fd,
	.free = kernel_free,
};

int grab_kernel_new(uint32_t *max, struct grab_wire **out)
{
	struct kernel *k = calloc(1, sizeof(*k));
	int ret;

	if (k == NULL)
		return -ENOMEM;
	k->wire.ops = &kernel_ops;
	ret = grab_kernel_raise(max);
	k->max = *max;
	if (ret == 0 && (k->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
		ret = -errno;
	if (ret < 0) {
		free(k);
		return ret;
	}
	*out = &k->wire;
	return 0;
}
