/* SPDX-License-Identifier: Apache-2.0 */
/* couchbase.c - Couchbase's data service: asks for its version in the binary protocol of memcached,
 * which needs no log-in (memcached's wiki, "BinaryProtocolRevamped", Version). */
#include <ctype.h>

#include "proto.h"

enum { HEAD = 24, REQUEST = 0x80, RESPONSE = 0x81, VERSION = 0x0b, LENGTH_AT = 8, TEXT_MAX = 64 };

/* The opaque value, "Sond", comes back. */
static const uint8_t ask_version[HEAD] = {REQUEST, VERSION, [12] = 'S', 'o', 'n', 'd'};

/* Is this the head of an answer without key and extras? */
static bool couchbase_starts(struct span in)
{
	uint32_t len = span_be32(in, LENGTH_AT);

	return span_left(in) >= HEAD && in.at[0] == RESPONSE && in.at[1] == VERSION &&
	       span_be16(in, 2) == 0 && in.at[4] == 0 && span_be16(in, 6) == 0 && len >= 1 &&
	       len <= TEXT_MAX && memcmp(in.at + 12, ask_version + 12, 4) == 0;
}

static enum vd_step couchbase_hear(struct vd_dialog *d)
{
	static const uint8_t start[] = {RESPONSE, VERSION, 0, 0, 0};

	if (!span_may_start_bytes(heard(d), start, sizeof(start)))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!couchbase_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, HEAD + (size_t)span_be32(heard(d), LENGTH_AT));
}

static bool couchbase_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span text = span_part(in, HEAD, HEAD + (size_t)span_be32(in, LENGTH_AT));

	(void)hinted;
	if (!couchbase_starts(in) || !isdigit(span_u8(in, HEAD)))
		return false;
	decode_add(out, "couchbase.version", text);
	return true;
}

const struct vd_proto vd_proto_couchbase = {
	.name = "couchbase",
	.secure = "couchbases",
	.ports = PORTS(11210),
	.tls_ports = PORTS(11207),
	.starts = couchbase_starts,
	HELLO(ask_version),
	.hear = couchbase_hear,
	.decode = couchbase_decode,
};
