/* SPDX-License-Identifier: Apache-2.0 */
/* pulsar.c - Apache Pulsar: sends the command Ping, which a broker answers by Pong before anybody has
 * connected (Pulsar's binary protocol, "Keep Alive"). A session is not opened. */
#include "proto.h"

/* Total length, length of the command, BaseCommand { type, the empty command of that type }. */
static const uint8_t ping[] = {0, 0, 0, 9, 0, 0, 0, 5, 0x08, 18, 0x92, 0x01, 0};
static const uint8_t pong[] = {0, 0, 0, 9, 0, 0, 0, 5, 0x08, 19, 0x9a, 0x01, 0};

static bool pulsar_starts(struct span in)
{
	return span_starts_bytes(in, pong, sizeof(pong));
}

static enum vd_step pulsar_hear(struct vd_dialog *d)
{
	if (!span_may_start_bytes(heard(d), pong, sizeof(pong)))
		return VD_FOREIGN;
	return d->in_len < sizeof(pong) ? VD_MORE : whole_at(d, sizeof(pong));
}

static bool pulsar_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!pulsar_starts(in))
		return false;
	decode_add_text(out, "pulsar.pong", "true");
	return true;
}

const struct vd_proto vd_proto_pulsar = {
	.name = "pulsar",
	.secure = "pulsar-ssl",
	.ports = PORTS(6650),
	.tls_ports = PORTS(6651),
	.starts = pulsar_starts,
	HELLO(ping),
	.hear = pulsar_hear,
	.decode = pulsar_decode,
};
