/* SPDX-License-Identifier: Apache-2.0 */
/* agent.c - the text of User-Agent. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "option.h"
#include "uri.h"

char *agent_with_contact(const char *contact, char out[AGENT_SIZE])
{
	snprintf(out, AGENT_SIZE, "Mozilla/5.0 (compatible; Sonde/%s; +%s)", SONDE_VERSION,
	         contact);
	return out;
}

int option_agent(const char *text, void *field, struct error *err)
{
	if (strlen(text) >= AGENT_SIZE)
		return error_set(err, -EINVAL, "expected at most 511 bytes");
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return error_set(
				err, -EINVAL,
				"expected one line without control bytes: a line break would add "
				"lines to the request");
	return option_text(text, field, err);
}

int option_contact(const char *text, void *field, struct error *err)
{
	if (strlen(text) > AGENT_CONTACT_MAX)
		return error_set(err, -EINVAL, "expected at most 200 characters");
	if (!uri_web(text, "https", NULL) && !uri_web(text, "http", NULL) && !uri_mail(text))
		return error_set(
			err, -EINVAL,
			"expected where to reach you, such as https://scanner.example.org/ or "
			"mailto:scanner@example.org; other characters are written as %%XX");
	if (strpbrk(text, "()'\"\\") != NULL)
		return error_set(
			err, -EINVAL,
			"parentheses and quotation marks do not fit in User-Agent; write them "
			"as %%28, %%29 and %%27");
	return option_text(text, field, err);
}
