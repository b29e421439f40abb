/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed.h - feeds as files: unpacked, recognised by their content, read as a stream.
 *
 * A feed kind is one file feed_*.c with one struct feed_kind. JSON kinds see events, the others lines.
 */
#ifndef SONDE_VULNDB_FEED_H
#define SONDE_VULNDB_FEED_H

#include "build.h"
#include "sax.h"

enum {
	FEED_LINE_MAX = 8192,
	FEED_STATE_MAX = 1 << 18,
};

/* What every kind's state begins with. */
struct feed {
	struct build *b;
	const struct sax *json; /* NULL for kinds of lines */
	const char *why;         /* set with -EINVAL: what is wrong, static text */
	char date[32];           /* of the feed as a whole, as far as it says */
	uint64_t count;          /* records taken */
	uint64_t line;           /* kinds of lines: the current one */
};

struct feed_kind {
	const char *name, *licence;
	size_t state_size;
	sax_handler event;                      /* JSON kinds; arg is the state */
	int (*line)(void *state, char *line, size_t len); /* others; the line may be changed */
	int (*end)(void *state);                 /* may be NULL */
};

extern const struct feed_kind feed_nvd, feed_kev, feed_epss, feed_debian, feed_osv, feed_facts;

/* Which kind a text is whose first bytes are @head; NULL where it is none. Recog XML is not a feed kind. */
const struct feed_kind *feed_recognise(const char *head, size_t len);
/* Read a whole text in memory: for tests and fuzzing. 0 or -errno with @err "NAME:LINE: ...". */
int feed_read_text(struct build *b, const char *name, const char *text, size_t len,
		   struct vd_error *err);

struct rule_set;

/*
 * Read a file or every file of a directory. Recog XML goes to @rules. 0 or -errno with @err. After an
 * error the build is only good for build_fini.
 */
int feed_read(struct build *b, struct rule_set *rules, const char *path, struct vd_error *err);

/* Text of a feed for people and terminals: what is not printable ASCII becomes "?". Cut to 255 bytes. */
uint32_t feed_text(struct build *b, const char *text);
/* Set why, return -EINVAL. */
int feed_refuse(struct feed *f, const char *why);

#endif
