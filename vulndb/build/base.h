/* SPDX-License-Identifier: Apache-2.0 */
/* base.h - turns the present file back into facts, so that an update can lay newer ones over
 * them. */
#ifndef SONDE_VULNDB_BASE_H
#define SONDE_VULNDB_BASE_H

#include "build.h"

/*
 * Read everything in the file @path into @b, which must be empty; the compiled rules only with
 * @rules. 0 or -errno with @err.
 */
int base_read(struct build *b, const char *path, bool rules, struct error *err);

#endif
