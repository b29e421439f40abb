/* SPDX-License-Identifier: Apache-2.0 */
/* query_error.h - what is wrong with a query, and where. Private to query*.c. */
#ifndef SONDE_QUERY_ERROR_H
#define SONDE_QUERY_ERROR_H

#include "query.h"

/* Fill @err: what is wrong at @column (1-based). Returns -EINVAL. */
__attribute__((format(printf, 3, 4))) int query_fail(struct query_error *err, unsigned column,
                                                     const char *format, ...);

#endif
