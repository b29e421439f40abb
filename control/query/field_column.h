/* SPDX-License-Identifier: Apache-2.0 */
/* field_column.h - the fields that the index has (FIELD_INDEX, FIELD_INDEX_FACTS), and how it writes
 * their values. */
#ifndef SONDE_FIELD_COLUMN_H
#define SONDE_FIELD_COLUMN_H

#include "field.h"
#include "store_index.h"

/* Makes the index of these fields: for store_index_by(). Static. Any thread. */
const struct store_indexer *field_indexer(void);

/* The number of a field in the index, or -1: the index does not have it. Pure. */
int field_column(const struct field *f);
/* The field of that number, below field_indexer()->fields. Pure. */
const struct field *field_of_column(unsigned column);

/* The facts in which phrases are looked for; NULL at the end. */
extern const char *const field_phrase_facts[];

/* Give the values of @f that the index stored as @len bytes at @data to @take until it returns
 * false. Pure. */
void field_column_each(const struct field *f, const void *data, size_t len, field_take take,
                       void *arg);

#endif
