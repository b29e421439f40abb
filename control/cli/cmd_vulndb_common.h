/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_vulndb_common.h - opens the knowledge file and shows the progress of a build. */
#ifndef SONDE_CMD_VULNDB_COMMON_H
#define SONDE_CMD_VULNDB_COMMON_H

#include "vulndb.h"

/* Open the knowledge file @path (NULL: the default one). Returns CMD_OK, or prints the reason and
 * returns CMD_VULNDB. */
int cmd_vulndb_open(const char *path, struct vulndb **out);

/* Show progress as one line on the standard error, which each call overwrites. For the member
 * @progress of struct vulndb_sources; @arg is not used. */
void cmd_progress(void *arg, const char *what, uint64_t done, uint64_t total);

/* For the member @passed_over of struct vulndb_sources. *@arg, an unsigned, counts the files. The
 * first five are printed; cmd_passed_over_end() prints how many more there are. */
void cmd_passed_over(void *arg, const char *path);
void cmd_passed_over_end(unsigned count);

#endif
