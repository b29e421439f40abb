/* SPDX-License-Identifier: Apache-2.0 */
/* amqp.c - AMQP 0-9-1 before any log-in: sends the protocol header. The server answers with
 * connection.start or with the header of the version that it speaks. */
#include "proto.h"

enum { FRAME_HEAD = 7, HEADER = 8, METHOD_FRAME = 1, CONNECTION_START = 0x000a000a };
enum { SASL = 3 }; /* the protocol of a header of AMQP 1.0 */

static const uint8_t amqp_hello[] = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

static bool is_header(struct span in)
{
	return span_left(in) >= HEADER && span_starts(in, "AMQP");
}

static bool amqp_starts(struct span in)
{
	return is_header(in) ||
	       (span_u8(in, 0) == METHOD_FRAME && span_be32(in, FRAME_HEAD) == CONNECTION_START);
}

static enum vd_step amqp_hear(struct vd_dialog *d)
{
	struct span in = heard(d);

	if (in.at[0] != 'A' && in.at[0] != METHOD_FRAME)
		return VD_FOREIGN;
	if (d->in_len < (in.at[0] == 'A' ? HEADER + 0u : FRAME_HEAD + 4u))
		return VD_MORE;
	if (!amqp_starts(in))
		return VD_FOREIGN;
	d->known = true;
	return is_header(in) || d->in_len - FRAME_HEAD >= span_be32(in, 3) ? VD_DONE : VD_MORE;
}

/* Decode a table (4.2.5): pairs of a short name and a value with its type. */
static void add_table(struct span table, struct vd_facts *out)
{
	static const char *const wanted[][2] = {{"product", "amqp.product"},
	                                        {"version", "amqp.version"},
	                                        {"platform", "amqp.platform"},
	                                        {"cluster_name", "amqp.cluster"}};

	while (span_left(table) > 2) {
		struct span name = span_first(span_from(table, 1), *table.at), value;
		uint8_t type;

		table = span_from(table, 1 + (size_t)*table.at);
		type = span_u8(table, 0);
		table = span_from(table, 1);
		if (type == 't') {
			table = span_from(table, 1);
			continue;
		}
		if (type != 'S' && type != 'F')
			return;
		value = span_first(span_from(table, 4), span_be32(table, 0));
		table = (struct span){value.end, table.end};
		for (size_t i = 0; type == 'S' && i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (span_left(name) == strlen(wanted[i][0]) &&
			    span_starts(name, wanted[i][0]))
				decode_add(out, wanted[i][1], value);
	}
}

static bool amqp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span body = span_from(in, FRAME_HEAD);

	(void)hinted;
	if (is_header(in)) {
		vd_facts_addf(out, "amqp.protocol", "%u-%u-%u", in.at[5], in.at[6], in.at[7]);
		/* AMQP 1.0 wants a log-in where it names the security layer (5.3.2). */
		if (in.at[5] == 1)
			decode_add_bool(out, "amqp.sasl", in.at[4] == SASL);
		return true;
	}
	/* method frame, channel 0 */
	if (span_left(in) < 20 || in.at[0] != METHOD_FRAME || span_be16(in, 1) != 0 ||
	    span_be32(body, 0) != CONNECTION_START)
		return false;
	vd_facts_addf(out, "amqp.protocol", "%u-%u", body.at[4], body.at[5]);
	add_table(span_first(span_from(body, 10), span_be32(body, 6)), out);
	return true;
}

const struct vd_proto vd_proto_amqp = {
	.name = "amqp",
	.secure = "amqps",
	.ports = PORTS(5672),
	.tls_ports = PORTS(5671),
	.starts = amqp_starts,
	HELLO(amqp_hello),
	.hear = amqp_hear,
	.decode = amqp_decode,
};
