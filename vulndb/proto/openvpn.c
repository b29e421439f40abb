/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openvpn.c - OpenVPN: sends the reset with which a client begins (OpenVPN protocol, draft
 * openvpn-wire-protocol, 2 and 3), over TCP with its length before it. The server repeats our
 * session's number. A server with a key for its control channel (tls-auth, tls-crypt) stays silent.
 */
#include "proto.h"

enum { LENGTH = 2, SESSION = 8, CLIENT_RESET = 7 << 3, SERVER_RESET = 8 << 3, ANSWER_MAX = 64 };
/* opcode, the session of the server, number of acknowledged packets, these, our session, number */
enum { ACKS_AT = 9, ACKED_AT = 10, ECHO_AT = 14, WHOLE = 26 };

static const char session[] = "Sonde\1\2\3";

/* length, opcode, session, no acknowledgement, number 0 */
static const uint8_t openvpn_hello[] = {
	0, 14, CLIENT_RESET, 'S', 'o', 'n', 'd', 'e', 1, 2, 3, 0, 0, 0, 0, 0};

/* Is this a reset of a server that acknowledges packet 0 of a client? */
static bool is_reset(struct span packet)
{
	return span_left(packet) >= WHOLE && packet.at[0] == SERVER_RESET &&
	       packet.at[ACKS_AT] == 1 && span_be32(packet, ACKED_AT) == 0;
}

/* The same over TCP, to our session. */
static bool openvpn_starts(struct span in)
{
	struct span packet = span_from(in, LENGTH);

	return span_be16(in, 0) >= WHOLE && span_be16(in, 0) <= ANSWER_MAX && is_reset(packet) &&
	       span_starts(span_from(packet, ECHO_AT), session);
}

static enum vd_step openvpn_hear(struct vd_dialog *d)
{
	static const uint8_t zero[] = {0};

	if (!span_may_start_bytes(heard(d), zero, sizeof(zero)))
		return VD_FOREIGN;
	if (d->in_len < LENGTH + 1)
		return VD_MORE;
	if (d->in[1] < WHOLE || d->in[1] > ANSWER_MAX || d->in[LENGTH] != SERVER_RESET)
		return VD_FOREIGN;
	if (d->in_len < LENGTH + WHOLE)
		return VD_MORE;
	return openvpn_starts(heard(d)) ? whole_at(d, LENGTH + (size_t)d->in[1]) : VD_FOREIGN;
}

/* Over UDP our session's number begins with a tag of the probe, whose echo was checked. */
static bool openvpn_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span rest = span_from(in, ECHO_AT + 4);

	(void)hinted;
	if (!openvpn_starts(in) &&
	    !(is_reset(in) && span_left(in) <= ANSWER_MAX && span_starts(rest, session + 4)))
		return false;
	decode_add_text(out, "openvpn.reset", "v2");
	return true;
}

const struct vd_proto vd_proto_openvpn = {
	.name = "openvpn",
	.ports = PORTS(1194),
	.udp_ports = PORTS(1194),
	HELLO(openvpn_hello),
	.hear = openvpn_hear,
	.decode = openvpn_decode,
};
