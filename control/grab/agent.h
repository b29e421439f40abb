/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agent.h - the User-Agent that HTTP and SIP servers get (RFC 9110 10.1.5).
 *
 * A line break in it would add lines to the request, and a text of any length would not fit one:
 * both are refused here, before a scan begins.
 */
#ifndef SONDE_AGENT_H
#define SONDE_AGENT_H

#include "dp_types.h"

enum {
	AGENT_SIZE = 512,        /* bytes of a text with its NUL */
	AGENT_CONTACT_MAX = 200, /* characters of a contact */
};

/* Write "Mozilla/5.0 (compatible; Sonde/VERSION; +CONTACT)" to @out and return it. @contact must
 * have passed option_contact(). */
char *agent_with_contact(const char *contact, char out[AGENT_SIZE]);

/* For option tables: the member is a const char *, which points to @text. */
int option_agent(const char *text, void *field, struct error *err);
/* The same for a contact: http://, https:// or mailto:. Parentheses, quotation marks and
 * backslashes are refused: they would end the comment that the contact stands in (RFC 9110
 * 5.6.5). */
int option_contact(const char *text, void *field, struct error *err);

#endif
