/* SPDX-License-Identifier: Apache-2.0 */
/* feed_state.c - refuses a record, and keeps the newest of its vectors. */
#include "feed_state.h"

#include <errno.h>
#include <stdio.h>

#include "cvss.h"

void feed_take_vector(struct feed_vector *v, const char *text)
{
	uint8_t x10, version;

	if (!cvss_base(text, &x10, &version) || version < v->version)
		return;
	v->version = version;
	snprintf(v->text, sizeof(v->text), "%.255s", text);
}

int feed_refuse(struct feed *f, const char *why)
{
	f->why = why;
	return -EINVAL;
}
