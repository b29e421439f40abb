/* SPDX-License-Identifier: Apache-2.0 */
/* sip.c - SIP: sends OPTIONS (RFC 3261, 11). */
#include "reply.h"

enum { REQUEST_MAX = 1024 };

static const char sign[] = "SIP/2.0";

static bool sip_starts(struct span in)
{
	return span_starts(in, sign);
}

static void sip_greet(struct vd_dialog *d)
{
	char text[REQUEST_MAX];

	snprintf(text, sizeof(text),
	         "OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/TCP probe.invalid;branch=z9hG4bKsonde\r\n"
	         "Max-Forwards: 0\r\nFrom: <sip:probe@probe.invalid>;tag=sonde\r\nTo: <sip:%s>\r\n"
	         "Call-ID: sonde@probe.invalid\r\nCSeq: 1 OPTIONS\r\nUser-Agent: %s\r\n"
	         "Content-Length: 0\r\n\r\n",
	         d->authority, d->authority, d->user_agent);
	say_text(d, text);
}

static enum vd_step sip_hear(struct vd_dialog *d)
{
	return reply_hear_head(d, sign);
}

static bool sip_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct reply r;

	(void)hinted;
	if (!reply_read(in, "SIP/", &r))
		return false;
	decode_add(out, "sip.status", span_first(r.status, 3));
	decode_add(out, "sip.server", reply_header(&r, "Server"));
	decode_add(out, "sip.user_agent", reply_header(&r, "User-Agent"));
	decode_add(out, "sip.allow", reply_header(&r, "Allow"));
	decode_add(out, "sip.supported", reply_header(&r, "Supported"));
	decode_add(out, "sip.organization", reply_header(&r, "Organization"));
	return true;
}

const struct vd_proto vd_proto_sip = {
	.name = "sip",
	.secure = "sips",
	.ports = PORTS(5060),
	.tls_ports = PORTS(5061),
	.udp_ports = PORTS(5060),
	.starts = sip_starts,
	.greet = sip_greet,
	.hear = sip_hear,
	.decode = sip_decode,
};
