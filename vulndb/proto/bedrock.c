/* SPDX-License-Identifier: Apache-2.0 */
/* bedrock.c - Minecraft's Bedrock edition: decodes the answer to an unconnected ping of RakNet
 * (Minecraft protocol wiki, "Raknet Protocol"), a list of texts between semicolons. */
#include "proto.h"

enum { PONG = 0x1c, MAGIC_AT = 17, LENGTH_AT = 33, TEXT_AT = 35, FIELDS = 6, VALUE_MAX = 128 };

/* The bytes by which RakNet knows its messages without a connection. */
static const uint8_t magic[] = {0x00, 0xff, 0xff, 0x00, 0xfe, 0xfe, 0xfe, 0xfe,
                                0xfd, 0xfd, 0xfd, 0xfd, 0x12, 0x34, 0x56, 0x78};

/* Edition, name, protocol, version, players now, most players; the players now change. */
static const char *const facts[FIELDS] = {"minecraft.edition",
                                          "minecraft.description",
                                          "minecraft.protocol",
                                          "minecraft.version",
                                          NULL,
                                          "minecraft.players_max"};

static bool bedrock_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span rest = span_first(span_from(in, TEXT_AT), span_be16(in, LENGTH_AT));

	(void)hinted;
	if (span_u8(in, 0) != PONG ||
	    !span_starts_bytes(span_from(in, MAGIC_AT), magic, sizeof(magic)))
		return false;
	for (size_t i = 0; i < FIELDS && rest.at < rest.end; i++) {
		struct span value = rest;

		for (value.end = rest.at; value.end < rest.end && *value.end != ';';)
			value.end++;
		if (facts[i] != NULL)
			decode_add(out, facts[i], span_first(value, VALUE_MAX));
		rest = span_from(rest, span_left(value) + 1);
	}
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_bedrock = {
	.name = "minecraft-bedrock",
	.shown = "minecraft",
	.udp_ports = PORTS(19132),
	.decode = bedrock_decode,
};
