/* SPDX-License-Identifier: Apache-2.0 */
/* lint_table.h - checking the tables that people write: the score's weights and the exposures. */
#ifndef SONDE_VULNDB_LINT_TABLE_H
#define SONDE_VULNDB_LINT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

/* Whether a file is such a table, by its name: "*.tsv". */
bool lint_is_table(const char *path);
/* Check a table: the score's where the name begins with "score", else exposures, with the score's
 * table beside it. A complaint is a line on @out. Returns how many there are, or -errno. */
int lint_table(const char *path, FILE *out);

#endif
