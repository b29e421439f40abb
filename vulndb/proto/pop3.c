/* SPDX-License-Identifier: Apache-2.0 */
/* pop3.c - POP3: reads the greeting and asks for the capabilities (RFC 1939, 4; RFC 2449); TLS
 * where it is offered. */
#include "script.h"

static const char ok[] = "+OK", refused[] = "-ERR";

static bool pop3_starts(struct span in)
{
	return span_starts(in, ok);
}

static enum vd_step pop3_hear(struct vd_dialog *d)
{
	static const struct script script = {
		.greets = pop3_starts,
		.exchanges = {{NULL, SCRIPT_LINE},
	                      {"CAPA\r\n", SCRIPT_DOT},
	                      {"QUIT\r\n", SCRIPT_LINE}},
		.count = 2,
		.offer = "\nSTLS",
		.upgrade = "STLS\r\n",
		.go = "+OK",
	};

	return script_hear(d, &script);
}

static bool pop3_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	if (!span_line(&in, &line))
		return false;
	if (span_starts(line, ok))
		line = span_from(line, strlen(ok));
	else if (hinted && span_starts(line, refused))
		line = span_from(line, strlen(refused));
	else
		return false;
	line = span_trim(line);
	decode_add(out, "pop3.banner", line);
	if (hinted && span_left(line) == 0) /* a greeting without a text is one, too */
		decode_add_bool(out, "pop3.greeted", true);
	return true;
}

const struct vd_proto vd_proto_pop3 = {
	.name = "pop3",
	.secure = "pop3s",
	.ports = PORTS(106, 110),
	.tls_ports = PORTS(995),
	.starts = pop3_starts,
	.hear = pop3_hear,
	.decode = pop3_decode,
};
