/* SPDX-License-Identifier: Apache-2.0 */
/* zabbix_agent.c - Zabbix's agent: asks for the item agent.version, which reads (Zabbix manual,
 * "Passive and active agent checks" and "Header"). Most agents answer their own server only. */
#include <ctype.h>

#include "proto.h"

/* The sign, flags, lengths of the data and of the data once unpacked. */
enum { HEAD = 13, FLAGS_AT = 4, PLAIN = 1, LENGTH_AT = 5, TEXT_MAX = 1024 };

static const char question[] = "ZBXD\1\x0d\0\0\0\0\0\0\0"
			       "agent.version";
static const char sign[] = "ZBXD";

static bool zabbix_agent_starts(struct span in)
{
	/* Agent 2 repeats the length where nothing is packed. */
	uint32_t len = span_le32(in, LENGTH_AT), reserved = span_le32(in, LENGTH_AT + 4);

	return span_left(in) >= HEAD && span_starts(in, sign) && in.at[FLAGS_AT] == PLAIN &&
	       len > 0 && len <= TEXT_MAX && (reserved == 0 || reserved == len);
}

static enum vd_step zabbix_agent_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!zabbix_agent_starts(heard(d)))
		return VD_FOREIGN;
	/* an echo */
	if (span_may_start(span_from(heard(d), HEAD), "agent.version") && d->in_len > HEAD)
		return d->in_len < sizeof(question) - 1 ? VD_MORE : VD_FOREIGN;
	return whole_at(d, HEAD + (size_t)span_le32(heard(d), LENGTH_AT));
}

static bool zabbix_agent_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span text = span_part(in, HEAD, HEAD + (size_t)span_le32(in, LENGTH_AT));

	(void)hinted;
	if (!zabbix_agent_starts(in) || span_starts(text, "agent.version"))
		return false;
	if (isdigit(span_u8(text, 0)))
		decode_add(out, "zabbix.version", span_word(text));
	else
		decode_add(out, "zabbix.error", span_trim(text));
	return true;
}

const struct vd_proto vd_proto_zabbix_agent = {
	.name = "zabbix-agent",
	.shown = "zabbix",
	.ports = PORTS(10050),
	.starts = zabbix_agent_starts,
	HELLO_TEXT(question),
	.hear = zabbix_agent_hear,
	.decode = zabbix_agent_decode,
};
