/* SPDX-License-Identifier: Apache-2.0 */
/* output_format.h - the forms in which a command prints its answer. */
#ifndef SONDE_OUTPUT_FORMAT_H
#define SONDE_OUTPUT_FORMAT_H

#include "dp_types.h"

enum output_format { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_NDJSON, OUTPUT_CSV };

/* The value of an option: "table", "json", "ndjson" or "csv"; the member is an enum output_format.
 * Pure. 0, or -EINVAL with @err. */
int option_format(const char *text, void *field, struct error *err);

#endif
