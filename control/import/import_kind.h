/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_kind.h - the formats of files: how each is recognised and read.
 *
 * A format is one file, import_NAME.c, with one struct import_kind and a row in import_kind.c.
 */
#ifndef SONDE_IMPORT_KIND_H
#define SONDE_IMPORT_KIND_H

#include "import_sink.h"
#include "row_tree.h"

struct import_kind {
	const char *name; /* of at most 23 bytes, for people: "masscan JSON" */
	const char *word; /* for --format: "masscan-json" */
	const char *tool; /* the fact "import.tool"; NULL: facts of our own */
	size_t state_size;
	/* Whether a text that begins with these bytes is of the format. Pure. */
	bool (*fits)(const char *head, size_t len);
	/* One of these: a JSON object, a line, which may be changed, or the next bytes. The last
	 * is also called with @len 0 at the end; it returns 0 or -errno. */
	void (*row)(struct import_sink *s, const struct row_tree *t);
	void (*line)(struct import_sink *s, char *line, size_t len);
	int (*bytes)(struct import_sink *s, const char *data, size_t len);
	/* Free what the state holds; may be NULL. */
	void (*fini)(struct import_sink *s);
};

extern const struct import_kind import_nmap, import_masscan_json, import_masscan_list, import_zmap,
	import_zgrab, import_naabu, import_shodan, import_sonde;

/* Number @i of the formats, in the order in which they are tried; NULL behind the last. Static. */
const struct import_kind *import_kind_at(unsigned i);
/* The format of a text by its first bytes, or by its word; NULL: none. Pure. */
const struct import_kind *import_kind_recognise(const char *head, size_t len);
const struct import_kind *import_kind_find(const char *word);

/* Whether the text @what stands in the first bytes. Pure. */
bool import_head_has(const char *head, size_t len, const char *what);
/* The first byte that is no blank, and no byte order mark of UTF-8; 0: there is none. Pure. */
char import_head_first(const char *head, size_t len);

#endif
