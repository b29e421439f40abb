/* SPDX-License-Identifier: Apache-2.0 */
/* list_files.h - the files that a scan's command line names, and which of them is the standard
 * input. */
#ifndef SONDE_LIST_FILES_H
#define SONDE_LIST_FILES_H

#include "config.h"

/* Receives a file and the option that names it: "TARGETS", "--exclude", ... */
typedef void (*list_files_fn)(void *arg, const char *option, const char *path);

/* Call @each with every file that @c names. Pure. */
void list_files_each(const struct config *c, list_files_fn each, void *arg);

/* Whether the path of a list means the standard input: "-", /dev/stdin, ... Pure. */
bool list_files_is_input(const char *path);

/* Whether a list of @c comes from the standard input. Whoever reads the lists again has to get that
 * one from the operator. Pure. */
bool list_files_need_input(const struct config *c);

/* Refuse two lists from the standard input, which can be read only once. 0, or -EINVAL with @err
 * naming both options. Pure. */
int list_files_check(const struct config *c, struct error *err);

#endif
