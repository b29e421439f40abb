/* SPDX-License-Identifier: Apache-2.0 */
/* rpc.c - reads replies of ONC remote procedure calls (RFC 5531, 9 and 11). */
#include "rpc.h"

/* The highest bit of a mark tells that the record is the last of its message. */
enum { MARK = 4, LEN_MASK = 0x7fffffff, RECORD_MAX = 65536 };
/* ID, kind, whether it was accepted, the verifier: its flavour and length. */
enum { REPLY = 1, ACCEPTED = 0, DENIED = 1, VERIFIER_AT = 16, VERIFIER_MAX = 400, REPLY_MIN = 20 };

bool rpc_read(struct span in, struct rpc_reply *r)
{
	size_t verifier = span_be32(in, VERIFIER_AT);

	if (span_left(in) < REPLY_MIN || span_be32(in, 4) != REPLY || span_be32(in, 8) > DENIED)
		return false;
	if (span_be32(in, 8) == DENIED) {
		*r = (struct rpc_reply){RPC_DENIED, {in.end, in.end}};
		return span_be32(in, 12) <= 1;
	}
	if (verifier > VERIFIER_MAX || span_left(in) < VERIFIER_AT + 4 + verifier + 4)
		return false;
	in = span_from(in, VERIFIER_AT + 4 + verifier);
	*r = (struct rpc_reply){span_be32(in, 0), span_from(in, 4)};
	return r->status <= 5;
}

struct span rpc_record(struct span in, const char *xid)
{
	uint32_t len = span_be32(in, 0) & LEN_MASK;

	if (len < REPLY_MIN || len > RECORD_MAX || !span_starts(span_from(in, MARK), xid) ||
	    span_be32(in, MARK + 4) != REPLY)
		return (struct span){in.end, in.end};
	return span_part(in, MARK, MARK + (size_t)len);
}

bool rpc_answers(struct span in, const char *xid)
{
	struct span record = rpc_record(in, xid);
	struct rpc_reply r;

	return span_left(record) > 0 && (!rpc_read(record, &r) || r.status != RPC_PROG_UNAVAIL);
}

enum vd_step rpc_hear(struct vd_dialog *d, const char *xid)
{
	struct span in = heard(d);
	size_t at = 0;

	if ((in.at[0] & 0x7f) != 0 || !span_may_start(span_from(in, MARK), xid))
		return VD_FOREIGN;
	if (d->in_len < MARK + 8)
		return VD_MORE;
	if (span_left(rpc_record(in, xid)) == 0)
		return VD_FOREIGN;
	d->known = rpc_answers(in, xid);
	while (d->in_len - at >= MARK) {
		uint32_t mark = span_be32(in, at);
		size_t len = mark & LEN_MASK;

		if (len > RECORD_MAX || d->in_len - at - MARK < len)
			return VD_MORE;
		at += MARK + len;
		if (mark > LEN_MASK)
			return d->known ? whole_at(d, at) : VD_FOREIGN;
	}
	return VD_MORE;
}
