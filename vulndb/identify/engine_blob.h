/* SPDX-License-Identifier: Apache-2.0 */
/* engine_blob.h - checking a blob before it is trusted. */
#ifndef VULNDB_ENGINE_BLOB_H
#define VULNDB_ENGINE_BLOB_H

#include "engine.h"

/* Find the parts of @blob. NULL, or what is wrong with it. After NULL each offset and number in the
 * parts lies within its bounds and each string has its end. */
const char *engine_blob_check(const void *blob, size_t len, struct engine_parts *parts);

#endif
