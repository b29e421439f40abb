/* SPDX-License-Identifier: Apache-2.0 */
/* memcached.c - memcached: sends the command "version", which changes nothing. */
#include "proto.h"

static const char sign[] = "VERSION ";

/* Without the header of a datagram: request id, number 0, 1 datagram in all, 0; two bytes each. */
static struct span unframe(struct span in)
{
	struct span text = span_from(in, 8);
	bool framed = span_be32(in, 2) == 1 && span_be16(in, 6) == 0 && span_starts(text, sign);

	return framed ? text : in;
}

static bool memcached_starts(struct span in)
{
	in = unframe(in);
	return span_starts(in, sign) || span_starts(in, "ERROR\r\n");
}

static enum vd_step memcached_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	if (span_line_end(heard(d), 0) == 0)
		return VD_MORE;
	d->known = true;
	return VD_DONE;
}

static bool memcached_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, rest = unframe(in);

	if (!span_line(&rest, &line))
		return false;
	if (span_starts(line, sign))
		decode_add(out, "memcached.version", span_trim(span_from(line, strlen(sign))));
	else if (span_starts(line, "STAT "))
		decode_add_line_value(out, "memcached.version", in, "STAT version ");
	else
		return hinted && span_starts(line, "ERROR");
	return true;
}

const struct vd_proto vd_proto_memcached = {
	.name = "memcached",
	.ports = PORTS(11211, 11214),
	.udp_ports = PORTS(11211),
	.starts = memcached_starts,
	HELLO_TEXT("version\r\n"),
	.lines = true,
	.hear = memcached_hear,
	.decode = memcached_decode,
};
