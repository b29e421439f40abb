/* SPDX-License-Identifier: Apache-2.0 */
/* nntp.c - NNTP: reads the greeting and asks for the capabilities (RFC 3977, 5.1, 5.2); TLS where it
 * is offered (RFC 4642). */
#include "script.h"

static bool nntp_starts(struct span in)
{
	return script_code_starts(in) && (span_starts(in, "200") || span_starts(in, "201"));
}

static enum vd_step nntp_hear(struct vd_dialog *d)
{
	static const struct script script = {
		.greets = script_code_starts,
		.exchanges = {{NULL, SCRIPT_CODE},
	                      {"CAPABILITIES\r\n", SCRIPT_DOT},
	                      {"QUIT\r\n", SCRIPT_CODE}},
		.count = 2,
		.offer = "STARTTLS",
		.upgrade = "STARTTLS\r\n",
		.go = "382",
	};

	return script_hear(d, &script);
}

static bool nntp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const news[] = {"nntp", "news", "innd", "leafnode", NULL};

	if (!script_code_line(in) || (!span_starts(in, "20") && !hinted) ||
	    (!hinted && !script_says(in, news)))
		return false;
	script_add_greeting(out, "nntp.banner", in);
	return true;
}

const struct vd_proto vd_proto_nntp = {
	.name = "nntp",
	.secure = "nntps",
	.ports = PORTS(119),
	.tls_ports = PORTS(563),
	.starts = nntp_starts,
	.hear = nntp_hear,
	.decode = nntp_decode,
};
