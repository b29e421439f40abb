/* SPDX-License-Identifier: Apache-2.0 */
/* zookeeper.c - ZooKeeper: sends the command "srvr"; the server closes after its answer. */
#include <ctype.h>

#include "proto.h"

enum { LOOK_MAX = 512 };

static const char sign[] = "Zookeeper version", off[] = "srvr is not executed";

static bool zookeeper_starts(struct span in)
{
	return span_starts(in, sign) || span_starts(in, off);
}

static enum vd_step zookeeper_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign) && !span_may_start(heard(d), off))
		return VD_FOREIGN;
	d->known = zookeeper_starts(heard(d));
	return VD_MORE;
}

static bool zookeeper_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char start[] = "Zookeeper version: ";
	const uint8_t *at = span_find(span_first(in, LOOK_MAX), start, true);
	struct span version;

	(void)hinted;
	if (at == NULL)
		return span_left(in) == 4 && span_starts(in, "imok");
	version.at = version.end = at + strlen(start);
	while (version.end < in.end && (isalnum(*version.end) || *version.end == '.'))
		version.end++;
	decode_add(out, "zookeeper.version", version);
	return true;
}

const struct vd_proto vd_proto_zookeeper = {
	.name = "zookeeper",
	.ports = PORTS(2181, 2888, 3888),
	.starts = zookeeper_starts,
	HELLO_TEXT("srvr"),
	.hear = zookeeper_hear,
	.decode = zookeeper_decode,
};
