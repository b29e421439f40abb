/* SPDX-License-Identifier: Apache-2.0 */
/* imap.c - IMAP: reads the greeting and asks for the capabilities (RFC 9051, 7.1, 6.1.1); TLS where
 * it is offered. */
#include "script.h"

static bool imap_starts(struct span in)
{
	return span_starts(in, "* OK") || span_starts(in, "* PR") || span_starts(in, "* BY");
}

static enum vd_step imap_hear(struct vd_dialog *d)
{
	static const struct script script = {
		.greets = imap_starts,
		.exchanges = {{NULL, SCRIPT_LINE},
	                      {"a CAPABILITY\r\n", SCRIPT_TAG},
	                      {"a LOGOUT\r\n", SCRIPT_TAG}},
		.count = 2,
		.offer = "STARTTLS",
		.upgrade = "a STARTTLS\r\n",
		.go = "a OK",
	};

	return script_hear(d, &script);
}

static bool imap_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const states[] = {"* OK", "* PREAUTH", "* BYE"};
	struct span line;

	(void)hinted;
	if (!span_line(&in, &line))
		return false;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (!span_starts_nocase(line, states[i]))
			continue;
		decode_add(out, "imap.banner", span_trim(span_from(line, strlen(states[i]))));
		return true;
	}
	return false;
}

const struct vd_proto vd_proto_imap = {
	.name = "imap",
	.secure = "imaps",
	.ports = PORTS(143),
	.tls_ports = PORTS(993),
	.starts = imap_starts,
	.hear = imap_hear,
	.decode = imap_decode,
};
