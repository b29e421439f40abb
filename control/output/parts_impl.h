/* SPDX-License-Identifier: Apache-2.0 */
/* parts_impl.h - what the files of parts.h share. Private to parts*.c. */
#ifndef SONDE_PARTS_IMPL_H
#define SONDE_PARTS_IMPL_H

#include "bytes.h"
#include "parts.h"

enum {
	PARTS_NAME = 256,
	PARTS_HIDDEN = 48, /* what hidden names and manifests have beside the name */
};

struct parts_file {
	char name[PARTS_NAME], hidden[PARTS_NAME];
	uint64_t rows;
	struct part_sum sum;
	bool is_there; /* under its hidden name */
};

struct parts {
	struct parts_config config;
	int dir;  /* the folder */
	int lock; /* of the state; -1: there is none */
	char base[PARTS_NAME];
	unsigned number;          /* of the part that was begun last */
	struct part *part;        /* that is being written, or NULL */
	struct parts_file *files; /* owned; not yet committed */
	size_t count, cap;
	char last[PARTS_NAME];
	/* the state */
	bool has_cursor;
	uint64_t cursor;
	bool is_promised; /* the state holds the names of @files: they stay */
};

/* The name of part @number. 0 or -ENAMETOOLONG. */
int parts_name(const struct parts *p, unsigned number, char out[PARTS_NAME]);
/* Write a small file under a hidden name and add it to the files. 0 or -errno. */
int parts_write_small(struct parts *p, const char *name, const struct bytes *text);

/* parts_manifest.c: append the manifest of @n parts. 0 or -ENOMEM. */
int parts_manifest(const struct parts_file *files, size_t n, const struct parts_about *about,
                   struct bytes *out);

/* parts_state.c: the name of the file for the lock. */
void parts_lock_name(const struct parts *p, char out[PARTS_NAME]);
/* Read the state and finish what it says. 0 or -errno with @err. */
int parts_state_open(struct parts *p, struct error *err);
/* Replace the state by one with @cursor and the names that the files are to get. 0 or -errno. */
int parts_state_write(struct parts *p, uint64_t cursor);

#endif
