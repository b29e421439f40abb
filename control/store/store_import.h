/* SPDX-License-Identifier: Apache-2.0 */
/* store_import.h - what the files share that take over the contents of other databases. */
#ifndef SONDE_STORE_IMPORT_H
#define SONDE_STORE_IMPORT_H

#include "store_merge.h"

enum { STORE_SOURCES = 64 };

/* A source during an import: a snapshot of it, and a cursor for each of its sub-databases that are
 * read in order. */
struct store_input {
	const char *name;
	struct store *s;
	MDB_txn *txn;
	MDB_cursor *changes, *hosts, *services, *intervals;
	uint64_t seq; /* of the last change that was taken */
};

struct store_import {
	struct store *s;
	struct store_input in[STORE_SOURCES];
	size_t n;
	struct store_imported *out;
};

/* Write the id of a scan of @in as it is called here: NAME:ID. An id that has a name keeps it. */
void store_import_scan(const struct store_input *in, const char *id, char out[32]);

/* store_import_host.c: take all hosts, with their services and intervals. 0 or -errno. */
int store_import_hosts(struct store_import *im);

#endif
