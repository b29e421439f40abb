/* SPDX-License-Identifier: Apache-2.0 */
/* inventory_column.h - the columns of the inventory and what may stand in them. Private to the
 * folder. */
#ifndef SONDE_INVENTORY_COLUMN_H
#define SONDE_INVENTORY_COLUMN_H

#include "inventory.h"

/* The numbers of the columns behind the prefix. */
enum inventory_column_id {
	INVENTORY_OWNER,
	INVENTORY_SITE,
	INVENTORY_SCOPE,
	INVENTORY_CRITICALITY,
	INVENTORY_TAGS,
	INVENTORY_COUNTRY,
	INVENTORY_REGION,
	INVENTORY_CITY,
	INVENTORY_LAT,
	INVENTORY_LON,
	INVENTORY_ORG,
};

enum { INVENTORY_VALUE = 640 }; /* bytes of a value, at most */

/* Write the usual form of @text, which is not empty, as a value of @column into @out. 0, or -EINVAL
 * with @err. Pure. */
int inventory_check(int column, const char *text, char out[INVENTORY_VALUE], struct error *err);

/* Whether @name is one of @list, words with a blank at both ends, ignoring case. Pure. */
bool inventory_is_among(const char *list, const char *name);

#endif
