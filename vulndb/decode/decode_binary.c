/* SPDX-License-Identifier: Apache-2.0 */
/* decode_binary.c - short binary answers: TLS records, queues, DNS, NTP. */
#include <string.h>

#include "decode.h"

/* RFC 8446, 5.1: a handshake or alert record. What it holds is the grabber's matter. */
bool decode_tls(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	(void)out;
	return span_left(in) >= 6 && (in.at[0] == 0x16 || in.at[0] == 0x15) && in.at[1] == 3 &&
	       in.at[2] <= 4 && span_be16(in, 3) > 0 && span_be16(in, 3) <= 16384 + 256;
}

/* CONNACK (MQTT 3.1.1, 3.2; 5.0, 3.2 with properties) */
bool decode_mqtt(struct span in, bool hinted, struct vd_facts *out)
{
	uint8_t len = span_u8(in, 1);

	if (span_left(in) < 4 || in.at[0] != 0x20 || in.at[2] > 1 || len < 2 || len > 127)
		return false;
	if (!hinted && (len != 2 || span_left(in) != 4 || in.at[3] > 5))
		return false;
	vd_facts_addf(out, "mqtt.return_code", "%u", in.at[3]);
	return true;
}

/* AMQP 0-9-1, 4.2.5: a table is pairs of a short name and a value with its type. */
static void add_amqp_table(struct span table, struct vd_facts *out)
{
	static const char *const wanted[][2] = {{"product", "amqp.product"},
	                                        {"version", "amqp.version"},
	                                        {"platform", "amqp.platform"},
	                                        {"cluster_name", "amqp.cluster"}};

	while (span_left(table) > 2) {
		struct span name = span_first(span_from(table, 1), *table.at), value;
		uint8_t type;

		table = span_from(table, 1 + (size_t)*table.at);
		type = span_u8(table, 0);
		table = span_from(table, 1);
		if (type == 't') {
			table = span_from(table, 1);
			continue;
		}
		if (type != 'S' && type != 'F')
			return;
		value = span_first(span_from(table, 4), span_be32(table, 0));
		table = (struct span){value.end, table.end};
		for (size_t i = 0; type == 'S' && i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (span_left(name) == strlen(wanted[i][0]) &&
			    span_starts(name, wanted[i][0]))
				decode_add(out, wanted[i][1], value);
	}
}

bool decode_amqp(struct span in, bool hinted, struct vd_facts *out)
{
	struct span body = span_from(in, 7);

	(void)hinted;
	if (span_starts(in, "AMQP") && span_left(in) >= 8) {
		vd_facts_addf(out, "amqp.protocol", "%u-%u-%u", in.at[5], in.at[6], in.at[7]);
		return true;
	}
	/* method frame, channel 0, connection.start */
	if (span_left(in) < 20 || in.at[0] != 1 || span_be16(in, 1) != 0 ||
	    span_be32(body, 0) != 0x000a000a)
		return false;
	vd_facts_addf(out, "amqp.protocol", "%u-%u", body.at[4], body.at[5]);
	add_amqp_table(span_first(span_from(body, 10), span_be32(body, 6)), out);
	return true;
}

/* Behind a name with its labels (RFC 1035, 4.1.4); a pointer ends it. */
static struct span skip_name(struct span s)
{
	while (s.at < s.end) {
		uint8_t len = *s.at;

		if (len >= 0xc0)
			return span_from(s, 2);
		s = span_from(s, 1 + (size_t)len);
		if (len == 0)
			break;
	}
	return s;
}

/* The texts of an answer to version.bind, class CHAOS. */
static void add_dns_text(struct span message, struct vd_facts *out)
{
	struct span s = span_from(message, 12);

	for (uint16_t i = 0; i < span_be16(message, 4) && i < 4; i++)
		s = span_from(skip_name(s), 4);
	for (uint16_t i = 0; i < span_be16(message, 6) && i < 16; i++) {
		struct span data;

		s = skip_name(s);
		data = span_first(span_from(s, 10), span_be16(s, 8));
		if (span_be16(s, 0) == 16 && span_be16(s, 2) == 3 && data.at < data.end)
			decode_add(out, "dns.version_bind",
			           span_first(span_from(data, 1), *data.at));
		s = (struct span){data.end, s.end};
	}
}

bool decode_dns(struct span in, bool hinted, struct vd_facts *out)
{
	static const char question[] = "\7version\4bind";

	if (span_left(in) > 14 && span_be16(in, 0) == span_left(in) - 2)
		in = span_from(in, 2); /* over TCP the length comes first */
	if (span_left(in) < 12 || (in.at[2] & 0x80) == 0 || span_be16(in, 4) > 4)
		return false;
	if (!hinted && span_find(in, question, true) == NULL)
		return false;
	vd_facts_addf(out, "dns.rcode", "%u", in.at[3] & 15);
	if ((in.at[3] & 0x80) != 0)
		decode_add_text(out, "dns.recursion", "true");
	add_dns_text(in, out);
	return true;
}

/* key="value" of the variables that a mode 6 answer lists. */
static void add_ntp_variable(struct span text, const char *key, const char *fact,
                             struct vd_facts *out)
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

/* RFC 5905, 7.3 and RFC 9327, 2 */
bool decode_ntp(struct span in, bool hinted, struct vd_facts *out)
{
	struct span text;

	if (span_left(in) < 12)
		return false;
	if ((in.at[0] & 7) == 6 && (in.at[1] & 0x80) != 0 &&
	    span_find(in, "version=\"", false) != NULL) {
		text = span_first(span_from(in, 12), span_be16(in, 10));
		decode_add(out, "ntp.readvar", span_trim(text));
		add_ntp_variable(text, "version=\"", "ntp.version", out);
		add_ntp_variable(text, "system=\"", "ntp.system", out);
		add_ntp_variable(text, "processor=\"", "ntp.processor", out);
		return true;
	}
	if (!hinted || span_left(in) < 48 || (in.at[0] & 7) != 4)
		return false;
	vd_facts_addf(out, "ntp.stratum", "%u", in.at[1]);
	return true;
}
