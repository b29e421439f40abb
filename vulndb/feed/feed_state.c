/* SPDX-License-Identifier: Apache-2.0 */
/* feed_state.c - refuses a record. */
#include "feed_state.h"

#include <errno.h>

int feed_refuse(struct feed *f, const char *why)
{
	f->why = why;
	return -EINVAL;
}
