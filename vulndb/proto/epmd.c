/* SPDX-License-Identifier: Apache-2.0 */
/* epmd.c - Erlang's port mapper: sends NAMES_REQ; the server lists the nodes with their ports and
 * closes (Erlang's distribution protocol, 13.2, "Get all registered names from EPMD"). */
#include "proto.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD = 4, LIST_MAX = 512, CUSTOM = 4369 };

static const uint8_t names_request[] = {0, 1, 'n'};
static const char line_start[] = "name ";

/* Whether the answer begins, so far, with the port of the mapper itself: 4369 by custom, or the one that
 * was asked. */
static bool may_start(const struct vd_dialog *d, struct span in)
{
	const char *colon = d->authority != NULL ? strrchr(d->authority, ':') : NULL;
	unsigned long asked = colon != NULL ? strtoul(colon + 1, NULL, 10) : CUSTOM;
	const unsigned long ports[] = {CUSTOM, asked};

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		const uint8_t head[HEAD] = {0, 0, (uint8_t)(ports[i] >> 8), (uint8_t)ports[i]};

		if (span_may_start_bytes(in, head, HEAD))
			return true;
	}
	return false;
}

static bool epmd_starts(struct span in)
{
	return span_be16(in, 0) == 0 && span_be16(in, 2) != 0 &&
	       span_starts(span_from(in, HEAD), line_start);
}

static enum vd_step epmd_hear(struct vd_dialog *d)
{
	struct span list = span_from(heard(d), HEAD);

	if (!may_start(d, heard(d)) || !span_may_start(list, line_start))
		return VD_FOREIGN;
	d->known = d->in_len >= HEAD;
	return VD_MORE;
}

/* Add "rabbit:25672,worker:33211" for the lines "name rabbit at port 25672". */
static void add_nodes(struct span list, struct vd_facts *out)
{
	static const char between[] = " at port ";
	char text[LIST_MAX];
	size_t len = 0;
	struct span line;

	while (span_line(&list, &line)) {
		const uint8_t *at = span_find(line, between, false);
		struct span name = {span_from(line, strlen(line_start)).at, at}, port;

		if (!span_starts(line, line_start) || at == NULL || at < name.at)
			break;
		port = (struct span){at + strlen(between), line.end};
		if (sizeof(text) - len < span_left(name) + span_left(port) + 2)
			break;
		if (len > 0)
			text[len++] = ',';
		memcpy(text + len, name.at, span_left(name));
		len += span_left(name);
		text[len++] = ':';
		memcpy(text + len, port.at, span_left(port));
		len += span_left(port);
	}
	decode_add(out, "epmd.nodes", span_of(text, len));
}

static bool epmd_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!epmd_starts(in) &&
	    !(hinted && span_left(in) == HEAD && span_be16(in, 0) == 0 && span_be16(in, 2) != 0))
		return false;
	vd_facts_addf(out, "epmd.port", "%u", span_be16(in, 2));
	add_nodes(span_from(in, HEAD), out);
	return true;
}

const struct vd_proto vd_proto_epmd = {
	.name = "epmd",
	.ports = PORTS(4369),
	.starts = epmd_starts,
	HELLO(names_request),
	.hear = epmd_hear,
	.decode = epmd_decode,
};
