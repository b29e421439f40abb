/* SPDX-License-Identifier: Apache-2.0 */
/* knx.c - KNXnet/IP: decodes the answer to a description request, which every server gives without a
 * connection (KNX standard 3/8/2, 7.6.3 and 7.6.4). */
#include "proto.h"

/* The header: its length, version, the service, the length of all. */
enum { HEAD = 6, VERSION = 0x10, DESCRIPTION_RESPONSE = 0x0204 };
/* The block about the device: length, kind, medium, status, address, installation, serial number,
 * multicast address, MAC address, name. */
enum { DEVICE = 1, DEVICE_LEN = 54, SERIAL_AT = 8, MAC_AT = 18, NAME_AT = 24 };

static bool is_response(struct span in)
{
	return span_left(in) >= HEAD + DEVICE_LEN && in.at[0] == HEAD && in.at[1] == VERSION &&
	       span_be16(in, 2) == DESCRIPTION_RESPONSE && span_be16(in, 4) >= HEAD + DEVICE_LEN &&
	       in.at[HEAD] == DEVICE_LEN && in.at[HEAD + 1] == DEVICE;
}

static const char *medium_name(uint8_t medium)
{
	return medium == 0x02 ? "tp1" : medium == 0x04 ? "pl110" : medium == 0x10 ? "rf" : "ip";
}

static bool knx_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span device = span_part(in, HEAD, HEAD + DEVICE_LEN), name;
	const uint8_t *s = device.at + SERIAL_AT, *m = device.at + MAC_AT;
	uint16_t address = span_be16(device, 4);

	(void)hinted;
	if (!is_response(in))
		return false;
	name = span_from(device, NAME_AT);
	decode_add(out, "knx.name", span_trim(span_text(&name)));
	vd_facts_addf(out, "knx.address", "%u.%u.%u", address >> 12, address >> 8 & 0xf,
	              address & 0xff);
	decode_add_text(out, "knx.medium", medium_name(device.at[2]));
	vd_facts_addf(out, "knx.serial", "%02x%02x%02x%02x%02x%02x", s[0], s[1], s[2], s[3], s[4],
	              s[5]);
	vd_facts_addf(out, "knx.mac", "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
	              m[5]);
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. Its port is in
 * fragile.c. */
const struct vd_proto vd_proto_knx = {
	.name = "knx",
	.decode = knx_decode,
};
