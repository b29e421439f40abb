/* SPDX-License-Identifier: Apache-2.0 */
/* opcua.c - OPC UA over TCP: hello and acknowledge (OPC 10000-6, 7.1.2); opens no channel. */
#include "proto.h"

/* A message is a type of three letters, "F", and its whole length; little-endian. */
enum { HEAD = 8, ACK_LEN = 28, ERR_MIN = 16, REASON_MAX = 4096, BUFFER = 65535 };

static void say_le32(struct vd_dialog *d, uint32_t value)
{
	const uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
	                         (uint8_t)(value >> 24)};

	say(d, bytes, sizeof(bytes));
}

/* The hello (7.1.2.3): protocol version 0, buffers, no limit on the size and chunks of a message,
 * the endpoint's URL. */
static void opcua_greet(struct vd_dialog *d)
{
	static const char scheme[] = "opc.tcp://";
	uint32_t url_len = (uint32_t)(sizeof(scheme) - 1 + strlen(d->authority));

	say_text(d, "HELF");
	say_le32(d, HEAD + 6 * 4 + url_len);
	say_le32(d, 0);
	say_le32(d, BUFFER);
	say_le32(d, BUFFER);
	say_le32(d, 0);
	say_le32(d, 0);
	say_le32(d, url_len);
	say_text(d, scheme);
	say_text(d, d->authority);
}

/* Length of the acknowledge or error at @in; 0 where it is neither. */
static size_t message_len(struct span in)
{
	size_t len = span_le32(in, 4);

	if (span_starts(in, "ACKF"))
		return len == ACK_LEN ? len : 0;
	return span_starts(in, "ERRF") && len >= ERR_MIN && len <= ERR_MIN + REASON_MAX ? len : 0;
}

static bool opcua_starts(struct span in)
{
	return span_left(in) >= HEAD && message_len(in) != 0;
}

static enum vd_step opcua_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), "ACKF") && !span_may_start(heard(d), "ERRF"))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!opcua_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, message_len(heard(d)));
}

static bool opcua_decode(struct span in, bool hinted, struct vd_facts *out)
{
	size_t len = message_len(in);
	struct span reason = span_from(in, ERR_MIN);

	(void)hinted;
	if (len == ACK_LEN && span_starts(in, "ACKF") && span_left(in) >= ACK_LEN) {
		vd_facts_addf(out, "opcua.protocol_version", "%u", span_le32(in, 8));
		vd_facts_addf(out, "opcua.receive_buffer", "%u", span_le32(in, 12));
		vd_facts_addf(out, "opcua.send_buffer", "%u", span_le32(in, 16));
		vd_facts_addf(out, "opcua.max_message", "%u", span_le32(in, 20));
		vd_facts_addf(out, "opcua.max_chunks", "%u", span_le32(in, 24));
		return true;
	}
	if (len == 0 || !span_starts(in, "ERRF") || span_left(in) < ERR_MIN)
		return false;
	vd_facts_addf(out, "opcua.error", "0x%08x", span_le32(in, 8));
	if (span_le32(in, 12) <= span_left(reason)) /* a NULL text has the length -1 */
		decode_add(out, "opcua.reason", span_trim(span_first(reason, span_le32(in, 12))));
	return true;
}

const struct vd_proto vd_proto_opcua = {
	.name = "opcua",
	.starts = opcua_starts,
	.greet = opcua_greet,
	.hear = opcua_hear,
	.decode = opcua_decode,
};
