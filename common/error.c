/* SPDX-License-Identifier: Apache-2.0 */
/* error.c - formats the description of a failure. */
#include "error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

__attribute__((format(printf, 3, 0))) static void set(struct error *err, unsigned column,
                                                      const char *format, va_list args)
{
	if (err == NULL)
		return;
	vsnprintf(err->text, sizeof(err->text), format, args);
	err->column = column;
}

int error_set(struct error *err, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(err, 0, format, args);
	va_end(args);
	return code;
}

int error_at(struct error *err, int code, unsigned column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(err, column, format, args);
	va_end(args);
	return code;
}
