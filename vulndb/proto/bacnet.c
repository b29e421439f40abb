/* SPDX-License-Identifier: Apache-2.0 */
/* bacnet.c - BACnet/IP: decodes answers to ReadProperty, and I-Am (ASHRAE 135). */
#include "proto.h"

enum { BVLL = 0x81, BVLL_FORWARDED = 4, BVLL_UNICAST = 10, BVLL_BROADCAST = 11 };
enum { I_AM = 0x1000, READ_PROPERTY = 12, OBJECT_IDENTIFIER = 75, VENDOR_IDENTIFIER = 120 };
enum { ACK = 0x30, ERROR = 0x50, REJECT = 0x60, ABORT = 0x70 };
enum { TAG_OBJECT = 0xc4, TAG_SEGMENTATION = 0x91, DEVICE = 8 };

/* Add the instance of an object identifier (20.2.14): ten bits of type, then the instance. */
static void add_instance(uint32_t object, struct vd_facts *out)
{
	if (object >> 22 == DEVICE)
		vd_facts_addf(out, "bacnet.instance", "%u", object & 0x3fffff);
}

/* Take an unsigned integer with application tag 2 in one or two bytes (20.2.4); *@s moves behind
 * it. */
static bool take_unsigned(struct span *s, uint16_t *value)
{
	uint8_t tag = span_u8(*s, 0);
	size_t len = tag == 0x21 ? 1 : tag == 0x22 ? 2 : 0;

	if (len == 0 || span_left(*s) < 1 + len)
		return false;
	*value = len == 1 ? s->at[1] : span_be16(*s, 1);
	*s = span_from(*s, 1 + len);
	return true;
}

/* Decode a BACnetI-Am-Request (21): device, longest APDU, segmentation, vendor. */
static bool add_i_am(struct span in, struct vd_facts *out)
{
	uint16_t longest, vendor;

	if (span_left(in) < 5 || in.at[0] != TAG_OBJECT)
		return false;
	add_instance(span_be32(in, 1), out);
	in = span_from(in, 5);
	if (!take_unsigned(&in, &longest) || span_u8(in, 0) != TAG_SEGMENTATION)
		return true;
	in = span_from(in, 2);
	if (take_unsigned(&in, &vendor))
		vd_facts_addf(out, "bacnet.vendor_id", "%u", vendor);
	return true;
}

/* Decode a ReadProperty-ACK (21): the object in tag 0, the property in tag 1, the value between the
 * brackets of tag 3. */
static bool add_property(struct span in, struct vd_facts *out)
{
	uint8_t property = span_u8(in, 6);
	struct span value = span_from(in, 8);
	uint16_t vendor;

	if (span_left(in) < 9 || in.at[0] != 0x0c || in.at[5] != 0x19 || in.at[7] != 0x3e)
		return false;
	if (property == OBJECT_IDENTIFIER && span_left(value) >= 5 && value.at[0] == TAG_OBJECT)
		add_instance(span_be32(value, 1), out);
	else if (property == VENDOR_IDENTIFIER && take_unsigned(&value, &vendor))
		vd_facts_addf(out, "bacnet.vendor_id", "%u", vendor);
	return true;
}

/* Decode an APDU, the part of the application (20.1); the upper half of its first byte is the
 * kind. */
static bool add_apdu(struct span in, struct vd_facts *out)
{
	uint8_t kind = span_u8(in, 0);

	if (span_left(in) < 3)
		return false;
	if (span_be16(in, 0) == I_AM)
		return add_i_am(span_from(in, 2), out);
	if (kind == ACK && in.at[2] == READ_PROPERTY)
		return add_property(span_from(in, 3), out);
	if (kind == ERROR && in.at[2] == READ_PROPERTY && span_u8(in, 3) == 0x91)
		vd_facts_addf(out, "bacnet.error", "%u:%u", span_u8(in, 4), span_u8(in, 6));
	else if (kind == REJECT || (kind & 0xfe) == ABORT)
		vd_facts_addf(out, "bacnet.error", "%s:%u", kind == REJECT ? "reject" : "abort",
		              in.at[2]);
	else
		return false;
	return true;
}

/* Skip the network header (6.2): version, control, and the addresses that control announces.
 * Nothing is left where it is no BACnet data. */
static struct span skip_network(struct span in)
{
	enum { MESSAGE = 0x80, TO = 0x20, FROM = 0x08 };
	uint8_t control = span_u8(in, 1);

	if (span_u8(in, 0) != 1 || (control & MESSAGE) != 0)
		return (struct span){in.end, in.end};
	in = span_from(in, 2);
	if ((control & TO) != 0)
		in = span_from(in, 3 + (size_t)span_u8(in, 2));
	if ((control & FROM) != 0)
		in = span_from(in, 3 + (size_t)span_u8(in, 2));
	return span_from(in, (control & TO) != 0 ? 1 : 0); /* hop count */
}

/* Decode a datagram (annex J.2): type, function, length of the whole datagram, then the rest. */
static bool bacnet_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint8_t function = span_u8(in, 1);

	(void)hinted;
	if (span_left(in) < 8 || in.at[0] != BVLL || span_be16(in, 2) != span_left(in))
		return false;
	if (function == BVLL_FORWARDED)
		return add_apdu(skip_network(span_from(in, 10)), out);
	if (function != BVLL_UNICAST && function != BVLL_BROADCAST)
		return false;
	return add_apdu(skip_network(span_from(in, 4)), out);
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_bacnet = {
	.name = "bacnet",
	.decode = bacnet_decode,
};
