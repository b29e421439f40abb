/* SPDX-License-Identifier: Apache-2.0 */
/* irc.c - IRC: decodes the greeting of servers (RFC 2812, 2.3: a prefix, then a command); sends
 * nothing. */
#include "proto.h"

enum { LINE_MAX = 512, TEXT_MAX = 4096 };

static bool irc_decode(struct span in, bool hinted, struct vd_facts *out)
{
	/* NOTICE, welcome, "not registered yet", and the server's version (5.1, 5.2) */
	static const char *const words[] = {" NOTICE ", " 001 ", " 451 ", " 004 "};
	struct span line, first = span_first(in, LINE_MAX);
	bool found;

	(void)hinted;
	if (!span_line(&first, &line))
		return false;
	found = span_starts(line, "NOTICE ") || span_starts(line, "ERROR :");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		found |= span_starts(line, ":") && span_find(line, words[i], false) != NULL;
	if (found)
		decode_add(out, "irc.banner", span_trim(span_first(in, TEXT_MAX)));
	return found;
}

const struct vd_proto vd_proto_irc = {
	.name = "irc",
	.ports = PORTS(194, 6660, 6667, 6668, 6697, 7000),
	.decode = irc_decode,
};
