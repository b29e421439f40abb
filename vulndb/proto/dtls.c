/* SPDX-License-Identifier: Apache-2.0 */
/* dtls.c - DTLS: decodes what answers a ClientHello without a cookie: a HelloVerifyRequest, the
 * server's own hello or an alert (RFC 6347, 4.1 and 4.2.1). */
#include "proto.h"

enum { HEAD = 13, ALERT = 21, HANDSHAKE = 22, SERVER_HELLO = 2, VERIFY = 3, MESSAGE_HEAD = 12 };

static const char *version_name(uint16_t version)
{
	return version == 0xfeff   ? "1.0"
	       : version == 0xfefd ? "1.2"
	       : version == 0xfefc ? "1.3"
	                           : NULL;
}

static bool dtls_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint8_t type = span_u8(in, 0), message = span_u8(in, HEAD);
	size_t len = span_be16(in, 11);

	(void)hinted;
	/* epoch 0 and a small number; a record that is there as a whole, or is cut by the wire */
	if (version_name(span_be16(in, 1)) == NULL || span_be32(in, 3) != 0 || len == 0 ||
	    span_left(in) <= HEAD)
		return false;
	if (type == ALERT && len == 2) {
		decode_add_text(out, "dtls.answer", "alert");
		vd_facts_addf(out, "dtls.alert", "%u", span_u8(in, HEAD + 1));
		return true;
	}
	if (type != HANDSHAKE || (message != VERIFY && message != SERVER_HELLO) ||
	    len < MESSAGE_HEAD)
		return false;
	decode_add_text(out, "dtls.answer", message == VERIFY ? "verify" : "hello");
	/* Of a verification the version says nothing (4.2.1). */
	if (message == SERVER_HELLO)
		decode_add_text(out, "dtls.version",
		                version_name(span_be16(in, HEAD + MESSAGE_HEAD)));
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_dtls = {
	.name = "dtls",
	.udp_ports = PORTS(3391, 5349, 5684),
	.decode = dtls_decode,
};
