/* SPDX-License-Identifier: Apache-2.0 */
/* moment_arg.h - reads a moment from the command line. */
#ifndef SONDE_MOMENT_ARG_H
#define SONDE_MOMENT_ARG_H

#include <stdbool.h>
#include <stdint.h>

/* Parse @text, the value of @option: a duration before now ("7d"), a date (its beginning, or with @end
 * its end) or a time, into microseconds since 1970. NULL: *@out stays. Returns CMD_OK, or prints what is
 * wrong and returns another exit code. */
int moment_arg(const char *option, const char *text, bool end, int64_t *out);

#endif
