/* SPDX-License-Identifier: Apache-2.0 */
/* version_range.h - decides whether a stated version lies within the versions of a criterion. */
#ifndef SONDE_VULNDB_VERSION_RANGE_H
#define SONDE_VULNDB_VERSION_RANGE_H

#include "cve.h"

/* Judge the versions of a criterion, without its qualifiers. Pure. */
struct cve_fit version_range_fit(const struct match_query *q, const struct match_query_product *p,
                                 const struct db_crit *c);
/* Write the versions of a criterion as text to @out: ">=6.2 <8.8", "=9.2p1", "any". */
void version_range_text(const struct vulndb *db, const struct db_crit *c, char *out, size_t size);

#endif
