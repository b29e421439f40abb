/* SPDX-License-Identifier: Apache-2.0 */
/* grpc.c - gRPC: what its servers answer to the GET of HTTP/2, which calls nothing. */
#include "http2.h"

static bool grpc_decode(struct span in, bool hinted, struct vd_facts *out)
{
	char room[HTTP2_TEXT_MAX];
	struct span text = http2_text(in, room, out);
	struct reply r;

	(void)hinted;
	if (!http2_is_grpc(text, &r))
		return false;
	decode_add_bool(out, "grpc.answered", true);
	decode_add(out, "grpc.status", reply_header(&r, "grpc-status"));
	decode_add(out, "grpc.message", reply_header(&r, "grpc-message"));
	http2_facts(in, text, out);
	return true;
}

const struct vd_proto vd_proto_grpc = {
	.name = "grpc",
	.decode = grpc_decode,
};
