/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mmdb.h - networks and locations of MaxMind databases, of any vendor: nested as MaxMind and DB-IP
 * write them (country.iso_code), and flat as IPinfo does (country_code).
 */
#ifndef SONDE_MMDB_H
#define SONDE_MMDB_H

#include "place.h"

struct mmdb;

/* Open the file @path, which is mapped. 0; -EINVAL (no such database, or damaged) with @err; -ENOMEM
 * or -errno. */
int mmdb_open(const char *path, struct mmdb **out, struct error *err);
void mmdb_close(struct mmdb *m); /* NULL is fine */

/* Add to @io what the database says of @addr, where @io does not say it yet. @is_located: a source
 * that goes before gave the location, which stays as it is. One thread. */
void mmdb_find(struct mmdb *m, const struct dp_addr *addr, bool is_located, struct place_info *io);

/* What its maker says of it. Pure. */
const char *mmdb_type(const struct mmdb *m); /* "GeoLite2-City" */
int64_t mmdb_built_us(const struct mmdb *m);
uint64_t mmdb_nodes(const struct mmdb *m);
/* PLACE_HAS_NETWORKS, PLACE_HAS_LOCATIONS; both if the type does not tell. */
unsigned mmdb_kinds(const struct mmdb *m);

#endif
