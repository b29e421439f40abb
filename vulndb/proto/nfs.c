/* SPDX-License-Identifier: Apache-2.0 */
/* nfs.c - NFS: calls the procedure NULL of version 0, which no server has; the server names the lowest
 * and the highest version that it has (RFC 1813, 3.3.0; RFC 5531, 9: PROG_MISMATCH). */
#include "rpc.h"

static const char xid[] = "Sonn";
static const char null_call[] = RPC_CALL("Sonn", "\0\1\x86\xa3", "\0\0\0\0", "\0\0\0\0");

static bool nfs_starts(struct span in)
{
	return rpc_answers(in, xid);
}

static enum vd_step nfs_hear(struct vd_dialog *d)
{
	return rpc_hear(d, xid);
}

static bool nfs_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct rpc_reply r;

	(void)hinted;
	if (!rpc_read(rpc_record(in, xid), &r) || r.status == RPC_PROG_UNAVAIL)
		return false;
	vd_facts_addf(out, "nfs.status", "%u", r.status);
	if (r.status == RPC_PROG_MISMATCH && span_left(r.results) >= 8)
		vd_facts_addf(out, "nfs.versions", "%u-%u", span_be32(r.results, 0),
		              span_be32(r.results, 4));
	return true;
}

const struct vd_proto vd_proto_nfs = {
	.name = "nfs",
	.ports = PORTS(2049),
	.starts = nfs_starts,
	HELLO_TEXT(null_call),
	.hear = nfs_hear,
	.decode = nfs_decode,
};
