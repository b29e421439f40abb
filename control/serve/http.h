/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h - the connections: sockets, TLS, the library of HTTP, and what protects against slow and
 * hostile clients. No other file includes microhttpd.h.
 *
 * What a client may use: `connections` in all and `per_address` from one address; a request's head
 * must be there `idle_s` after the connection began or its last answer was sent, its body so long
 * after its head; HTTP_MEMORY bytes for target and fields; SERVER_BODY bytes for a body. A client
 * that does not read its answer keeps its own slot, and one bit of a stream, until it has taken
 * nothing for `idle_s`.
 */
#ifndef SONDE_HTTP_H
#define SONDE_HTTP_H

#include "server.h"

enum { HTTP_MEMORY = 8192 };

struct http;

/* Listen on what the configuration says. 0, -EPERM (an address that needs keys, and there are none),
 * or -errno with @err. */
int http_open(struct server *s, struct http **out, struct error *err);
/* End all connections. No job may run any more. NULL is fine. */
void http_close(struct http *h);

/* Let @epoll_fd wake for connections. 0 or -errno. */
int http_watch(struct http *h, int epoll_fd);
/* Do what is due. */
void http_run(struct http *h);
/* How long to wait at most, in milliseconds. */
int http_timeout(struct http *h, int most_ms);

/* A job that is no one of events.h came back: send what it made. */
void http_take(struct http *h, struct job *j);
/* Let the clients of events look whether there is something for them. */
void http_wake_listeners(struct http *h);
/* End connections that are over their time. */
void http_sweep(struct http *h);
/* Begin to use the certificate and key that the files have now; connections keep theirs. 0, or
 * -errno with @err: the old ones stay. */
int http_reload_tls(struct http *h, int epoll_fd, struct error *err);
/* Accept no connections any more, and end the streams of events. */
void http_drain(struct http *h);
/* How many requests are being answered. */
unsigned http_active(const struct http *h);

#endif
