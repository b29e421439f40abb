/* SPDX-License-Identifier: Apache-2.0 */
/* sphinx.c - Sphinx's own protocol: asks for the counters (Sphinx manual, "SEARCHD_COMMAND_STATUS"). Its
 * version is told by the other protocol that it speaks, MySQL's. */
#include "proto.h"

enum {
	PROTOCOL = 1,
	STATUS = 5,
	GREETING = 4,
	HEAD = 12,
	LENGTH_AT = 8,
	ROWS_AT = 12,
	COLUMNS_AT = 16
};
enum { OK = 0, MAJOR = 1, ROWS_MAX = 1024, LENGTH_MAX = 65536, COLUMNS = 2, SIGN = 20 };

/* The version of the protocol; the command, its version, its length and its only word. */
static const uint8_t sphinx_hello[] = {0, 0, 0, PROTOCOL, 0, STATUS, MAJOR, 0,
                                       0, 0, 0, 4,        0, 0,      0,     1};

/* The greeting, and the head of a table with two columns behind it. */
static bool sphinx_starts(struct span in)
{
	uint32_t len = span_be32(in, LENGTH_AT), rows = span_be32(in, ROWS_AT);

	return span_left(in) >= SIGN && span_be32(in, 0) == PROTOCOL &&
	       span_be16(in, GREETING) == OK && span_u8(in, GREETING + 2) == MAJOR && len >= 8 &&
	       len <= LENGTH_MAX && rows > 0 && rows <= ROWS_MAX &&
	       span_be32(in, COLUMNS_AT) == COLUMNS;
}

static enum vd_step sphinx_hear(struct vd_dialog *d)
{
	static const uint8_t greeting[] = {0, 0, 0, PROTOCOL};

	if (!span_may_start_bytes(heard(d), greeting, sizeof(greeting)))
		return VD_FOREIGN;
	if (d->in_len < SIGN)
		return VD_MORE;
	return sphinx_starts(heard(d)) ? whole_at(d, HEAD + (size_t)span_be32(heard(d), LENGTH_AT))
	                               : VD_FOREIGN;
}

static bool sphinx_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!sphinx_starts(in))
		return false;
	vd_facts_addf(out, "sphinx.protocol", "%u", (unsigned)span_be32(in, 0));
	return true;
}

const struct vd_proto vd_proto_sphinx = {
	.name = "sphinx",
	.ports = PORTS(9312),
	.starts = sphinx_starts,
	HELLO(sphinx_hello),
	.hear = sphinx_hear,
	.decode = sphinx_decode,
};
