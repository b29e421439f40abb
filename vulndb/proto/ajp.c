/* SPDX-License-Identifier: Apache-2.0 */
/* ajp.c - AJP 1.3: sends CPing, which a servlet container answers by CPong (Apache Tomcat, "AJP
 * Protocol Reference", Packet Types). It reaches no application. */
#include "proto.h"

static const uint8_t cping[] = {0x12, 0x34, 0, 1, 10};
static const uint8_t cpong[] = {'A', 'B', 0, 1, 9};

static bool ajp_starts(struct span in)
{
	return span_starts_bytes(in, cpong, sizeof(cpong)) && span_left(in) == sizeof(cpong);
}

static enum vd_step ajp_hear(struct vd_dialog *d)
{
	if (!span_may_start_bytes(heard(d), cpong, sizeof(cpong)))
		return VD_FOREIGN;
	return d->in_len < sizeof(cpong) ? VD_MORE : whole_at(d, sizeof(cpong));
}

static bool ajp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!ajp_starts(in))
		return false;
	decode_add_text(out, "ajp.cpong", "true");
	return true;
}

const struct vd_proto vd_proto_ajp = {
	.name = "ajp",
	.ports = PORTS(8009),
	.starts = ajp_starts,
	HELLO(cping),
	.hear = ajp_hear,
	.decode = ajp_decode,
};
