/* SPDX-License-Identifier: Apache-2.0 */
/* twin.h - remembers which packages of all distributions have fixes in which upstream versions. */
#ifndef SONDE_VULNDB_TWIN_H
#define SONDE_VULNDB_TWIN_H

#include "db.h"
#include "version.h"

/* A package of a release that ships an upstream version. */
struct twin {
	uint64_t version; /* a hash of the version's keys */
	uint32_t pkg;     /* its index in DB_PKG */
	/* the indices, within the package's versions, of those with this upstream version */
	uint32_t first, last;
	uint32_t rank; /* the order of distributions, and of their releases */
};

struct twins;

/* Make an empty memory for one thread; NULL: no memory. Freeing NULL is fine. */
struct twins *twins_new(void);
void twins_free(struct twins *t);

/*
 * Find the packages called @package, or like it but for a number at its end, that ship the version
 * @v. A version without an update is that of every update. *@out is the first of the returned
 * number of twins; it is valid until the next call. -ENOMEM: some may be missing.
 */
int twins_find(struct twins *t, const struct vulndb *db, const char *package,
               const struct version *v, const struct twin **out);

#endif
