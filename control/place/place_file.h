/* SPDX-License-Identifier: Apache-2.0 */
/* place_file.h - reads and replaces whole files of the folder. Private to the folder. */
#ifndef SONDE_PLACE_FILE_H
#define SONDE_PLACE_FILE_H

#include "bytes.h"
#include "error.h"

enum { PLACE_FILE_MOST = 512 << 20 }; /* bytes of a file that is read whole */

/* Append the contents of the file @path to @out. 0, -EFBIG (more than @most bytes), -ENOMEM or
 * -errno, with @err naming the file. Blocks. */
int place_file_read(const char *path, size_t most, struct bytes *out, struct error *err);

/*
 * Write the file @name of the folder @path, which is made if need be: under another name first, then
 * to the disk, then renamed, so that readers see the old file or the new one. 0 or -errno with @err.
 * Blocks.
 */
int place_file_replace(const char *path, const char *name, const struct bytes *data,
                       struct error *err);

#endif
