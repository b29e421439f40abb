/* SPDX-License-Identifier: Apache-2.0 */
/* modbus.c - Modbus/TCP: reads the device identification (Modbus Application Protocol
 * 1.1b3, 6.21). */
#include "proto.h"

enum { MBAP_LEN = 6, HEAD = MBAP_LEN + 3, LENGTH_MAX = 254 };
enum { IDENTIFY = 0x2b, REFUSED = 0xab, FAILURE = 0x80, MEI_DEVICE = 0x0e };
/* An exception is unit, function, code; an identification has eight bytes before its objects. */
enum { REFUSED_LEN = 3, IDENTIFY_LEN_MIN = 8, OBJECTS_AT = MBAP_LEN + IDENTIFY_LEN_MIN };

/*
 * Transaction "So", protocol 0, 5 bytes: unit, function 43/14, code 1 (basic), object 0.
 *
 * Unit 255 is the device that has the IP address (Modbus Messaging on TCP/IP 1.0b, 4.4.2.2). Unit 0
 * is allowed too, but a gateway may pass it on to its serial line, where 0 is a broadcast.
 */
static const uint8_t modbus_hello[] = {'S', 'o', 0, 0, 0, 5, 0xff, IDENTIFY, MEI_DEVICE, 1, 0};

/* Is this an answer to that request? An echo of the request fails by its length. */
static bool modbus_starts(struct span in)
{
	size_t len = span_be16(in, 4);

	if (span_left(in) < HEAD || !span_starts_bytes(in, modbus_hello, 4) || in.at[6] != 0xff)
		return false;
	if (in.at[7] == REFUSED)
		return len == REFUSED_LEN;
	return in.at[7] == IDENTIFY && in.at[8] == MEI_DEVICE && len >= IDENTIFY_LEN_MIN &&
	       len <= LENGTH_MAX;
}

static enum vd_step modbus_hear(struct vd_dialog *d)
{
	if (!span_may_start_bytes(heard(d), modbus_hello, 4))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!modbus_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, MBAP_LEN + (size_t)span_be16(heard(d), 4));
}

static void add_objects(struct span in, struct vd_facts *out)
{
	static const char *const facts[] = {"modbus.vendor", "modbus.product", "modbus.revision",
	                                    "modbus.url",    "modbus.name",    "modbus.model"};
	struct span rest = span_from(in, OBJECTS_AT);

	for (uint8_t i = span_u8(in, OBJECTS_AT - 1); i > 0 && span_left(rest) >= 2; i--) {
		struct span value = span_first(span_from(rest, 2), rest.at[1]);

		if (rest.at[0] < sizeof(facts) / sizeof(facts[0]))
			decode_add(out, facts[rest.at[0]], span_trim(value));
		rest = (struct span){value.end, rest.end};
	}
}

static bool modbus_decode(struct span in, bool hinted, struct vd_facts *out)
{
	size_t len = span_be16(in, 4);
	bool whole = span_left(in) == MBAP_LEN + len;

	if (span_left(in) < HEAD || span_be16(in, 2) != 0 || len < REFUSED_LEN || len > LENGTH_MAX)
		return false;
	in = span_first(in, MBAP_LEN + len);
	if (in.at[7] == REFUSED) { /* an exception is an answer to the request as well */
		if (!hinted && (!whole || span_left(in) != HEAD || in.at[8] == 0 || in.at[8] > 11))
			return false;
		vd_facts_addf(out, "modbus.exception", "%u", in.at[8]);
		return true;
	}
	if (in.at[7] != IDENTIFY || in.at[8] != MEI_DEVICE)
		return hinted && (in.at[7] & FAILURE) != 0;
	if (!hinted && (!whole || span_left(in) < OBJECTS_AT || in.at[9] < 1 || in.at[9] > 4))
		return false;
	add_objects(in, out);
	return true;
}

const struct vd_proto vd_proto_modbus = {
	.name = "modbus",
	.starts = modbus_starts,
	HELLO(modbus_hello),
	.hear = modbus_hear,
	.decode = modbus_decode,
};
