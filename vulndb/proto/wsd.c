/* SPDX-License-Identifier: Apache-2.0 */
/* wsd.c - WS-Discovery: decodes the answer to a Probe (OASIS WS-Discovery 1.1, 5; the draft of
 * 2005/04 as well), in which printers, cameras and Windows tell their kind and their addresses. */
#include "proto.h"

enum { VALUE_MAX = 1024, SCOPE_MAX = 128 };

/* What follows @open up to @close, or an empty span. */
static struct span between(struct span in, const char *open, char close)
{
	const uint8_t *at = span_find(in, open, false);
	struct span value;

	if (at == NULL)
		return span_of(in.at, 0);
	value = span_from((struct span){at, in.end}, strlen(open));
	for (const uint8_t *end = value.at; end < value.end; end++)
		if (*end == (uint8_t)close) {
			value.end = end;
			break;
		}
	return span_first(value, VALUE_MAX);
}

/* Add the text of the first element called @name, whatever its prefix: "<d:Types>" or "<Types ...>". */
static void add_element(struct span in, const char *name, const char *fact, struct vd_facts *out)
{
	const uint8_t *at;

	while ((at = span_find(in, name, false)) != NULL) {
		struct span rest = span_from((struct span){at, in.end}, strlen(name));
		bool opens = at > in.at && (at[-1] == ':' || at[-1] == '<') &&
		             (span_starts(rest, ">") || span_starts(rest, " "));

		if (opens) {
			while (rest.at < rest.end && *rest.at != '>')
				rest.at++;
			for (const uint8_t *end = rest.at; end < rest.end; end++)
				if (*end == '<') {
					rest.end = end;
					break;
				}
			decode_add(out, fact, span_trim(span_first(span_from(rest, 1), VALUE_MAX)));
			return;
		}
		in = rest;
	}
}

/* Add VALUE of a scope "onvif://www.onvif.org/KEY/VALUE" (ONVIF Core, 7.3.2.2). */
static void add_scope(struct span in, const char *start, const char *fact, struct vd_facts *out)
{
	struct span value = span_first(between(in, start, ' '), SCOPE_MAX);

	for (const uint8_t *at = value.at; at < value.end; at++)
		if (*at == '<' || *at <= ' ')
			value.end = at;
	decode_add(out, fact, value);
}

static bool wsd_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!span_starts(in, "<") || span_find(in, "ProbeMatches", false) == NULL ||
	    span_find(in, "/discovery", false) == NULL)
		return false;
	add_element(in, "Types", "wsd.types", out);
	add_element(in, "XAddrs", "wsd.xaddrs", out);
	add_element(in, "Scopes", "wsd.scopes", out);
	add_scope(in, "onvif://www.onvif.org/name/", "wsd.name", out);
	add_scope(in, "onvif://www.onvif.org/hardware/", "wsd.hardware", out);
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_wsd = {
	.name = "wsd",
	.aliases = NAMES("ws-discovery"),
	.udp_ports = PORTS(3702),
	.decode = wsd_decode,
};
