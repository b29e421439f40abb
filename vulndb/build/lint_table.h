/* SPDX-License-Identifier: Apache-2.0 */
/* lint_table.h - checks the tables that people write: the score's weights and the exposures. */
#ifndef SONDE_VULNDB_LINT_TABLE_H
#define SONDE_VULNDB_LINT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

/* Whether a file is such a table, by its name: "*.tsv". */
bool lint_is_table(const char *path);
/* Check a table: as the score's if the file's name begins with "score", else as exposures, with the
 * score table beside it. Each complaint is a line on @out. Returns how many there are, or
 * -errno. */
int lint_table(const char *path, FILE *out);

#endif
