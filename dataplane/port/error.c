/* SPDX-License-Identifier: Apache-2.0 */
/* error.c - put a failure into words. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct dp_error *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}
