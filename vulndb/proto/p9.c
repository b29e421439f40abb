/* SPDX-License-Identifier: Apache-2.0 */
/* p9.c - 9P, the file protocol of Plan 9: sends Tversion, with which each session begins
 * (Plan 9 manual, version(5)), and attaches nothing. */
#include "proto.h"

enum { HEAD = 7, RLERROR = 7, RVERSION = 101, NOTAG = 0xffff };
enum { REFUSAL = HEAD + 4, REPLY_MIN = HEAD + 6, REPLY_MAX = 64, ERROR_MAX = 4095 };

/* size, Tversion, no tag, the longest message, "9P2000" */
static const uint8_t p9_hello[] = {19, 0, 0, 0,   100, 0xff, 0xff, 0,   0x20, 0,
                                   0,  6, 0, '9', 'P', '2',  '0',  '0', '0'};

/* An error of 9P2000.L, as from a server that speaks nothing else. */
static bool is_refusal(struct span in)
{
	return span_left(in) >= HEAD && span_le32(in, 0) == REFUSAL && in.at[4] == RLERROR &&
	       span_le16(in, 5) == NOTAG;
}

static bool p9_starts(struct span in)
{
	return is_refusal(in) ||
	       (span_left(in) >= HEAD && span_le32(in, 0) >= REPLY_MIN &&
	        span_le32(in, 0) <= REPLY_MAX && in.at[4] == RVERSION && span_le16(in, 5) == NOTAG);
}

static enum vd_step p9_hear(struct vd_dialog *d)
{
	if (d->in_len < HEAD)
		return d->in[0] == REFUSAL || (d->in[0] >= REPLY_MIN && d->in[0] <= REPLY_MAX)
		               ? VD_MORE
		               : VD_FOREIGN;
	return p9_starts(heard(d)) ? whole_at(d, span_le32(heard(d), 0)) : VD_FOREIGN;
}

static bool p9_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span version = span_from(in, HEAD + 6);

	(void)hinted;
	if (is_refusal(in) && span_left(in) == REFUSAL && span_le32(in, HEAD) <= ERROR_MAX) {
		vd_facts_addf(out, "9p.error", "%u", (unsigned)span_le32(in, HEAD));
		return true;
	}
	if (!p9_starts(in) || is_refusal(in) || span_left(in) < span_le32(in, 0) ||
	    span_le16(in, HEAD + 4) != span_le32(in, 0) - REPLY_MIN ||
	    !(span_starts(version, "9P") || span_starts(version, "unknown")))
		return false;
	decode_add(out, "9p.version", span_first(version, span_le16(in, HEAD + 4)));
	vd_facts_addf(out, "9p.msize", "%u", (unsigned)span_le32(in, HEAD));
	return true;
}

const struct vd_proto vd_proto_p9 = {
	.name = "9p",
	.ports = PORTS(564),
	.starts = p9_starts,
	HELLO(p9_hello),
	.hear = p9_hear,
	.decode = p9_decode,
};
