/* SPDX-License-Identifier: Apache-2.0 */
/* nats.c - NATS: the server greets with one line, INFO {"server_id":...,"version":"2.9.10",...}, at
 * its ports for clients, for the other servers of a cluster (6222) and for leaf nodes (7422). */
#include "proto.h"

static const char sign[] = "INFO {";

static bool nats_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step nats_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = nats_starts(heard(d));
	return span_line_end(heard(d), 0) != 0 ? VD_DONE : VD_MORE;
}

static bool nats_decode(struct span in, bool hinted, struct vd_facts *out)
{
	char value[16] = "";

	(void)hinted;
	if (!nats_starts(in))
		return false;
	decode_add_json(out, "nats.version", in, "version");
	decode_add_json(out, "nats.server_name", in, "server_name");
	decode_add_json(out, "nats.go", in, "go");
	decode_add_bool(out, "nats.auth_required",
	                decode_json(in, "auth_required", value, sizeof(value)) &&
	                        strcmp(value, "true") == 0);
	return true;
}

const struct vd_proto vd_proto_nats = {
	.name = "nats",
	.ports = PORTS(4222, 6222, 7422),
	.starts = nats_starts,
	.hear = nats_hear,
	.decode = nats_decode,
};
