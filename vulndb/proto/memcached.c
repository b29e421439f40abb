/* SPDX-License-Identifier: Apache-2.0 */
/* memcached.c - memcached: sends the command "version", which changes nothing. */
#include "proto.h"

static const char sign[] = "VERSION ";

/* Over UDP an answer has a head: our number, the first datagram of one, nothing
 * (memcached's doc/protocol.txt, "UDP protocol"). */
enum { UDP_HEAD = 8 };

static bool memcached_starts(struct span in)
{
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
	static const uint8_t one[] = {0, 0, 0, 1, 0, 0};
	struct span line, rest = in;

	if (span_starts_bytes(span_from(in, 2), one, sizeof(one)))
		in = rest = span_from(in, UDP_HEAD);
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
	.hear = memcached_hear,
	.decode = memcached_decode,
};
