/* SPDX-License-Identifier: Apache-2.0 */
/* tls.c - recognises TLS by its first record (RFC 8446, 5.1). The caller that carries the bytes
 * does the handshake. */
#include "proto.h"

enum { ALERT = 0x15, HANDSHAKE = 0x16, MAJOR = 3, MINOR_MAX = 4, RECORD_MAX = 16384 + 256 };

static bool tls_starts(struct span in)
{
	return span_left(in) >= 3 && (in.at[0] == ALERT || in.at[0] == HANDSHAKE) &&
	       in.at[1] == MAJOR && in.at[2] <= MINOR_MAX;
}

static bool tls_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	(void)out;
	return tls_starts(in) && span_left(in) >= 6 && span_be16(in, 3) > 0 &&
	       span_be16(in, 3) <= RECORD_MAX;
}

const struct vd_proto vd_proto_tls = {
	.name = "tls",
	.shown = "ssl",
	.aliases = NAMES("ssl"),
	.starts = tls_starts,
	.decode = tls_decode,
};
