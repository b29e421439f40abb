/* SPDX-License-Identifier: Apache-2.0 */
/* agent.c - the text of User-Agent. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "option.h"

static int fail(struct dp_error *err, const char *expected)
{
	snprintf(err->text, sizeof(err->text), "%s", expected);
	return -EINVAL;
}

int option_agent(const char *text, void *field, struct dp_error *err)
{
	if (strlen(text) >= AGENT_SIZE)
		return fail(err, "expected at most 511 bytes");
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return fail(
			    err, "expected one line without control bytes: a line break would add "
				 "lines to the request");
	return option_text(text, field, err);
}
