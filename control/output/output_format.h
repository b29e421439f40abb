/* SPDX-License-Identifier: Apache-2.0 */
/* output_format.h - the formats in which a command prints its answer. */
#ifndef SONDE_OUTPUT_FORMAT_H
#define SONDE_OUTPUT_FORMAT_H

#include "dp_types.h"

enum output_format { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_NDJSON, OUTPUT_CSV };

/* Parse the value of an option, "table", "json", "ndjson" or "csv", into *@field, an enum
 * output_format. 0, or -EINVAL with @err. Pure. */
int option_format(const char *text, void *field, struct error *err);

#endif
