/* SPDX-License-Identifier: Apache-2.0 */
/* rule_read.h - reads a whole rule file into memory. */
#ifndef VULNDB_RULE_READ_H
#define VULNDB_RULE_READ_H

#include <stddef.h>

/* Read the file @path. The caller frees *@text, which has no NUL at its end. 0 or -errno; -EFBIG
 * above 16 MiB. */
int rule_read_text(const char *path, char **text, size_t *len);

#endif
