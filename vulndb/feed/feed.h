/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed.h - reads feeds: unpacks them, recognises them by their content, parses them as a stream.
 *
 * A feed kind is one file, feed_*.c or bundle.c, with one struct feed_kind. JSON kinds get events, XML
 * kinds elements, the others lines.
 */
#ifndef SONDE_VULNDB_FEED_H
#define SONDE_VULNDB_FEED_H

#include "build.h"
#include "feed_state.h"
#include "sax.h"
#include "xml.h"

enum {
	FEED_LINE_MAX = 8192,
	FEED_HEAD = 1 << 18, /* bytes looked at to recognise a feed */
};

struct feed_kind {
	const char *name, *licence;
	size_t state_size;
	sax_handler event;                                /* JSON kinds; @arg is the state */
	xml_handler element;                              /* XML kinds */
	int (*line)(void *state, char *line, size_t len); /* others; the line may be changed */
	int (*end)(void *state);                          /* may be NULL */
};

extern const struct feed_kind feed_nvd, feed_kev, feed_epss, feed_debian, feed_osv, feed_redhat,
	feed_csaf, feed_secdb, feed_cpe, feed_vuxml, feed_updateinfo, feed_facts;

/* The feed kind of a text whose first bytes are @head; NULL where it is none. Recog XML is not a
 * feed kind. */
const struct feed_kind *feed_recognise(const char *head, size_t len);
/* Read a whole text in memory, for tests and fuzzing. 0 or -errno with @err "NAME:LINE: ...". */
int feed_read_text(struct build *b, const char *name, const char *text, size_t len,
                   struct error *err);

struct rule_set;
struct unpack;

/* Read the bytes of @u as a feed of @kind. 0 or -errno with @err "NAME:LINE: ...". */
int feed_read_stream(struct build *b, struct unpack *u, const char *name,
                     const struct feed_kind *kind, struct error *err);
/*
 * Read a file, every file of a directory, or every member of a zip or tar archive. Recog XML goes
 * to @rules. A file that is no feed is refused where @path names it, and skipped in a directory or
 * archive. 0 or -errno with @err. After an error the build is only good for build_fini().
 */
int feed_read(struct build *b, struct rule_set *rules, const char *path, struct error *err);

#endif
