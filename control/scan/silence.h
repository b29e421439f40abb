/* SPDX-License-Identifier: Apache-2.0 */
/* silence.h - says why a scan may have got no answer at all. */
#ifndef SONDE_SILENCE_H
#define SONDE_SILENCE_H

#include <stdio.h>

#include "dp.h"
#include "json.h"

/* Print a line for each thing that was found wrong; or, if nothing was, for what could not be
 * checked. */
void silence_print(FILE *out, const struct dp_trouble *t);

/* Write their names as the array "silence" into the object that is open in @j. */
void silence_json(struct json *j, const struct dp_trouble *t);

#endif
