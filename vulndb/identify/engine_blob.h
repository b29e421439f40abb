/* SPDX-License-Identifier: Apache-2.0 */
/* engine_blob.h - checks a blob before it is used. */
#ifndef VULNDB_ENGINE_BLOB_H
#define VULNDB_ENGINE_BLOB_H

#include "engine.h"

/* Find the parts of @blob and check them. Returns NULL, or a static text that says what is wrong.
 * After NULL, each offset and number in the parts is within its bounds and each string has its
 * NUL. */
const char *engine_blob_check(const void *blob, size_t len, struct engine_parts *parts);

#endif
