/* SPDX-License-Identifier: Apache-2.0 */
/* version_range.h - does a stated version lie within a criterion's versions? */
#ifndef SONDE_VULNDB_VERSION_RANGE_H
#define SONDE_VULNDB_VERSION_RANGE_H

#include "cve.h"

/* The version part of a criterion, qualifiers left out. Pure. */
struct cve_fit version_range_fit(const struct match_query *q, const struct match_query_product *p,
                                 const struct db_crit *c);
/* "<text>" for people: ">=6.2 <8.8", "=9.2p1", "any". */
void version_range_text(const struct vulndb *db, const struct db_crit *c, char *out, size_t size);

#endif
