/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle.c - Oracle's listener: asks for its version and connects to no database.
 *
 * Oracle publishes the text of the request (Net Services Reference, "lsnrctl version"), not the layout
 * of the packets of TNS, which is what Wireshark's tns dissector shows.
 */
#include <ctype.h>
#include <stdlib.h>

#include "proto.h"

enum { HEAD = 8, CONNECT_HEAD = 58, ANSWER_MAX = 8192, TEXT_MAX = 1024 };
enum { ACCEPT = 2, REFUSE = 4, DATA = 6, RESEND = 11 };
enum { ASKED, ASKED_AGAIN };

#define COMMAND "(DESCRIPTION=(CONNECT_DATA=(COMMAND=VERSION)))"

enum { COMMAND_LEN = sizeof(COMMAND) - 1 };

/* Length, checksum, type CONNECT, flags; then version 3.14 and the oldest that we take, 3.00, options,
 * sizes of units, characteristics, the number 1 in our order of bytes, length and offset of the
 * command. */
static const uint8_t connect[CONNECT_HEAD] = {
	0,    CONNECT_HEAD + COMMAND_LEN,
	0,    0,
	1,    0,
	0,    0,
	1,    0x3a,
	1,    0x2c,
	0,    0,
	8,    0,
	0x7f, 0xff,
	0x7f, 8,
	0,    0,
	0,    1,
	0,    COMMAND_LEN,
	0,    CONNECT_HEAD,
};

static void oracle_greet(struct vd_dialog *d)
{
	say(d, connect, sizeof(connect));
	say_text(d, COMMAND);
}

/* Is this the head of a packet that answers a CONNECT? */
static bool is_packet(struct span in)
{
	uint8_t type = span_u8(in, 4);

	return span_left(in) >= HEAD && span_be16(in, 0) >= HEAD &&
	       span_be16(in, 0) <= ANSWER_MAX && span_be16(in, 2) == 0 && span_be16(in, 6) == 0 &&
	       (type == ACCEPT || type == REFUSE || type == DATA || type == RESEND);
}

/* Does the packet say what only a listener does? */
static bool is_telling(struct span packet)
{
	return span_find(packet, "(VSNNUM=", false) != NULL ||
	       span_find(packet, "TNSLSNR", false) != NULL ||
	       span_find(packet, "(DESCRIPTION=", false) != NULL;
}

static bool oracle_starts(struct span in)
{
	return is_packet(in) && is_telling(span_first(in, TEXT_MAX));
}

/* The packet is whole: take the next step. */
static enum vd_step after(struct vd_dialog *d, struct span packet)
{
	uint8_t type = span_u8(packet, 4);

	d->known = d->known || is_telling(packet);
	if (type == ACCEPT)
		return VD_MORE;
	if (type != RESEND || d->state == ASKED_AGAIN)
		return d->known ? VD_DONE : VD_FOREIGN;
	d->state = ASKED_AGAIN;
	oracle_greet(d);
	return VD_MORE;
}

static enum vd_step oracle_hear(struct vd_dialog *d)
{
	enum vd_step step = VD_MORE;

	while (step == VD_MORE && d->seen < d->in_len) {
		struct span rest = unseen(d);

		if (span_left(rest) < HEAD)
			return d->known || rest.at[0] <= ANSWER_MAX >> 8 ? VD_MORE : VD_FOREIGN;
		if (!is_packet(rest))
			return d->known ? VD_DONE : VD_FOREIGN;
		if (span_left(rest) < span_be16(rest, 0))
			return VD_MORE;
		step = after(d, span_first(rest, span_be16(rest, 0)));
		d->seen += span_be16(rest, 0);
	}
	return step;
}

/* Add the version that VSNNUM packs: since 18 its second and fourth part have a byte each. */
static void add_packed(struct vd_facts *out, uint32_t v)
{
	if (v >> 24 >= 18)
		vd_facts_addf(out, "oracle.version", "%u.%u.%u.%u.%u", v >> 24, v >> 16 & 0xff,
		              v >> 12 & 0xf, v >> 4 & 0xff, v & 0xf);
	else
		vd_facts_addf(out, "oracle.version", "%u.%u.%u.%u.%u", v >> 24, v >> 20 & 0xf,
		              v >> 12 & 0xf, v >> 8 & 0xf, v & 0xf);
}

/* The number behind @key; 0 where there is none. */
static uint32_t number(struct span in, const char *key)
{
	const uint8_t *at = span_find(in, key, false);
	uint64_t n = 0;

	for (at = at != NULL ? at + strlen(key) : in.end; at < in.end && isdigit(*at); at++)
		n = n * 10 + (uint64_t)(*at - '0') <= UINT32_MAX ? n * 10 + (uint64_t)(*at - '0')
		                                                 : 0;
	return (uint32_t)n;
}

static bool oracle_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char before[] = ": Version ";
	const uint8_t *at;

	(void)hinted;
	if (!oracle_starts(in))
		return false;
	in = span_first(in, TEXT_MAX);
	at = span_find(in, "TNSLSNR", false) != NULL ? span_find(in, before, false) : NULL;
	if (at != NULL)
		decode_add(out, "oracle.version",
		           span_word((struct span){at + strlen(before), in.end}));
	else if (number(in, "(VSNNUM=") >> 24 != 0)
		add_packed(out, number(in, "(VSNNUM="));
	if (number(in, "(VSNNUM=") != 0)
		vd_facts_addf(out, "oracle.vsnnum", "%u", number(in, "(VSNNUM="));
	if (number(in, "(ERR=") != 0)
		vd_facts_addf(out, "oracle.error", "%u", number(in, "(ERR="));
	return true;
}

const struct vd_proto vd_proto_oracle = {
	.name = "oracle",
	.secure = "oracle-tcps",
	.aliases = NAMES("oracle-tns"),
	.ports = PORTS(1521, 1522, 1526),
	.tls_ports = PORTS(2484),
	.starts = oracle_starts,
	.greet = oracle_greet,
	.hear = oracle_hear,
	.decode = oracle_decode,
};
