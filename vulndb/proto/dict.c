/* SPDX-License-Identifier: Apache-2.0 */
/* dict.c - DICT, dictionaries: reads the greeting, which names the server and ends with its
 * capabilities and a message's number, both in angle brackets (RFC 2229, 3.1). */
#include "script.h"

/* "220 host dictd 1.13.0/rf on Linux <auth.mime> <number@host>" */
static bool dict_starts(struct span in)
{
	struct span line;

	return span_starts(in, "220 ") && span_line(&in, &line) && line.end[-1] == '>' &&
	       span_find(line, "@", false) != NULL &&
	       (span_find(line, "> <", false) != NULL || span_has(line, "dict"));
}

static enum vd_step dict_hear(struct vd_dialog *d)
{
	static const struct script script = {
		.greets = dict_starts,
		.exchanges = {{NULL, SCRIPT_CODE}, {"QUIT\r\n", SCRIPT_CODE}},
		.count = 1,
	};

	return script_hear(d, &script);
}

static bool dict_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!dict_starts(in))
		return false;
	script_add_greeting(out, "dict.banner", in);
	return true;
}

const struct vd_proto vd_proto_dict = {
	.name = "dict",
	.ports = PORTS(2628),
	.starts = dict_starts,
	.hear = dict_hear,
	.decode = dict_decode,
};
