/* SPDX-License-Identifier: Apache-2.0 */
/* rule_read.h - a whole rule file in memory. */
#ifndef VULNDB_RULE_READ_H
#define VULNDB_RULE_READ_H

#include <stddef.h>

/* The caller frees *@text, which has no NUL behind it. 0 or -errno; -EFBIG above 16 MiB. */
int rule_read_text(const char *path, char **text, size_t *len);

#endif
