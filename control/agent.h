/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agent.h - what HTTP and SIP servers are told in User-Agent (RFC 9110 10.1.5).
 *
 * A line break in it would add lines to the request, and a text of any length would not fit one:
 * both are refused here, before a scan begins.
 */
#ifndef SONDE_AGENT_H
#define SONDE_AGENT_H

#include "dp_types.h"

enum {
	AGENT_SIZE = 512,	 /* of a text with its end */
	AGENT_CONTACT_MAX = 200, /* characters of a contact */
};

/* For option tables: the member is a const char *, which points to @text. */
int option_agent(const char *text, void *field, struct dp_error *err);

#endif
