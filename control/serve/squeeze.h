/* SPDX-License-Identifier: Apache-2.0 */
/* squeeze.h - compresses a stream by gzip or zstd, whichever the client takes. */
#ifndef SONDE_SQUEEZE_H
#define SONDE_SQUEEZE_H

#include <stdbool.h>
#include <stddef.h>

#include "bytes.h"

enum squeeze_by { SQUEEZE_NOT, SQUEEZE_GZIP, SQUEEZE_ZSTD };

/* The best of what Accept-Encoding allows; NULL: the field is not there. Pure. */
enum squeeze_by squeeze_choose(const char *accept);
/* What Content-Encoding calls it; NULL: not compressed. Static. */
const char *squeeze_name(enum squeeze_by by);

struct squeeze;

/* NULL: no memory. @by is one that compresses. */
struct squeeze *squeeze_new(enum squeeze_by by);
void squeeze_free(struct squeeze *s); /* NULL is fine */
enum squeeze_by squeeze_kind(const struct squeeze *s);
/* Append what @len bytes become to @out; @end: these are the last ones. 0, -ENOMEM or -EIO. */
int squeeze_put(struct squeeze *s, const void *data, size_t len, bool end, struct bytes *out);

#endif
