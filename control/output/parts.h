/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts.h - the files of an export: their names, the manifest beside them, and the state of an export
 * that goes on.
 *
 * All parts are written under hidden names in the folder of the export. parts_commit() renames them,
 * and last of all the manifest. An export that fails before leaves the files that stood there as they
 * were. With a state, the commit is the moment at which the new state has its name: it holds the
 * cursor and the names that are still to be given, which parts_open() gives if the process was killed
 * in between. So each change is in one part, whatever a reader has done with the parts meanwhile.
 * Only one thread uses it. Calls block as the disk does.
 */
#ifndef SONDE_PARTS_H
#define SONDE_PARTS_H

#include "error.h"
#include "part.h"

struct parts;

struct parts_config {
	const char *path; /* "dir/services.ndjson.zst" */
	bool numbered;    /* "dir/services-000001.ndjson.zst" */
	bool no_manifest;
	bool no_sum;       /* nobody asks for SHA-256: neither a manifest nor a trailer */
	const char *state; /* path of the file; NULL: none. Its parts are numbered on and on */
	const char
		*what; /* the words that tell this export from another one: the state keeps them */
};

/* What the manifest says beside the parts. */
struct parts_about {
	const char *format, *unit, *query, *fields, *version;
	uint64_t since, cursor; /* numbers of changes */
	int64_t now_us;
	uint8_t knowledge[16];
};

/*
 * Look at the folder, finish what the state says, and remove hidden files of processes that are no
 * more. 0, -EINVAL (the state is another export's, or cannot be read; the name is a folder's), -EBUSY
 * (another process uses the state) or -errno, with @err.
 */
int parts_open(const struct parts_config *config, struct parts **out, struct error *err);
/* The cursor that the state has; false: there is no state yet. */
bool parts_cursor(const struct parts *p, uint64_t *cursor);

/* Begin the next part. The part is @p's. 0 or -errno. */
int parts_begin(struct parts *p, struct part **part);
/* End the part that was begun last, of @rows rows. 0 or -errno. */
int parts_end(struct parts *p, uint64_t rows);
/* Let all parts that were ended appear. On failure nothing has changed, or the state finishes it
 * later. 0 or -errno. */
int parts_commit(struct parts *p, const struct parts_about *about);
/* The part that parts_commit() let appear last, without its folder; "" = none. */
const char *parts_last_name(const struct parts *p);
/* Remove what was not committed, and free; NULL is fine. */
void parts_close(struct parts *p);

#endif
