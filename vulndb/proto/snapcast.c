/* SPDX-License-Identifier: Apache-2.0 */
/* snapcast.c - Snapcast, sound in several rooms: asks for the version of its control port
 * (Snapcast JSON RPC API, "Server.GetRPCVersion"). */
#include "proto.h"

enum { LINE_MAX = 4096 };

static const char sign[] = "{", method[] = "\"jsonrpc\":\"2.0\"", result[] = "\"result\":{\"";

/* The line that answers: the only one that has our number. */
static bool is_answer(struct span line)
{
	return span_starts(line, sign) && span_find(line, method, false) != NULL &&
	       span_find(line, "\"id\":5360736", false) != NULL &&
	       span_find(line, "\"major\":", false) != NULL &&
	       span_find(line, result, false) != NULL;
}

static enum vd_step snapcast_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	if (span_line_end(heard(d), 0) == 0)
		return d->in_len < LINE_MAX ? VD_MORE : VD_FOREIGN;
	d->known = is_answer(heard(d));
	return d->known ? VD_DONE : VD_FOREIGN;
}

static bool snapcast_decode(struct span in, bool hinted, struct vd_facts *out)
{
	char major[16] = "", minor[16] = "", patch[16] = "";

	(void)hinted;
	if (!is_answer(span_first(in, LINE_MAX)))
		return false;
	if (decode_json(in, "major", major, sizeof(major)) &&
	    decode_json(in, "minor", minor, sizeof(minor)) &&
	    decode_json(in, "patch", patch, sizeof(patch)))
		vd_facts_addf(out, "snapcast.rpc_version", "%s.%s.%s", major, minor, patch);
	return true;
}

const struct vd_proto vd_proto_snapcast = {
	.name = "snapcast",
	.ports = PORTS(1705),
	HELLO_TEXT("{\"id\":5360736,\"jsonrpc\":\"2.0\",\"method\":\"Server.GetRPCVersion\"}\r\n"),
	.lines = true,
	.hear = snapcast_hear,
	.decode = snapcast_decode,
};
