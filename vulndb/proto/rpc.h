/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpc.h - the remote procedure calls of ONC (RFC 5531), which carry the port mapper and NFS.
 */
#ifndef VULNDB_PROTO_RPC_H
#define VULNDB_PROTO_RPC_H

#include "proto.h"

enum rpc_status {
	RPC_SUCCESS = 0,
	RPC_PROG_UNAVAIL = 1,
	RPC_PROG_MISMATCH = 2,
	RPC_DENIED = 100, /* not of the protocol: the call was denied */
};

/* A call without arguments and without credentials (RFC 5531, 9), with the record mark of TCP before
 * it (11). @xid are four characters. */
#define RPC_CALL(xid, program, version, procedure)                                                 \
	"\x80\0\0\x28" xid "\0\0\0\0\0\0\0\2" program version procedure                            \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

/* The reply of a server that has another program: the whole record. */
#define RPC_UNAVAILABLE(xid) "\x80\0\0\x18" xid "\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"

/* A reply; the span lies in its bytes. */
struct rpc_reply {
	unsigned status;     /* enum rpc_status, or another number of the protocol */
	struct span results; /* of a success, or the lowest and highest version of a mismatch */
};

/* Read a reply, which begins with its ID. False where @in is none. */
bool rpc_read(struct span in, struct rpc_reply *r);
/* The reply inside the first record of @in (RFC 5531, 11) where that answers the call @xid; empty
 * otherwise. */
struct span rpc_record(struct span in, const char *xid);
/* Whether @in answers the call @xid, and not by saying that it has another program. */
bool rpc_answers(struct span in, const char *xid);
/* The hear() of a protocol that sends the call @xid: waits for the whole reply. Foreign is also the
 * reply of a server that has another program. */
enum vd_step rpc_hear(struct vd_dialog *d, const char *xid);

#endif
