/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtmp.c - RTMP: sends the first two chunks of its handshake (Adobe's RTMP specification 1.0, 5.2).
 * The server repeats the bytes of the second one, which shows that it speaks RTMP.
 */
#include "proto.h"

enum { CHUNK = 1536, CHUNK_HEAD = 8, VERSION = 3, S2_AT = 1 + CHUNK, WHOLE = 1 + 2 * CHUNK };

static const char filling[] = "Sonde looks at RTMP ";

/* The bytes of our second chunk from its offset @at on, which the server repeats. */
static uint8_t filled(size_t at)
{
	return (uint8_t)filling[at % (sizeof(filling) - 1)];
}

static void rtmp_greet(struct vd_dialog *d)
{
	uint8_t chunk[1 + CHUNK] = {VERSION};

	for (size_t i = CHUNK_HEAD; i < CHUNK; i++)
		chunk[1 + i] = filled(i);
	say(d, chunk, sizeof(chunk));
}

static bool rtmp_starts(struct span in)
{
	if (span_left(in) < WHOLE || in.at[0] != VERSION)
		return false;
	for (size_t i = CHUNK_HEAD; i < CHUNK; i++)
		if (in.at[S2_AT + i] != filled(i))
			return false;
	return true;
}

static enum vd_step rtmp_hear(struct vd_dialog *d)
{
	if (d->in[0] != VERSION)
		return VD_FOREIGN;
	if (d->in_len < WHOLE)
		return VD_MORE;
	return rtmp_starts(heard(d)) ? whole_at(d, WHOLE) : VD_FOREIGN;
}

/* Some servers state their version behind the time of their second chunk, others four zeros. */
static bool rtmp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!rtmp_starts(in))
		return false;
	if (span_be32(in, 5) != 0)
		vd_facts_addf(out, "rtmp.version", "%u.%u.%u.%u", in.at[5], in.at[6], in.at[7],
		              in.at[8]);
	return true;
}

const struct vd_proto vd_proto_rtmp = {
	.name = "rtmp",
	.ports = PORTS(1935),
	.starts = rtmp_starts,
	.greet = rtmp_greet,
	.hear = rtmp_hear,
	.decode = rtmp_decode,
};
