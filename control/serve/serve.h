/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve.h - a server of HTTP over a database: routes under /v1, which route.c lists.
 *
 * It needs no privilege and writes nothing but its audit. While there are no keys, it answers
 * whoever reaches it over loopback or the unix socket, and listens nowhere else.
 */
#ifndef SONDE_SERVE_H
#define SONDE_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

enum { SERVE_LISTENS = 8 };

struct serve_config {
	const char *db;     /* the database directory */
	const char *vulndb; /* the knowledge file; NULL: the default one, if it is there */
	const char *listens[SERVE_LISTENS]; /* "127.0.0.1:8080", "[::1]:0" */
	unsigned listen_count;
	const char *unix_path;          /* NULL: no unix socket */
	const char *tls_cert, *tls_key; /* PEM files, both or none; for all of listens */
	const char *keys, *audit;       /* files */
	const char *const *hosts;       /* names that Host may have, NULL-terminated; NULL: none */
	unsigned threads;               /* that answer queries: 1 to 16 */
	uint32_t connections, per_address; /* at most, open at once */
	uint32_t idle_s;                   /* a connection may wait so long for its next request */
	uint32_t drain_s;                  /* at the end, requests may take so long */
	/* says what the operator should know, a sentence without its line feed */
	void (*say)(const char *text);
};

struct server;

/* Open database, keys, audit and sockets. 0, or -errno with @err; -EPERM: an address that needs keys
 * and there are none. What @config points to must outlive the server. */
int serve_open(const struct serve_config *config, struct server **out, struct error *err);
/* Answer until SIGTERM or SIGINT; a second one ends at once. SIGHUP reads keys and certificates
 * again. The caller has blocked these signals in all threads. 0 or -errno with @err. */
int serve_run(struct server *s, struct error *err);
void serve_close(struct server *s); /* NULL is fine */

/* Write the description of all routes, OpenAPI 3.1, as JSON to @out. 0 or -EIO. */
#include <stdio.h>
int serve_openapi(FILE *out);
/* Write the list of routes in the notation of scdoc, for the manual, or as lines of fields. */
void serve_routes(FILE *out, bool man);

#endif
