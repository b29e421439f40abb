/* SPDX-License-Identifier: Apache-2.0 */
/* bytes_file.h - a stream that appends to a buffer, for code that prints to a stream. */
#ifndef SONDE_BYTES_FILE_H
#define SONDE_BYTES_FILE_H

#include <stdio.h>

#include "bytes.h"

/* Open a stream whose bytes are appended to @b, at the latest when it is flushed or closed. A write
 * fails once b->failed is set. NULL: no memory. The caller closes it before @b goes. */
FILE *bytes_file_open(struct bytes *b);

#endif
