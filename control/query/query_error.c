/* SPDX-License-Identifier: Apache-2.0 */
/* query_error.c - fills a query's error. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "query_error.h"

int query_fail(struct query_error *err, unsigned column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	err->column = column;
	return -EINVAL;
}
