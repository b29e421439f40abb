/* SPDX-License-Identifier: Apache-2.0 */
/* ntp.c - NTP: decodes answers to a client (RFC 5905, 7.3) and to "read variables"
 * (RFC 9327, 2). */
#include <ctype.h>

#include "proto.h"

enum {
	HEAD = 12,
	PACKET = 48,
	REFID_AT = 12,
	PRIMARY = 1,
	MODE = 7,
	SERVER = 4,
	CONTROL = 6,
	RESPONSE = 0x80
};

/* Add VALUE of a variable KEY"VALUE" in the list of a mode 6 answer. */
static void add_variable(struct span text, const char *key, const char *fact, struct vd_facts *out)
{
	const uint8_t *at = span_find(text, key, false), *end;

	if (at == NULL)
		return;
	at += strlen(key);
	end = at;
	while (end < text.end && *end != '"')
		end++;
	decode_add(out, fact, (struct span){at, end});
}

static bool ntp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span text = span_first(span_from(in, HEAD), span_be16(in, 10));

	if (span_left(in) < HEAD)
		return false;
	if ((in.at[0] & MODE) == CONTROL && (in.at[1] & RESPONSE) != 0 &&
	    span_find(in, "version=\"", false) != NULL) {
		decode_add(out, "ntp.readvar", span_trim(text));
		add_variable(text, "version=\"", "ntp.version", out);
		add_variable(text, "system=\"", "ntp.system", out);
		add_variable(text, "processor=\"", "ntp.processor", out);
		return true;
	}
	if (!hinted || span_left(in) < PACKET || (in.at[0] & MODE) != SERVER)
		return false;
	vd_facts_addf(out, "ntp.stratum", "%u", in.at[1]);
	/* Text names the clock of a primary server, or why there is no answer (7.3, 7.4); other
	 * servers give an address, which changes. */
	if (in.at[1] <= PRIMARY && isupper(in.at[REFID_AT]))
		decode_add(out, "ntp.refid", span_trim(span_part(in, REFID_AT, REFID_AT + 4)));
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_ntp = {
	.name = "ntp",
	.udp_ports = PORTS(123),
	.decode = ntp_decode,
};
