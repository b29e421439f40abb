/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_vulndb.h - what the vulndb commands share, and their functions. */
#ifndef SONDE_CMD_VULNDB_H
#define SONDE_CMD_VULNDB_H

#include "vulndb.h"

/* Open the file that @path (NULL: the default) names. CMD_OK, or an exit code after saying why. */
int cmd_vulndb_open(const char *path, struct vulndb **out);

/* One line on the standard error that is written over: a struct vulndb_sources' progress. */
void cmd_progress(void *arg, const char *what, uint64_t done, uint64_t total);

/* For struct vulndb_sources; *@arg, an unsigned, counts them: the first few are named, the end says how many more. */
void cmd_passed_over(void *arg, const char *path);
void cmd_passed_over_end(unsigned count);

int cmd_vulndb_info(int argc, char **argv);
int cmd_vulndb_identify(int argc, char **argv);
int cmd_vulndb_lookup(int argc, char **argv);
int cmd_vulndb_lint(int argc, char **argv);
int cmd_vulndb_build(int argc, char **argv);
int cmd_vulndb_update(int argc, char **argv);
int cmd_vulndb_rematch(int argc, char **argv);

/* Judge the database @dir again by the file @path (NULL: the defaults). Returns an exit code. */
int cmd_rematch_run(const char *dir, const char *path, bool quiet);

#endif
