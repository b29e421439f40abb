/* SPDX-License-Identifier: Apache-2.0 */
/* grab_policy.c - decides which questions a port may get without harm. */
#include "grab_policy.h"

#include <stdio.h>

#include "dp_types.h"

bool grab_policy_is_fragile(uint16_t port)
{
	return vd_fragile_port(port, DP_TRANSPORT_TCP) != NULL;
}

const struct vd_proto *grab_policy_request(uint16_t port, bool ask_fragile)
{
	const struct vd_fragile *f = vd_fragile_port(port, DP_TRANSPORT_TCP);
	const char *name = f != NULL ? vd_fragile_request(f, DP_TRANSPORT_TCP, ask_fragile) : NULL;
	bool tls;

	return vd_proto_find(name, &tls);
}

const char *grab_policy_explain(uint16_t port, uint8_t transport, char out[GRAB_POLICY_TEXT])
{
	const struct vd_fragile *f = vd_fragile_port(port, transport);
	const char *request, *whose, *harm;
	int n;

	out[0] = '\0';
	if (f == NULL)
		return out;
	request = vd_fragile_request(f, transport, true);
	whose = f->kind == VD_FRAGILE_PRINTER ? "printers" : "controllers";
	harm = f->kind == VD_FRAGILE_PRINTER ? "print what they are sent"
	                                     : "may stop at a question that they do not know";
	n = snprintf(out, GRAB_POLICY_TEXT, "port %u belongs to %s (%s), which %s: ", port, whose,
	             f->service, harm);
	if (request == NULL)
		snprintf(out + n, GRAB_POLICY_TEXT - (size_t)n, "nothing is sent to it");
	else if (f->ask == VD_FRAGILE_ON_REQUEST)
		snprintf(out + n, GRAB_POLICY_TEXT - (size_t)n,
		         "only --ask-fragile sends it the identification request of %s", request);
	else
		snprintf(out + n, GRAB_POLICY_TEXT - (size_t)n,
		         "it gets the identification request of %s and nothing else", request);
	return out;
}
