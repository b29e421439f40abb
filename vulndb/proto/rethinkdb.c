/* SPDX-License-Identifier: Apache-2.0 */
/* rethinkdb.c - RethinkDB: sends the number of the handshake V1_0; the server answers with its version
 * before anybody is named (rethinkdb.com, "Writing RethinkDB drivers", Handshake). */
#include "proto.h"

enum { ANSWER_MAX = 1024 };

static const uint8_t handshake[] = {0xc3, 0xbd, 0xc2, 0x34};

/* The text up to the NUL that ends it; empty while that has not come. */
static struct span answer(struct span in)
{
	struct span rest = in, text = span_text(&rest);

	return text.end < in.end ? text : (struct span){in.end, in.end};
}

static bool rethinkdb_starts(struct span in)
{
	struct span text = span_starts(in, "{\"") ? answer(in) : span_first(in, 0);

	return span_left(text) > 0 && span_find(text, "\"min_protocol_version\"", false) &&
	       span_find(text, "\"server_version\"", false);
}

static enum vd_step rethinkdb_hear(struct vd_dialog *d)
{
	size_t len = span_left(answer(heard(d)));

	if (!span_may_start(heard(d), "{\"") || (len == 0 && d->in_len > ANSWER_MAX))
		return VD_FOREIGN;
	if (len == 0)
		return VD_MORE;
	return rethinkdb_starts(heard(d)) ? whole_at(d, len + 1) : VD_FOREIGN;
}

static bool rethinkdb_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!rethinkdb_starts(in))
		return false;
	decode_add_json(out, "rethinkdb.version", answer(in), "server_version");
	return true;
}

const struct vd_proto vd_proto_rethinkdb = {
	.name = "rethinkdb",
	.ports = PORTS(28015),
	.starts = rethinkdb_starts,
	HELLO(handshake),
	.hear = rethinkdb_hear,
	.decode = rethinkdb_decode,
};
