/* SPDX-License-Identifier: Apache-2.0 */
/* http_private.h - what the files of http.h share. */
#ifndef SONDE_HTTP_PRIVATE_H
#define SONDE_HTTP_PRIVATE_H

#include <microhttpd.h>

#include "http.h"
#include "listener.h"

struct request;

/* An open connection. */
struct conn {
	struct conn *next, **place;
	int fd;                  /* the library's */
	int64_t deadline_us;     /* monotonic; 0 = an answer is made or sent */
	struct request *request; /* that is being answered, or NULL */
};

struct endpoint {
	struct http *http;
	struct listener listener;
	struct MHD_Daemon *daemon;
	bool retired; /* its connections go on with the certificate before; it accepts none */
	struct endpoint *next;
};

struct http {
	struct server *server;
	struct endpoint *endpoints;
	struct conn *conns;
	struct request *listeners;
	int64_t idle_us;
	unsigned active;
	bool draining;
};

/* One request; what the library calls the state of its handler. */
struct request {
	struct exchange x; /* first: its job is handed back */
	struct http *http;
	struct endpoint *endpoint;
	struct MHD_Connection *con;
	struct conn *conn;
	struct request *next; /* of the listeners */
	enum { STAGE_HEAD, STAGE_BODY, STAGE_RUNS, STAGE_SENT } stage;
	bool suspended;
	uint64_t received; /* bytes of the body */
	struct exchange_head head;
	/* fields that only this layer reads; NULL: not there */
	const char *content_length, *transfer, *encodings, *if_none_match, *last_event;
};

/* Start the library on the socket of @e, with the options @tls (NULL: without TLS). NULL: it refused. */
struct MHD_Daemon *http_start(struct endpoint *e, const struct MHD_OptionItem *tls);
/* Let a request wait, in a callback of its own; and let one that waits go on. */
void http_suspend(struct request *r);
void http_resume(struct request *r);
/* Send the answer of a request, in its handler. */
enum MHD_Result http_queue(struct request *r);
/* Put a connection into the list of all, and take it out. */
void http_link(struct http *h, struct conn *c);
void http_unlink(struct http *h, struct conn *c);

#endif
