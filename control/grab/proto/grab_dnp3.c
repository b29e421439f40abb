/* SPDX-License-Identifier: Apache-2.0 */
/* grab_dnp3.c - DNP3: the state of the link, a question of the link layer (IEEE 1815, 9.2.4). */
#include <string.h>

#include "grab_proto.h"

/* Start, length, control, destination, source, check sequence; then data in blocks of 16. */
enum { HEAD = 10, LENGTH_MIN = 5, BLOCK = 16, CRC = 2 };
enum { FROM_MASTER = 0x80, PRIMARY = 0x40, RESERVED = 0x20 };

/*
 * REQUEST LINK STATUS (9) from the master 1 to the outstation 0. The frame resets nothing and asks
 * for no data. Addresses from 0xfffd on are broadcasts; 0xfffc, an outstation's name for itself, is
 * off unless somebody has turned it on. 0 is the factory setting of some devices.
 */
static const uint8_t dnp3_hello[HEAD] = {0x05, 0x64, LENGTH_MIN, FROM_MASTER | PRIMARY | 9, 0, 0, 1,
                                         0,    0x78, 0xe7};

/* Control octet of an outstation. The functions are ACK, NACK, LINK STATUS and NOT SUPPORTED in an
 * answer, and data, confirmed or not, the tests and the resets in a frame of its own. */
static bool outstation(uint8_t control)
{
	static const uint16_t answers = 1 << 0 | 1 << 1 | 1 << 11 | 1 << 15;
	static const uint16_t frames = 1 << 0 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 9;
	bool primary = (control & PRIMARY) != 0;

	return (control & FROM_MASTER) == 0 && (primary || (control & RESERVED) == 0) &&
	       ((primary ? frames : answers) >> (control & 15) & 1) != 0;
}

static bool dnp3_starts(const uint8_t *p, size_t len)
{
	return len >= HEAD && p[0] == 0x05 && p[1] == 0x64 && p[2] >= LENGTH_MIN &&
	       outstation(p[3]);
}

static enum grab_step dnp3_bytes(struct grab_dialog *d)
{
	const uint8_t *p = d->in.data;
	size_t data, whole;

	if (memcmp(p, dnp3_hello, d->in.len < 2 ? d->in.len : 2) != 0)
		return GRAB_FOREIGN;
	if (d->in.len < HEAD)
		return GRAB_MORE;
	if (!dnp3_starts(p, d->in.len))
		return GRAB_FOREIGN;
	d->known = true;
	data = (size_t)p[2] - LENGTH_MIN;
	whole = HEAD + data + CRC * ((data + BLOCK - 1) / BLOCK);
	if (d->in.len < whole)
		return GRAB_MORE;
	d->first_len = whole;
	return GRAB_DONE;
}

const struct grab_proto grab_proto_dnp3 = {
	.name = "dnp3",
	.starts = dnp3_starts,
	.hello = dnp3_hello,
	.hello_len = sizeof(dnp3_hello),
	.on_bytes = dnp3_bytes,
};
