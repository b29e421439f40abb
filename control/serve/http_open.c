/* SPDX-License-Identifier: Apache-2.0 */
/* http_open.c - begins, watches and ends the connections. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "http_private.h"

enum { PEM_MOST = 1 << 20 };

void http_link(struct http *h, struct conn *c)
{
	c->next = h->conns;
	c->place = &h->conns;
	if (c->next != NULL)
		c->next->place = &c->next;
	h->conns = c;
	h->server->counters.connections++;
}

void http_unlink(struct http *h, struct conn *c)
{
	*c->place = c->next;
	if (c->next != NULL)
		c->next->place = c->place;
	h->server->counters.connections--;
}

/* ---- TLS ------------------------------------------------------------------------------------- */

struct pem {
	char *cert, *key; /* owned */
};

static void pem_fini(struct pem *p)
{
	free(p->cert);
	if (p->key != NULL)
		explicit_bzero(p->key, strlen(p->key));
	free(p->key);
	*p = (struct pem){0};
}

static char *read_file(const char *path, struct error *err)
{
	char *text = calloc(1, PEM_MOST + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 && text != NULL ? read(fd, text, PEM_MOST) : -1;

	if (n < 0)
		error_set(err, 0, "%.300s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (n >= 0)
		return text;
	free(text);
	return NULL;
}

static int read_pem(const struct serve_config *c, struct pem *out, struct error *err)
{
	*out = (struct pem){0};
	if (c->tls_cert == NULL)
		return 0;
	out->cert = read_file(c->tls_cert, err);
	out->key = out->cert != NULL ? read_file(c->tls_key, err) : NULL;
	if (out->key != NULL)
		return 0;
	pem_fini(out);
	return -EINVAL;
}

static int start(struct endpoint *e, const struct pem *pem, struct error *err)
{
	static char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
	const struct serve_config *c = e->http->server->config;
	const struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, pem->cert},
	                                     {MHD_OPTION_HTTPS_MEM_KEY, 0, pem->key},
	                                     {MHD_OPTION_HTTPS_PRIORITIES, 0, priorities},
	                                     {MHD_OPTION_END, 0, NULL}};
	bool by_tls = pem->cert != NULL && !e->listener.is_unix;

	e->daemon = http_start(e, by_tls ? tls : NULL);
	if (e->daemon != NULL)
		return 0;
	if (by_tls)
		return error_set(err, -EINVAL,
		                 "%.200s and %.200s: not a certificate and its key in PEM",
		                 c->tls_cert, c->tls_key);
	return error_set(err, -EIO, "%.100s: the HTTP library refuses the socket",
	                 e->listener.name);
}

/* ---- opening --------------------------------------------------------------------------------- */

static struct endpoint *add_endpoint(struct http *h, const struct listener *l)
{
	struct endpoint *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->http = h;
	e->listener = *l;
	e->next = h->endpoints;
	h->endpoints = e;
	return e;
}

/* Listen, and begin to answer. */
static int open_one(struct http *h, const char *text, bool is_unix, const struct pem *pem,
                    struct error *err)
{
	const struct serve_config *c = h->server->config;
	struct listener l;
	struct endpoint *e;
	char line[300];
	int ret;

	if (!is_unix && listener_is_public(text) && h->server->keys.count == 0)
		return error_set(err, -EPERM,
		                 "--listen %.80s: others can reach this address, and there are no "
		                 "keys: make one with `sonde key add`",
		                 text);
	ret = is_unix ? listener_open_unix(text, &l, err) : listener_open(text, &l, err);
	if (ret != 0)
		return ret;
	e = add_endpoint(h, &l);
	if (e == NULL) {
		close(l.fd);
		return error_set(err, -ENOMEM, "out of memory");
	}
	ret = start(e, pem, err);
	if (ret != 0)
		return ret;
	snprintf(line, sizeof(line), "listening on %s%s",
	         is_unix               ? "unix:"
	         : c->tls_cert != NULL ? "https://"
	                               : "http://",
	         l.name);
	c->say(line);
	return 0;
}

int http_open(struct server *s, struct http **out, struct error *err)
{
	const struct serve_config *c = s->config;
	struct http *h = calloc(1, sizeof(*h));
	struct pem pem;
	int ret = h != NULL ? read_pem(c, &pem, err) : -ENOMEM;

	if (ret != 0) {
		free(h);
		return ret == -ENOMEM ? error_set(err, ret, "out of memory") : ret;
	}
	h->server = s;
	h->idle_us = (int64_t)c->idle_s * 1000000;
	for (unsigned i = 0; i < c->listen_count && ret == 0; i++)
		ret = open_one(h, c->listens[i], false, &pem, err);
	if (ret == 0 && c->unix_path != NULL)
		ret = open_one(h, c->unix_path, true, &pem, err);
	pem_fini(&pem);
	if (ret != 0) {
		http_close(h);
		return ret;
	}
	*out = h;
	return 0;
}

