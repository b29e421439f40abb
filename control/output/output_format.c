/* SPDX-License-Identifier: Apache-2.0 */
/* output_format.c - reads the name of an output format. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "output_format.h"

int option_format(const char *text, void *field, struct error *err)
{
	static const char *const names[] = {"table", "json", "ndjson", "csv"};

	for (int i = OUTPUT_TABLE; i <= OUTPUT_CSV; i++)
		if (strcmp(text, names[i]) == 0) {
			*(enum output_format *)field = (enum output_format)i;
			return 0;
		}
	return error_set(err, -EINVAL, "expected table, json, ndjson or csv");
}
