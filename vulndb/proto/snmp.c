/* SPDX-License-Identifier: Apache-2.0 */
/* snmp.c - SNMP: decodes answers to a GET (RFC 3416, 3) and to the discovery of an engine
 * (RFC 3414, 4). */
#include "digest.h"
#include "proto.h"

enum { SEQUENCE = 0x30, INTEGER = 0x02, OCTETS = 0x04, OID = 0x06, RESPONSE = 0xa2 };

/* The value of a BER integer of at most four bytes, read as unsigned. */
static uint32_t number(struct span value)
{
	uint32_t n = 0;

	for (; value.at < value.end; value.at++)
		n = n << 8 | *value.at;
	return n;
}

/* Object identifiers of RFC 3418, 2, in BER. */
static const struct {
	const char *oid;
	const char *fact;
} snmp_objects[] = {
	{"\x2b\x06\x01\x02\x01\x01\x01", "snmp.sysdescr"},
	{"\x2b\x06\x01\x02\x01\x01\x02", "snmp.sysobjectid"},
	{"\x2b\x06\x01\x02\x01\x01\x04", "snmp.contact"},
	{"\x2b\x06\x01\x02\x01\x01\x05", "snmp.name"},
	{"\x2b\x06\x01\x02\x01\x01\x06", "snmp.location"},
};

/* Add an object identifier as dotted numbers (X.690, 8.19). */
static void add_oid(struct vd_facts *out, const char *name, struct span oid)
{
	char text[256];
	size_t len = 0;
	uint32_t arc = 0;

	for (const uint8_t *at = oid.at; at < oid.end && len < sizeof(text) - 16; at++) {
		arc = arc << 7 | (*at & 0x7f);
		if ((*at & 0x80) != 0)
			continue;
		if (len == 0)
			len += (size_t)snprintf(text, sizeof(text), "%u.%u", arc / 40, arc % 40);
		else
			len += (size_t)snprintf(text + len, sizeof(text) - len, ".%u", arc);
		arc = 0;
	}
	decode_add(out, name, span_of(text, len));
}

static void add_binding(struct span binding, struct vd_facts *out)
{
	struct span oid, value;
	uint8_t tag;

	if (!decode_ber(&binding, &tag, &oid) || tag != OID || !decode_ber(&binding, &tag, &value))
		return;
	for (size_t i = 0; i < sizeof(snmp_objects) / sizeof(snmp_objects[0]); i++) {
		if (span_left(oid) != 8 || !span_starts(oid, snmp_objects[i].oid))
			continue;
		if (tag == OCTETS)
			decode_add(out, snmp_objects[i].fact, span_trim(value));
		else if (tag == OID)
			add_oid(out, snmp_objects[i].fact, value);
	}
}

/* What follows the number of the maker in an engine ID (RFC 3411, 5, SnmpEngineID). */
static void add_format(struct span engine, struct vd_facts *out)
{
	static const char *const formats[] = {NULL, "ipv4", "ipv6", "mac", "text", "octets"};
	uint8_t format = span_u8(engine, 4);
	struct span rest = span_from(engine, 5);

	if (format >= 128)
		decode_add_text(out, "snmp.engine_format", "enterprise");
	else if (format > 0 && format < sizeof(formats) / sizeof(formats[0]))
		decode_add_text(out, "snmp.engine_format", formats[format]);
	if (format == 3 && span_left(rest) == 6)
		vd_facts_addf(out, "snmp.engine_mac", "%02x:%02x:%02x:%02x:%02x:%02x", rest.at[0],
		              rest.at[1], rest.at[2], rest.at[3], rest.at[4], rest.at[5]);
}

/*
 * Decode the security parameters (RFC 3414, 2.4): { engine, boots, time, ... }. Where its first bit
 * is set, an engine ID begins with the number of the maker (RFC 3411, 5, SnmpEngineID). So
 * version 3 tells the maker to anyone who asks for the ID.
 */
static void add_engine(struct span security, struct vd_facts *out)
{
	struct span engine, boots, uptime, all;
	char hex[65];
	uint8_t tag;

	if (!decode_ber(&security, &tag, &all) || tag != SEQUENCE ||
	    !decode_ber(&all, &tag, &engine) || tag != OCTETS || span_left(engine) < 5 ||
	    span_left(engine) > 32)
		return;
	digest_hex(engine.at, span_left(engine), hex);
	decode_add_text(out, "snmp.engine_id", hex);
	if ((engine.at[0] & 0x80) != 0) {
		vd_facts_addf(out, "snmp.enterprise", "%u",
		              (unsigned)span_be16(engine, 0) % 0x8000 * 65536 +
		                      span_be16(engine, 2));
		add_format(engine, out);
	}
	if (decode_ber(&all, &tag, &boots) && tag == INTEGER && span_left(boots) <= 4 &&
	    decode_ber(&all, &tag, &uptime) && tag == INTEGER && span_left(uptime) <= 4) {
		vd_facts_addf(out, "snmp.engine_boots", "%u", (unsigned)number(boots));
		vd_facts_addf(out, "snmp.engine_time", "%u", (unsigned)number(uptime));
	}
}

/* Decode { version, community, response { id, status, index, { { name, value } ... } } }
 * (RFC 3416, 3); version 3 has a header instead of the community. */
static bool snmp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span message, version, community, pdu, skipped, list, binding;
	uint8_t tag, pdu_tag;

	(void)hinted;
	if (!decode_ber(&in, &tag, &message) || tag != SEQUENCE ||
	    !decode_ber(&message, &tag, &version) || tag != INTEGER || span_left(version) != 1 ||
	    *version.at > 3 || !decode_ber(&message, &tag, &community))
		return false;
	if (*version.at == 3 && tag == SEQUENCE) {
		decode_add_text(out, "snmp.version", "3");
		if (decode_ber(&message, &tag, &pdu) && tag == OCTETS)
			add_engine(pdu, out);
		return true;
	}
	if (tag != OCTETS || !decode_ber(&message, &pdu_tag, &pdu) || pdu_tag != RESPONSE)
		return false;
	vd_facts_addf(out, "snmp.version", "%s", *version.at == 0 ? "1" : "2c");
	for (int i = 0; i < 3; i++)
		if (!decode_ber(&pdu, &tag, &skipped))
			return true;
	if (decode_ber(&pdu, &tag, &list))
		for (int i = 0; i < 32 && decode_ber(&list, &tag, &binding); i++)
			add_binding(binding, out);
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_snmp = {
	.name = "snmp",
	.udp_ports = PORTS(161, 162),
	.decode = snmp_decode,
};
