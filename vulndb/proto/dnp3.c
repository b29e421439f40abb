/* SPDX-License-Identifier: Apache-2.0 */
/* dnp3.c - DNP3: asks for the state of the link, a request of the link layer (IEEE 1815, 9.2). */
#include "proto.h"

/* A frame: start, length, control, destination, source, check sequence; then data in blocks of
 * 16. */
enum { HEAD = 10, LENGTH_MIN = 5, BLOCK = 16, CRC = 2 };
enum { FROM_MASTER = 0x80, PRIMARY = 0x40, RESERVED = 0x20 };

/*
 * REQUEST LINK STATUS (9) from the master 1 to the outstation 0. The frame resets nothing and asks
 * for no data. Addresses from 0xfffd on are broadcasts; 0xfffc, an outstation's name for itself, is
 * off unless somebody has turned it on. 0 is the factory setting of some devices.
 */
static const uint8_t dnp3_hello[HEAD] = {0x05, 0x64, LENGTH_MIN, FROM_MASTER | PRIMARY | 9, 0, 0, 1,
                                         0,    0x78, 0xe7};

/* Is this the control octet of an outstation? The functions of an answer are ACK, NACK, LINK STATUS
 * and NOT SUPPORTED. Those of a frame that it sends unasked are the reset and the test of the link,
 * data, confirmed or not, and the request for the link's status. */
static bool outstation(uint8_t control)
{
	static const uint16_t answers = 1 << 0 | 1 << 1 | 1 << 11 | 1 << 15;
	static const uint16_t frames = 1 << 0 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 9;
	bool primary = (control & PRIMARY) != 0;

	return (control & FROM_MASTER) == 0 && (primary || (control & RESERVED) == 0) &&
	       ((primary ? frames : answers) >> (control & 15) & 1) != 0;
}

static bool dnp3_starts(struct span in)
{
	return span_left(in) >= HEAD && span_be16(in, 0) == 0x0564 && in.at[2] >= LENGTH_MIN &&
	       outstation(in.at[3]);
}

static enum vd_step dnp3_hear(struct vd_dialog *d)
{
	size_t data;

	if (!span_may_start_bytes(heard(d), dnp3_hello, 2))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!dnp3_starts(heard(d)))
		return VD_FOREIGN;
	data = (size_t)d->in[2] - LENGTH_MIN;
	return whole_at(d, HEAD + data + CRC * ((data + BLOCK - 1) / BLOCK));
}

/* The check sequence of a block (9.2.4.1.7): polynomial 0x3d65, low bit first, inverted. */
static uint16_t check_sequence(struct span in)
{
	uint16_t crc = 0;

	for (; in.at < in.end; in.at++) {
		crc ^= *in.at;
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xa6bc : crc >> 1);
	}
	return (uint16_t)~crc;
}

static bool dnp3_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const answers[16] = {
		[0] = "ack", [1] = "nack", [11] = "link_status", [15] = "not_supported"};
	uint8_t control = span_u8(in, 3), function = control & 15;

	(void)hinted;
	if (span_left(in) < HEAD || span_be16(in, 0) != 0x0564 || in.at[2] < LENGTH_MIN ||
	    (control & FROM_MASTER) != 0 ||
	    span_le16(in, HEAD - CRC) != check_sequence(span_first(in, HEAD - CRC)))
		return false;
	vd_facts_addf(out, "dnp3.destination", "%u", span_le16(in, 4));
	vd_facts_addf(out, "dnp3.source", "%u", span_le16(in, 6));
	if ((control & PRIMARY) == 0 && answers[function] != NULL)
		decode_add_text(out, "dnp3.function", answers[function]);
	else
		vd_facts_addf(out, "dnp3.function", "%u", function);
	return true;
}

const struct vd_proto vd_proto_dnp3 = {
	.name = "dnp3",
	.starts = dnp3_starts,
	HELLO(dnp3_hello),
	.hear = dnp3_hear,
	.decode = dnp3_decode,
};
