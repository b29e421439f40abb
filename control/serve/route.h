/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h - the one table of routes. The server finds them there, and openapi.json, the manual and the
 * tests are made from it.
 */
#ifndef SONDE_ROUTE_H
#define SONDE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exchange;
struct jobs_tools;

enum route_flags {
	ROUTE_OPEN = 1,    /* needs no key */
	ROUTE_WHOLE = 2,   /* refused to keys with prefixes: it tells of the whole */
	ROUTE_CHANGES = 4, /* changes something: guarded against other sites, audited */
	ROUTE_BULK = 8,    /* audited */
};

struct route_reply {
	uint16_t status;
	const char *type;   /* NULL: no body */
	const char *schema; /* of schemas.c, "" = any */
};

enum { ROUTE_REPLIES = 6 };

struct route {
	const char *method, *path; /* {name} stands for one segment */
	uint32_t params;           /* bits of enum param_id */
	uint8_t scope;             /* enum key_scope that it needs */
	uint8_t flags;             /* enum route_flags */
	const char *id, *help;     /* a name, and a sentence without its full stop */
	const char *body;          /* the schema of the request's body; NULL: it has none */
	/* Answer in the server's thread. Returns false if handle() must; it may be NULL. */
	bool (*quick)(struct exchange *x);
	/* Answer in a query thread; it may block. NULL where quick() always answers. */
	void (*handle)(struct exchange *x, struct jobs_tools *tools);
	struct route_reply replies[ROUTE_REPLIES]; /* those with status 0 are none */
};

/* Route number @i; NULL behind the last. Static. */
const struct route *route_at(size_t i);

enum { ROUTE_SEGMENTS = 3, ROUTE_ALLOW = 64 };

/* The segments of a path that stand for parameters. */
struct route_found {
	const struct route *route; /* NULL: no such path, or no such method */
	bool is_path;              /* the path is there */
	char allow[ROUTE_ALLOW];   /* the methods of the path, for Allow */
	int param;                 /* enum param_id of the segment; -1: the path has none */
	const char *value;         /* of it, in the path; not terminated */
	size_t len;
};

/* Find the route of a method and a decoded path; HEAD finds GET. Pure. */
void route_find(const char *method, const char *path, struct route_found *out);

#endif
