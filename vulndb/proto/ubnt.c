/* SPDX-License-Identifier: Apache-2.0 */
/* ubnt.c - discovery of Ubiquiti's devices: decodes the answer to their four bytes, a list of
 * fields, each a type, a length and a value (as the devices answer; the maker publishes no text). */
#include "proto.h"

enum { HEAD = 4, FIELD_HEAD = 3, FIELDS_MAX = 64, MAC = 1, MAC_LEN = 6 };

static const struct {
	uint8_t type;
	const char *fact;
} fields[] = {
	{3, "ubnt.firmware"}, {11, "ubnt.hostname"}, {12, "ubnt.product"},
	{13, "ubnt.essid"},   {20, "ubnt.model"},    {21, "ubnt.model"},
};

static void add_field(uint8_t type, struct span value, struct vd_facts *out)
{
	if (type == MAC && span_left(value) == MAC_LEN)
		vd_facts_addf(out, "ubnt.mac", "%02x:%02x:%02x:%02x:%02x:%02x", value.at[0],
		              value.at[1], value.at[2], value.at[3], value.at[4], value.at[5]);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].type == type)
			decode_add(out, fields[i].fact, span_trim(value));
}

static bool ubnt_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span rest = span_from(in, HEAD);
	size_t len = span_be16(in, 2);
	/* version 1 answers with command 0, version 2 with command 6 */
	uint16_t start = span_be16(in, 0);

	if (span_left(in) <= HEAD || len == 0 || (start != 0x0100 && start != 0x0206) ||
	    (!hinted && span_left(rest) != len))
		return false;
	rest = span_first(rest, len);
	if (span_left(rest) < FIELD_HEAD || (!hinted && rest.at[0] > 2))
		return false;
	for (int i = 0; i < FIELDS_MAX && span_left(rest) >= FIELD_HEAD; i++) {
		size_t size = span_be16(rest, 1);

		add_field(rest.at[0], span_part(rest, FIELD_HEAD, FIELD_HEAD + size), out);
		rest = span_from(rest, FIELD_HEAD + size);
	}
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_ubnt = {
	.name = "ubnt",
	.udp_ports = PORTS(10001),
	.decode = ubnt_decode,
};
