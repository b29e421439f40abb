/* SPDX-License-Identifier: Apache-2.0 */
/* portmap.c - the port mapper: asks by DUMP for the programs that it knows (RFC 1833, 3). */
#include "rpc.h"

enum { ENTRY = 20, ENTRIES_MAX = 200, LIST_MAX = 2048 };
enum { TCP = 6, UDP = 17 };

static const char xid[] = "Sonp";
static const char dump[] = RPC_CALL("Sonp", "\0\1\x86\xa0", "\0\0\0\2", "\0\0\0\4");

static bool portmap_starts(struct span in)
{
	return rpc_answers(in, xid);
}

static enum vd_step portmap_hear(struct vd_dialog *d)
{
	return rpc_hear(d, xid);
}

static const char *name_of(uint32_t program)
{
	static const struct {
		uint32_t program;
		const char *name;
	} names[] = {{100000, "portmapper"}, {100003, "nfs"},    {100004, "ypserv"},
	             {100005, "mountd"},     {100007, "ypbind"}, {100021, "nlockmgr"},
	             {100024, "status"},     {100227, "nfs_acl"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].program == program)
			return names[i].name;
	return NULL;
}

/* Write "nfs.3/tcp:2049" for an entry: program, version, transport, port. Returns its length. */
static size_t write_entry(char *text, size_t size, struct span entry)
{
	uint32_t program = span_be32(entry, 0), transport = span_be32(entry, 8);
	const char *name = name_of(program);
	char number[16];

	snprintf(number, sizeof(number), "%u", program);
	return (size_t)snprintf(text, size, "%s.%u/%s:%u", name != NULL ? name : number,
	                        span_be32(entry, 4),
	                        transport == TCP   ? "tcp"
	                        : transport == UDP ? "udp"
	                                           : "other",
	                        span_be32(entry, 12));
}

/* Is this a list, each entry with the number 1 before it and the number 0 behind the last, as far as
 * it has come? */
static bool is_list(struct span list)
{
	while (span_left(list) >= ENTRY && span_be32(list, 0) == 1)
		list = span_from(list, ENTRY);
	return span_left(list) < ENTRY || span_be32(list, 0) == 0;
}

static void add_programs(struct span list, struct vd_facts *out)
{
	char text[LIST_MAX] = "";
	size_t len = 0;

	for (int i = 0; i < ENTRIES_MAX && span_left(list) >= ENTRY && span_be32(list, 0) == 1;
	     i++) {
		if (sizeof(text) - len < 64)
			break;
		if (len > 0)
			text[len++] = ',';
		len += write_entry(text + len, sizeof(text) - len, span_from(list, 4));
		list = span_from(list, ENTRY);
	}
	decode_add(out, "portmap.programs", span_of(text, len));
}

/* Over TCP the reply lies in a record. Over UDP it begins with the ID of a probe, so only its form is a
 * sign. */
static bool portmap_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span record = rpc_record(in, xid);
	struct rpc_reply r;

	if (span_left(record) == 0 && !hinted)
		return false;
	if (!rpc_read(span_left(record) > 0 ? record : in, &r) || !is_list(r.results) ||
	    r.status == RPC_PROG_UNAVAIL)
		return false;
	vd_facts_addf(out, "portmap.status", "%u", r.status);
	if (r.status == RPC_SUCCESS)
		add_programs(r.results, out);
	return true;
}

const struct vd_proto vd_proto_portmap = {
	.name = "portmap",
	.aliases = NAMES("rpc", "rpcbind"),
	.ports = PORTS(111),
	.udp_ports = PORTS(111),
	.starts = portmap_starts,
	HELLO_TEXT(dump),
	.hear = portmap_hear,
	.decode = portmap_decode,
};
