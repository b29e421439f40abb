/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stomp.c - STOMP before any log-in: asks for a version that no server has. The server must refuse it
 * with an ERROR frame and end the connection (STOMP 1.2, Protocol Negotiation).
 */
#include <ctype.h>

#include "proto.h"

enum { FRAME_MAX = 8192 };

static const char stomp_hello[] = "STOMP\naccept-version:0.0\nhost:/\n\n";

/* Take a line that looks like a header, "name:value". */
static bool header(struct span *in, struct span *line)
{
	const uint8_t *at;

	if (!span_line(in, line) || line->at == line->end)
		return false;
	for (at = line->at; at < line->end && (islower(*at) || *at == '-'); at++)
		;
	return at > line->at && at < line->end && *at == ':';
}

/* Is this the command line of a server's frame, and a header? */
static bool stomp_starts(struct span in)
{
	struct span line;

	if (!span_starts(in, "ERROR") && !span_starts(in, "CONNECTED"))
		return false;
	return span_line_end(in, 0) != 0 && span_line(&in, &line) &&
	       ((span_left(line) == 5 && span_starts(line, "ERROR")) ||
	        (span_left(line) == 9 && span_starts(line, "CONNECTED"))) &&
	       span_line_end(in, 0) != 0 && header(&in, &line);
}

static enum vd_step stomp_hear(struct vd_dialog *d)
{
	struct span in = heard(d);
	size_t command = span_line_end(in, 0);
	const uint8_t *nul = memchr(in.at, '\0', d->in_len);

	if (!span_may_start(in, "ERROR") && !span_may_start(in, "CONNECTED"))
		return VD_FOREIGN;
	d->known = stomp_starts(in);
	if (!d->known)
		return command != 0 && span_line_end(in, command) != 0 ? VD_FOREIGN : VD_MORE;
	return nul != NULL ? whole_at(d, (size_t)(nul - in.at) + 1) : VD_MORE;
}

static bool stomp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const wanted[][2] = {{"server:", "stomp.server"},
	                                        {"version:", "stomp.versions"},
	                                        {"message:", "stomp.message"}};
	struct span line;

	(void)hinted;
	if (!stomp_starts(in))
		return false;
	span_line(&in, &line);
	while (header(&in, &line))
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (span_starts(line, wanted[i][0]))
				decode_add(out, wanted[i][1],
				           span_trim(span_from(line, strlen(wanted[i][0]))));
	in = span_trim(span_text(&in));
	decode_add(out, "stomp.text", span_first(in, FRAME_MAX));
	return true;
}

const struct vd_proto vd_proto_stomp = {
	.name = "stomp",
	.secure = "stomps",
	.ports = PORTS(61613),
	.tls_ports = PORTS(61614),
	.starts = stomp_starts,
	HELLO(stomp_hello), /* with the NUL that ends a frame */
	.hear = stomp_hear,
	.decode = stomp_decode,
};
