/* SPDX-License-Identifier: Apache-2.0 */
/* error.h - put a failure into words. */
#ifndef SONDE_ERROR_H
#define SONDE_ERROR_H

#include "dp_types.h"

/* Write the sentence into @err (NULL is fine) and return @code. */
int error_set(struct dp_error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
