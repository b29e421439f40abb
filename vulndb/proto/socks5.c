/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socks5.c - SOCKS version 5: offers to go on without a log-in and with one (RFC 1928, 3), and reads
 * which the proxy chooses. No log-in and no connection follows. Version 4 has no such question:
 * its only request opens a connection, so it is not sent. How it refuses ours, socks4.c knows.
 */
#include "proto.h"

enum { VERSION = 5, ANSWER = 2, NONE = 0, PASSWORD = 2, REFUSED = 0xff };

static const uint8_t socks5_hello[] = {VERSION, 2, NONE, PASSWORD};

static bool is_answer(struct span in)
{
	return span_left(in) == ANSWER && in.at[0] == VERSION &&
	       (in.at[1] == NONE || in.at[1] == PASSWORD || in.at[1] == REFUSED);
}

static enum vd_step socks5_hear(struct vd_dialog *d)
{
	if (d->in[0] != VERSION)
		return VD_FOREIGN;
	if (d->in_len < ANSWER)
		return VD_MORE;
	return is_answer(heard(d)) ? whole_at(d, ANSWER) : VD_FOREIGN;
}

/* Two bytes are no sign, so only who was asked is believed. */
static bool socks5_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!hinted || !is_answer(in))
		return false;
	decode_add_text(out, "socks.version", "5");
	decode_add_text(out, "socks.method",
	                in.at[1] == NONE       ? "none"
	                : in.at[1] == PASSWORD ? "password"
	                                       : "refused");
	if (in.at[1] != REFUSED)
		decode_add_bool(out, "socks.auth_required", in.at[1] != NONE);
	return true;
}

const struct vd_proto vd_proto_socks5 = {
	.name = "socks5",
	.aliases = NAMES("socks"),
	.ports = PORTS(1080, 4447, 9050, 9150),
	HELLO(socks5_hello),
	.hear = socks5_hear,
	.decode = socks5_decode,
};
