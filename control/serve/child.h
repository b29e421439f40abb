/* SPDX-License-Identifier: Apache-2.0 */
/* child.h - runs a command of this program as a process of its own, for what a server must not do
 * itself: a process has a database open once, and this one has it open for reading. */
#ifndef SONDE_CHILD_H
#define SONDE_CHILD_H

#include <stddef.h>

/* Run this program with the words @argv (argv[0] is its name, the last is NULL), without any input,
 * and wait for its end. @said gets the beginning of what it wrote to stderr, one line. Returns its
 * exit code, or -errno. Blocks. */
int child_run(const char *const *argv, char *said, size_t size);

#endif
