/* SPDX-License-Identifier: Apache-2.0 */
/* grab_modbus.c - Modbus/TCP: read device identification (Modbus Application Protocol 1.1b3, 6.21).
 */
#include <string.h>

#include "grab_proto.h"

enum { MBAP_LEN = 6, HEAD = MBAP_LEN + 3, LENGTH_MAX = 254 };
enum { IDENTIFY = 0x2b, REFUSED = 0xab, MEI_DEVICE = 0x0e };
/* An exception is unit, function, code; an identification has eight bytes before its objects. */
enum { REFUSED_LEN = 3, IDENTIFY_LEN_MIN = 8 };

/*
 * Transaction "So", protocol 0, 5 bytes: unit, function 43/14, code 1 (basic), object 0.
 *
 * Unit 255 is the device that has the IP address (Modbus Messaging on TCP/IP 1.0b, 4.4.2.2). Unit 0
 * is allowed too, but a gateway may pass it on to its serial line, where 0 is a broadcast.
 */
static const uint8_t modbus_hello[] = {'S', 'o', 0, 0, 0, 5, 0xff, IDENTIFY, MEI_DEVICE, 1, 0};

/* An answer to that question; whoever sends the question back fails by its length. */
static bool modbus_starts(const uint8_t *p, size_t len)
{
	size_t body;

	if (len < HEAD || memcmp(p, modbus_hello, 4) != 0 || p[6] != 0xff)
		return false;
	body = (size_t)p[4] << 8 | p[5];
	if (p[7] == REFUSED)
		return body == REFUSED_LEN;
	return p[7] == IDENTIFY && p[8] == MEI_DEVICE && body >= IDENTIFY_LEN_MIN &&
	       body <= LENGTH_MAX;
}

static enum grab_step modbus_bytes(struct grab_dialog *d)
{
	const uint8_t *p = d->in.data;
	size_t whole;

	if (memcmp(p, modbus_hello, d->in.len < 4 ? d->in.len : 4) != 0)
		return GRAB_FOREIGN;
	if (d->in.len < HEAD)
		return GRAB_MORE;
	if (!modbus_starts(p, d->in.len))
		return GRAB_FOREIGN;
	d->known = true;
	whole = MBAP_LEN + ((size_t)p[4] << 8 | p[5]);
	if (d->in.len < whole)
		return GRAB_MORE;
	d->first_len = whole;
	return GRAB_DONE;
}

const struct grab_proto grab_proto_modbus = {
	.name = "modbus",
	.starts = modbus_starts,
	.hello = modbus_hello,
	.hello_len = sizeof(modbus_hello),
	.on_bytes = modbus_bytes,
};
