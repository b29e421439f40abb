/* SPDX-License-Identifier: Apache-2.0 */
/* nrpe.c - NRPE: asks for its version by the name _NRPE_CHECK, which runs no command (NRPE's protocol
 * version 2, "NRPE Documentation"). It is spoken inside TLS by custom. */
#include "proto.h"

/* Version, kind, check sum, result, a text with NULs behind it, two bytes to fill up. */
enum { PACKET = 1036, SUM_AT = 4, RESULT_AT = 8, TEXT_AT = 10, TEXT_LEN = 1024 };
enum { VERSION = 2, QUERY = 1, RESPONSE = 2, RESULT_MAX = 3 };

static const char sign[] = "NRPE v";

/* CRC-32 of IEEE 802.3, 3.2.9. */
static uint32_t crc32_of(const uint8_t *data, size_t len)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void nrpe_greet(struct vd_dialog *d)
{
	uint8_t packet[PACKET] = {0, VERSION, 0, QUERY};
	uint32_t sum;

	memcpy(packet + TEXT_AT, "_NRPE_CHECK", 11);
	sum = crc32_of(packet, sizeof(packet));
	for (size_t i = 0; i < 4; i++)
		packet[SUM_AT + i] = (uint8_t)(sum >> (24 - 8 * i));
	say(d, packet, sizeof(packet));
}

static bool nrpe_starts(struct span in)
{
	return span_be16(in, 0) == VERSION && span_be16(in, 2) == RESPONSE &&
	       span_be16(in, RESULT_AT) <= RESULT_MAX && span_starts(span_from(in, TEXT_AT), sign);
}

static enum vd_step nrpe_hear(struct vd_dialog *d)
{
	static const uint8_t start[] = {0, VERSION, 0, RESPONSE};

	if (!span_may_start_bytes(heard(d), start, sizeof(start)))
		return VD_FOREIGN;
	if (d->in_len < TEXT_AT + strlen(sign))
		return VD_MORE;
	return nrpe_starts(heard(d)) ? whole_at(d, PACKET) : VD_FOREIGN;
}

static bool nrpe_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span text = span_part(in, TEXT_AT + strlen(sign), TEXT_AT + TEXT_LEN);

	(void)hinted;
	if (!nrpe_starts(in))
		return false;
	decode_add(out, "nrpe.version", span_word(text));
	return true;
}

const struct vd_proto vd_proto_nrpe = {
	.name = "nrpe",
	.secure = "nrpes",
	.tls_ports = PORTS(5666),
	.starts = nrpe_starts,
	.greet = nrpe_greet,
	.hear = nrpe_hear,
	.decode = nrpe_decode,
};
