/* SPDX-License-Identifier: Apache-2.0 */
/* riak.c - Riak's Protocol Buffers API: asks for node and version (docs.riak.com, "PBC Server Info").
 */
#include "proto.h"

enum { HEAD = 5, ERROR = 0, SERVER_INFO = 8, ANSWER_MAX = 4096 };
enum { NODE_FIELD = 1, VERSION_FIELD = 2 };

/* A length, which counts the code of the message too; the code. */
static const uint8_t get_server_info[HEAD] = {0, 0, 0, 1, 7};

/* Is this the head of the answer, or of an error? */
static bool is_head(struct span in)
{
	uint32_t len = span_be32(in, 0);
	uint8_t code = span_u8(in, HEAD - 1);

	return span_left(in) >= HEAD && len > 2 && len <= ANSWER_MAX &&
	       (code == SERVER_INFO || code == ERROR);
}

/* The first field is a text. */
static bool riak_starts(struct span in)
{
	return is_head(in) && span_u8(in, HEAD) == 0x0a;
}

static enum vd_step riak_hear(struct vd_dialog *d)
{
	if (d->in[0] != 0 || (d->in_len >= HEAD && !is_head(heard(d))))
		return VD_FOREIGN;
	if (d->in_len <= HEAD)
		return VD_MORE;
	if (!riak_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, HEAD - 1 + (size_t)span_be32(heard(d), 0));
}

static bool riak_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span message = span_part(in, HEAD, HEAD - 1 + (size_t)span_be32(in, 0)), content;
	bool info = span_u8(in, HEAD - 1) == SERVER_INFO;
	uint32_t field;
	uint64_t value;

	if (!riak_starts(in) || (!info && !hinted) ||
	    span_left(in) != HEAD - 1 + (size_t)span_be32(in, 0))
		return false;
	while (decode_protobuf(&message, &field, &content, &value)) {
		if (field == NODE_FIELD)
			decode_add(out, info ? "riak.node" : "riak.error", content);
		else if (field == VERSION_FIELD && info)
			decode_add(out, "riak.version", content);
	}
	return true;
}

const struct vd_proto vd_proto_riak = {
	.name = "riak",
	.ports = PORTS(8087),
	HELLO(get_server_info),
	.hear = riak_hear,
	.decode = riak_decode,
};
