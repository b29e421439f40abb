/* SPDX-License-Identifier: Apache-2.0 */
/* aerospike.c - Aerospike: asks for build, edition and features by the info protocol, which reads only
 * (Aerospike's reference of info commands, "build", "edition"). */
#include "proto.h"

enum { HEAD = 8, VERSION = 2, INFO = 1, TEXT_MAX = 4096 };

/* Version, type, a length of six bytes, names that line feeds end. */
static const char ask[] = "\2\1\0\0\0\0\0\x0e"
			  "build\nedition\n";

static bool aerospike_starts(struct span in)
{
	uint32_t len = span_be32(in, 4);

	return span_left(in) >= HEAD && in.at[0] == VERSION && in.at[1] == INFO &&
	       span_be16(in, 2) == 0 && len > 0 && len <= TEXT_MAX &&
	       span_starts(span_from(in, HEAD), "build\t");
}

static enum vd_step aerospike_hear(struct vd_dialog *d)
{
	static const uint8_t start[] = {VERSION, INFO, 0, 0};

	if (!span_may_start_bytes(heard(d), start, sizeof(start)))
		return VD_FOREIGN;
	if (!span_may_start(span_from(heard(d), HEAD), "build\t"))
		return VD_FOREIGN;
	if (!aerospike_starts(heard(d)))
		return d->in_len < HEAD + strlen("build\t") ? VD_MORE : VD_FOREIGN;
	return whole_at(d, HEAD + (size_t)span_be32(heard(d), 4));
}

static bool aerospike_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span list = span_part(in, HEAD, HEAD + (size_t)span_be32(in, 4));

	(void)hinted;
	if (!aerospike_starts(in))
		return false;
	decode_add_line_value(out, "aerospike.version", list, "build\t");
	decode_add_line_value(out, "aerospike.edition", list, "edition\t");
	return true;
}

/* Port 3000 belongs to HTTP, which more servers speak there. */
const struct vd_proto vd_proto_aerospike = {
	.name = "aerospike",
	.secure = "aerospikes",
	.tls_ports = PORTS(4333),
	.starts = aerospike_starts,
	HELLO_TEXT(ask),
	.hear = aerospike_hear,
	.decode = aerospike_decode,
};
