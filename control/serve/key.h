/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.h - the keys of clients: their texts, what each may do, and the file that lists them.
 *
 * A key is 32 letters and digits: "snd", 23 random ones (137 bits), and 6 that are a checksum, so
 * that a slip is found without the file. It is shown once; the file has its HMAC-SHA-256, whose
 * secret lies beside it (FILE.secret). The file is a line of JSON for each key:
 *
 *   {"id":"k-1f00c3d2","name":"analyst","digest":"9f86...","scopes":["read"],
 *    "prefixes":["192.0.2.0/24"],"rate":10,"rows_per_day":100000,"created":"...","expires":"...",
 *    "revoked":"..."}
 */
#ifndef SONDE_KEY_H
#define SONDE_KEY_H

#include <stdio.h>

#include "addr_range.h"
#include "json.h"

enum {
	KEY_TEXT = 33,
	KEY_DIGEST = 32,
	KEY_NAME = 49,
	KEY_ID = 16,
	KEY_RANGES = 8,
	KEY_MOST = 4096
};

/* What a key may do; a key can have several. */
enum key_scope {
	KEY_READ = 1,    /* hosts, searches, counts, changes, events */
	KEY_SCAN = 2,    /* start and control scans */
	KEY_EXPORT = 4,  /* bulk: exports and look-ups of many hosts */
	KEY_MONITOR = 8, /* monitors */
	KEY_ADMIN = 16,  /* accept findings, read what the server measures */
	KEY_ALL = 31,
};

struct key {
	char id[KEY_ID];
	char name[KEY_NAME];
	uint8_t digest[KEY_DIGEST];
	uint8_t scopes; /* bits of enum key_scope */
	uint8_t range_count;
	struct dp_addr_range ranges[KEY_RANGES];    /* sees and scans only these; none: all */
	uint32_t rate;                              /* requests a second; 0 = any number */
	uint64_t rows_per_day;                      /* 0 = any number */
	int64_t created_us, expires_us, revoked_us; /* 0 = never */
};

/* Write a new random key. 0, or -EIO: no random numbers. */
int key_make(char out[KEY_TEXT]);
/* Whether @text has the form and the checksum of a key. Pure. */
bool key_is_whole(const char *text);

/* The name of the scope with bit number @i; NULL behind the last. Static. */
const char *key_scope_name(unsigned i);
/* Parse "read,scan" into bits. 0 or -EINVAL with @err. Pure. */
int key_scopes_parse(const char *list, uint8_t *out, struct error *err);
/* Whether @name may be the name of a key: 1 to 48 letters, digits, and . _ - @ after the first.
 * Pure. */
bool key_is_name(const char *name);

/* Parse one line of the file. 0, -EINVAL with @err, -ENOMEM. Pure. */
int key_line_parse(const char *line, size_t len, struct key *out, struct error *err);
/* Write the members that a person may see into the open object: all but the digest. */
void key_json(struct json *j, const struct key *k);

/* ---- the file -------------------------------------------------------------------------------- */

struct key_list {
	struct key *keys; /* owned; by their digests */
	size_t count;
	uint8_t secret[32];
	bool has_secret;
	/* the file as it was when it was read */
	int64_t changed_ns;
	uint64_t inode;
};

/* Read the keys of @path; a file that is not there has none. 0, -EINVAL, -EACCES, ... with @err.
 * key_list_fini() frees them. Blocks while the disk reads. */
int key_list_load(const char *path, struct key_list *out, struct error *err);
void key_list_fini(struct key_list *l); /* a zeroed one is fine */
/* Whether the file of @l is another one now. Blocks for an instant. */
bool key_list_is_old(const char *path, const struct key_list *l);

/* The key whose text is @text, also one that is revoked; NULL: there is none. Pure. */
const struct key *key_list_find(const struct key_list *l, const char *text);
/* Whether @k is in force at @now_us. Pure. */
bool key_is_valid(const struct key *k, int64_t now_us);

/* Add the key that @k describes, with a new id and a new text, which it writes to @text. 0,
 * -EEXIST (a key in force has the name), -ENOSPC (KEY_MOST), -errno, with @err. Blocks. */
int key_file_add(const char *path, struct key *k, char text[KEY_TEXT], struct error *err);
/* Revoke the key with that name or id. 0, -ENOENT, -errno, with @err. Blocks. */
int key_file_revoke(const char *path, const char *name, int64_t now_us, struct error *err);

#endif