/* ---- running --------------------------------------------------------------------------------- */

static int watch(struct endpoint *e, int epoll_fd)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(e->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = 0};

	if (info == NULL || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, info->epoll_fd, &event) != 0)
		return info == NULL ? -EIO : -errno;
	return 0;
}

int http_watch(struct http *h, int epoll_fd)
{
	int ret = 0;

	for (struct endpoint *e = h->endpoints; e != NULL && ret == 0; e = e->next)
		ret = watch(e, epoll_fd);
	return ret;
}

void http_run(struct http *h)
{
	for (struct endpoint *e = h->endpoints; e != NULL; e = e->next)
		MHD_run(e->daemon);
}

int http_timeout(struct http *h, int most_ms)
{
	MHD_UNSIGNED_LONG_LONG ms;

	for (struct endpoint *e = h->endpoints; e != NULL; e = e->next)
		if (MHD_get_timeout(e->daemon, &ms) == MHD_YES && ms < (unsigned)most_ms)
			most_ms = (int)ms;
	return most_ms;
}

/* Stop those that were replaced and have no connections left. */
static void stop_retired(struct http *h)
{
	for (struct endpoint **at = &h->endpoints; *at != NULL;) {
		struct endpoint *e = *at;
		const union MHD_DaemonInfo *info =
			MHD_get_daemon_info(e->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

		if (!e->retired || info == NULL || info->num_connections > 0) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		MHD_stop_daemon(e->daemon);
		free(e);
	}
}

void http_sweep(struct http *h)
{
	int64_t now_us = clock_monotonic_us();

	/* The library finds the end of the connection as if the client had closed it. */
	for (struct conn *c = h->conns; c != NULL; c = c->next)
		if (c->deadline_us != 0 && now_us > c->deadline_us) {
			shutdown(c->fd, SHUT_RDWR);
			c->deadline_us = 0;
		}
	stop_retired(h);
}

/* Start a second one on the same socket; the first accepts no more from then on. */
static int replace(struct endpoint *e, const struct pem *pem, int epoll_fd, struct error *err)
{
	struct listener l = e->listener;
	struct endpoint *fresh;
	int ret, old;

	l.fd = dup(l.fd);
	if (l.fd < 0)
		return error_set(err, -errno, "%s", strerror(errno));
	fresh = add_endpoint(e->http, &l);
	if (fresh == NULL) {
		close(l.fd);
		return error_set(err, -ENOMEM, "out of memory");
	}
	ret = start(fresh, pem, err);
	if (ret == 0)
		ret = watch(fresh, epoll_fd);
	if (ret != 0) {
		e->http->endpoints = fresh->next;
		if (fresh->daemon != NULL)
			MHD_stop_daemon(fresh->daemon);
		else
			close(l.fd);
		free(fresh);
		return ret;
	}
	old = MHD_quiesce_daemon(e->daemon);
	if (old >= 0)
		close(old);
	e->retired = true;
	return 0;
}

int http_reload_tls(struct http *h, int epoll_fd, struct error *err)
{
	struct pem pem;
	int ret = read_pem(h->server->config, &pem, err);

	if (ret != 0 || pem.cert == NULL)
		return ret;
	for (struct endpoint *e = h->endpoints; e != NULL && ret == 0; e = e->next)
		if (!e->retired && !e->listener.is_unix)
			ret = replace(e, &pem, epoll_fd, err);
	pem_fini(&pem);
	return ret;
}

/* ---- ending ---------------------------------------------------------------------------------- */

void http_drain(struct http *h)
{
	h->draining = true;
	for (struct endpoint *e = h->endpoints; e != NULL; e = e->next) {
		int fd = e->retired ? -1 : MHD_quiesce_daemon(e->daemon);

		if (fd >= 0)
			close(fd);
		if (e->listener.is_unix)
			unlink(e->listener.name);
		e->retired = true;
	}
	http_wake_listeners(h);
}

void http_close(struct http *h)
{
	if (h == NULL)
		return;
	/* The library wants none that waits. */
	for (struct conn *c = h->conns; c != NULL; c = c->next)
		if (c->request != NULL)
			http_resume(c->request);
	while (h->endpoints != NULL) {
		struct endpoint *e = h->endpoints;

		h->endpoints = e->next;
		if (e->daemon != NULL)
			MHD_stop_daemon(e->daemon);
		else
			close(e->listener.fd);
		free(e);
	}
	free(h);
}
