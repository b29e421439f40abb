/* SPDX-License-Identifier: Apache-2.0 */
/* rmi.c - Java RMI: sends the header of the stream protocol. The server acknowledges it and says from
 * where it hears us (Java RMI specification, 10.2). No call follows. */
#include <ctype.h>

#include "proto.h"

/* The acknowledgement: a byte, a text with its length, a port of four bytes. */
enum { ACK = 0x4e, HEAD = 3, HOST_MAX = 255, PORT = 4 };

static const uint8_t rmi_hello[] = {'J', 'R', 'M', 'I', 0, 2, 0x4b};

/* Is this the text of an address or a name? */
static bool is_host(struct span host)
{
	for (const uint8_t *at = host.at; at < host.end; at++)
		if (!isalnum(*at) && strchr(".:-%_", *at) == NULL)
			return false;
	return host.at < host.end;
}

/* Could the bytes, as far as they go, be an acknowledgement? */
static bool may_be_ack(struct span in)
{
	size_t len = span_be16(in, 1);
	struct span host = span_part(in, HEAD, HEAD + len);

	if (span_u8(in, 0) != ACK)
		return false;
	if (span_left(in) < HEAD)
		return span_u8(in, 1) == 0;
	return len >= 1 && len <= HOST_MAX && (host.at == host.end || is_host(host)) &&
	       span_be16(in, HEAD + len) == 0;
}

static bool rmi_starts(struct span in)
{
	return may_be_ack(in) && span_left(in) >= HEAD + PORT + (size_t)span_be16(in, 1);
}

static enum vd_step rmi_hear(struct vd_dialog *d)
{
	if (!may_be_ack(heard(d)))
		return VD_FOREIGN;
	if (!rmi_starts(heard(d)))
		return VD_MORE;
	return whole_at(d, HEAD + PORT + (size_t)span_be16(heard(d), 1));
}

static bool rmi_decode(struct span in, bool hinted, struct vd_facts *out)
{
	size_t len = span_be16(in, 1);

	(void)hinted;
	if (!rmi_starts(in) || span_left(in) != HEAD + len + PORT)
		return false;
	decode_add(out, "rmi.client", span_part(in, HEAD, HEAD + len));
	return true;
}

const struct vd_proto vd_proto_rmi = {
	.name = "rmi",
	.secure = "rmis",
	.ports = PORTS(1099, 1098),
	.starts = rmi_starts,
	HELLO(rmi_hello),
	.hear = rmi_hear,
	.decode = rmi_decode,
};
