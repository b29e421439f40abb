/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_vulndb_common.h - opening the knowledge file, for the vulndb commands. */
#ifndef SONDE_CMD_VULNDB_COMMON_H
#define SONDE_CMD_VULNDB_COMMON_H

#include "vulndb.h"

/* Open the file that @path (NULL: the default) names. CMD_OK, or an exit code after saying why. */
int cmd_vulndb_open(const char *path, struct vulndb **out);

/* One line on the standard error that is written over: a struct vulndb_sources' progress. */
void cmd_progress(void *arg, const char *what, uint64_t done, uint64_t total);

/* For struct vulndb_sources; *@arg, an unsigned, counts them: the first few are named, the end says
 * how many more. */
void cmd_passed_over(void *arg, const char *path);
void cmd_passed_over_end(unsigned count);

#endif
