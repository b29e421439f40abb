/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_vulndb.h - the commands of `sonde vulndb`. */
#ifndef SONDE_CMD_VULNDB_H
#define SONDE_CMD_VULNDB_H

#include "cmd_vulndb_common.h"

/* The commands; their contract is that of the commands in cmd.h. */
int cmd_vulndb_info(int argc, char **argv);
int cmd_vulndb_identify(int argc, char **argv);
int cmd_vulndb_lookup(int argc, char **argv);
int cmd_vulndb_lint(int argc, char **argv);
int cmd_vulndb_build(int argc, char **argv);
int cmd_vulndb_update(int argc, char **argv);
int cmd_vulndb_rematch(int argc, char **argv);

/* Judge the database @dir again by the knowledge file @path; NULL stands for the default. @quiet:
 * without progress and summary. Returns an exit code. */
int cmd_rematch_run(const char *dir, const char *path, bool quiet);

#endif
