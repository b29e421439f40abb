/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h - the state of a running server, which its files share.
 *
 *   client -> http.c: bytes, limits -> exchange.c: target, Host, key, route, parameters, quota
 *          -> route_*.c: quick() in the thread of the connections, or handle() in a query thread
 *          -> answer.h -> http.c
 *
 * One thread, that of serve_run(), owns all of it. A query thread has the exchange in hand and reads
 * what does not change while the server runs, and the counters.
 */
#ifndef SONDE_SERVER_H
#define SONDE_SERVER_H

#include "answer.h"
#include "cursor.h"
#include "events.h"
#include "param.h"
#include "route.h"
#include "serve.h"
#include "session.h"

enum { SERVER_STREAMS = 16, SERVER_BODY = 1 << 20 };

struct server_counters {
	_Atomic uint64_t answers[6]; /* by the first digit of the status */
	_Atomic uint64_t cached;     /* documents that came from the cache */
	_Atomic uint64_t rows;
	_Atomic uint64_t connections, streams, listeners; /* open now */
	_Atomic uint64_t events;
};

struct server {
	const struct serve_config *config;
	struct store *store; /* of the server's thread */
	struct store *shared[JOBS_THREADS];
	struct vulndb *knowledge; /* NULL: there is none */
	struct jobs *jobs;
	struct key_list keys;
	struct quota **quotas; /* of keys.keys, by place; NULL where there are none */
	struct sessions *sessions;
	struct doc_cache *docs;
	struct events *events;
	struct doc *openapi;
	uint8_t secret[CURSOR_SECRET]; /* signs cursors */
	int audit_fd;
	int64_t start_us;
	bool draining;
	struct server_counters counters;
	struct http *http;
};

/* One request and its answer. */
struct exchange {
	struct job job; /* first: jobs.h hands it back */
	struct server *server;
	const struct route *route; /* NULL: there is none */
	struct request_target target;
	struct params params;
	struct caller caller;
	struct bytes body;
	struct answer answer;
	int64_t now_us;  /* when it came */
	uint64_t commit; /* of the database, when the answer was begun */
	char method[12];
	char client[DP_ADDR_TEXT];
	char detail[200];              /* for the audit: what a body asked for */
	char cookie[SESSION_TEXT];     /* of the session; "" = none */
	struct event_client *listener; /* the answer is a stream of events; owned */
};

/* What the connection says of a request; a field that is not there is NULL. */
struct exchange_head {
	const char *host, *authorization, *api_key, *cookie;
	struct guard_facts {
		const char *site, *type;
	} browser;
	bool has_body, is_1_1;
	bool local; /* over loopback or the unix socket */
};

/* Decide who calls and what for. Sets x->answer where the request is refused. Server's thread. */
void exchange_begin(struct exchange *x, const struct exchange_head *head);
/* Write the audit of @x where its route wants that, and count it. Server's thread. */
void exchange_end(struct exchange *x);
void exchange_free(struct exchange *x); /* NULL is fine */

/* The key with the id @id that is in force, and its quota; NULL: there is none. */
const struct key *server_key(const struct server *s, const char *id, struct quota **quota);
/* Read the keys again if their file changed. 0, or -errno with @err: the old ones stay. */
int server_reload_keys(struct server *s, struct error *err);
/* Let @caller be the one whose key is @k. */
void server_call_as(const struct server *s, const struct key *k, enum caller_by by,
                    struct caller *caller);

#endif
