/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inventory.h - one's own prefixes and what is known of them: a CSV file with a line of column names.
 *
 * 	prefix,owner,site,scope,criticality,tags,country,region,city,lat,lon,org
 * 	10.0.0.0/8,netops,,internal,,,JP,,Tokyo,35.68,139.76,
 * 	10.1.0.0/16,,dc-1,,high,prod;web,,,,,,
 *
 * A prefix has what the prefixes around it have, too; the smallest that states a value wins. Tags add
 * up. Ranges that overlap only in part are refused.
 */
#ifndef SONDE_INVENTORY_H
#define SONDE_INVENTORY_H

#include "bytes.h"
#include "place.h"

enum { INVENTORY_COLUMNS = 11 };

struct inventory_row {
	struct dp_addr_range range;
	char *cells[INVENTORY_COLUMNS]; /* owned; NULL = not stated */
	uint32_t parent;                /* the smallest row around it; UINT32_MAX = none */
};

struct inventory {
	struct inventory_row *rows; /* owned; by first address, the larger range first */
	uint32_t count, cap;
};

/* The name of column @i behind the prefix; NULL behind the last. Static. */
const char *inventory_column(unsigned i);
/* The number of the column @name (or of another name that people give it), ignoring case; -1: there
 * is none. Pure. */
int inventory_find_column(const char *name);

/*
 * Add the rows of a CSV text to @io, which is zeroed or was filled before. Where a prefix is there
 * already, cells that are stated replace its own. 0; -EINVAL with @err naming line and column;
 * -ENOMEM. On failure, @io is as it was.
 */
int inventory_read(struct inventory *io, const char *text, size_t len, struct error *err);
void inventory_fini(struct inventory *inv);

/*
 * State @value ("" = nothing) in column @column of the row of @range, which is added if there is
 * none. A row that states nothing is removed. 0; -EINVAL (the value does not fit the column, or the
 * range overlaps another in part) with @err; -ENOMEM.
 */
int inventory_set(struct inventory *io, const struct dp_addr_range *range, int column,
                  const char *value, struct error *err);
/* Remove the row of @range. False: there is none. */
bool inventory_remove(struct inventory *io, const struct dp_addr_range *range);

/* Fill what is known of @addr into @out, which is zeroed. Pure. */
void inventory_find(const struct inventory *inv, const struct dp_addr *addr,
                    struct place_info *out);

/* Append the rows as CSV. The caller checks @out->failed. */
void inventory_write(const struct inventory *inv, struct bytes *out);

/* Read the inventory of the folder @path; none is an empty one. 0, -EINVAL with @err naming the
 * file, -ENOMEM or -errno. */
int inventory_load(const char *path, struct inventory *out, struct error *err);
/* Add the rows of the CSV file @path, as inventory_read() does. */
int inventory_import(struct inventory *io, const char *path, struct error *err);
/* Lock the inventory of the folder @path, which exists, against other writers; waits for them. A
 * descriptor for inventory_unlock(), or -errno with @err. */
int inventory_lock(const char *path, struct error *err);
void inventory_unlock(int lock);
/* Write it, at once and whole. 0 or -errno with @err. */
int inventory_store(const char *path, const struct inventory *inv, struct error *err);

#endif
