/* SPDX-License-Identifier: Apache-2.0 */
/* spamd.c - SpamAssassin's daemon: sends PING of its protocol, which checks no mail
 * (spamd/PROTOCOL in SpamAssassin's documentation). */
#include "proto.h"

static const char sign[] = "SPAMD/";

static bool spamd_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step spamd_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = spamd_starts(heard(d));
	return span_line_end(heard(d), 0) != 0 ? VD_DONE : VD_MORE;
}

/* Decode "SPAMD/1.5 0 PONG": the version of the protocol, and whether the answer is the one to
 * PING. */
static bool spamd_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, version;

	(void)hinted;
	if (!spamd_starts(in) || !span_line(&in, &line))
		return false;
	version = span_from(line, strlen(sign));
	for (const uint8_t *at = version.at; at < version.end; at++)
		if (*at == ' ')
			version.end = at;
	decode_add(out, "spamd.version", version);
	decode_add_bool(out, "spamd.pong", span_has(line, " PONG"));
	return true;
}

const struct vd_proto vd_proto_spamd = {
	.name = "spamd",
	.ports = PORTS(783),
	.starts = spamd_starts,
	HELLO_TEXT("PING SPAMC/1.2\r\n\r\n"),
	.hear = spamd_hear,
	.decode = spamd_decode,
};
