/* SPDX-License-Identifier: Apache-2.0 */
/* quassel.c - Quassel's core: asks which of its protocols it speaks (Quassel, "Protocol probing"). No
 * registration and no log-in follows. */
#include "proto.h"

/* Features, a number that is the protocol's own, the protocol. */
enum { ANSWER = 4, TLS = 1, COMPRESSION = 2, LEGACY = 1, DATA_STREAM = 2 };

/* The magic without features, and the newest protocol as the end of the list. */
static const uint8_t quassel_hello[] = {0x42, 0xb3, 0x3f, 0, 0x80, 0, 0, DATA_STREAM};

static bool is_answer(struct span in)
{
	return span_left(in) == ANSWER && in.at[0] <= (TLS | COMPRESSION) &&
	       span_be16(in, 1) == 0 && (in.at[3] == LEGACY || in.at[3] == DATA_STREAM);
}

static enum vd_step quassel_hear(struct vd_dialog *d)
{
	if (d->in_len < ANSWER)
		return d->in[0] <= (TLS | COMPRESSION) ? VD_MORE : VD_FOREIGN;
	return is_answer(heard(d)) ? whole_at(d, ANSWER) : VD_FOREIGN;
}

/* Four bytes are no sign, so only who was asked is believed. */
static bool quassel_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!hinted || !is_answer(in))
		return false;
	decode_add_text(out, "quassel.protocol", in.at[3] == LEGACY ? "legacy" : "datastream");
	return true;
}

const struct vd_proto vd_proto_quassel = {
	.name = "quassel",
	.ports = PORTS(4242),
	HELLO(quassel_hello),
	.hear = quassel_hear,
	.decode = quassel_decode,
};
