/* SPDX-License-Identifier: Apache-2.0 */
/* dns.c - DNS (RFC 1035): asks for version.bind over TCP; decodes answers over TCP and UDP. */
#include "proto.h"

enum { LENGTH = 2, HEADER = 12, TYPE_TXT = 16, CLASS_CHAOS = 3 };

/* Length (4.2.2), then: ID, one question, version.bind. TXT CH (RFC 4892). */
static const char dns_hello[] = "\0\x1e"
				"So\0\0\0\1\0\0\0\0\0\0"
				"\7version\4bind\0\0\x10\0\3";

/* Is this an answer to that question: a length, its ID, and the bit that marks an answer? */
static bool dns_starts(struct span in)
{
	return span_left(in) >= LENGTH + 3 && span_be16(in, 0) >= HEADER && in.at[2] == 'S' &&
	       in.at[3] == 'o' && (in.at[4] & 0x80) != 0;
}

static enum vd_step dns_hear(struct vd_dialog *d)
{
	if (d->in_len < LENGTH + 3)
		return VD_MORE;
	if (!dns_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, LENGTH + (size_t)span_be16(heard(d), 0));
}

/* Skip a name, which consists of labels; a pointer ends it (4.1.4). */
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

/* Add the texts of an answer of class CHAOS. */
static void add_texts(struct span message, struct vd_facts *out)
{
	struct span s = span_from(message, HEADER);

	for (uint16_t i = 0; i < span_be16(message, 4) && i < 4; i++)
		s = span_from(skip_name(s), 4);
	for (uint16_t i = 0; i < span_be16(message, 6) && i < 16; i++) {
		struct span data;

		s = skip_name(s);
		data = span_first(span_from(s, 10), span_be16(s, 8));
		if (span_be16(s, 0) == TYPE_TXT && span_be16(s, 2) == CLASS_CHAOS &&
		    data.at < data.end)
			decode_add(out, "dns.version_bind",
			           span_first(span_from(data, 1), *data.at));
		s = (struct span){data.end, s.end};
	}
}

static bool dns_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (span_left(in) > 14 && span_be16(in, 0) == span_left(in) - LENGTH)
		in = span_from(in, LENGTH); /* over TCP the length comes first */
	if (span_left(in) < HEADER || (in.at[2] & 0x80) == 0 || span_be16(in, 4) > 4)
		return false;
	if (!hinted && !span_has(in, "\7version\4bind"))
		return false;
	vd_facts_addf(out, "dns.rcode", "%u", in.at[3] & 15);
	if ((in.at[3] & 0x80) != 0)
		decode_add_text(out, "dns.recursion", "true");
	add_texts(in, out);
	return true;
}

const struct vd_proto vd_proto_dns = {
	.name = "dns",
	.secure = "domain-s",
	.aliases = NAMES("domain"),
	.ports = PORTS(53),
	.tls_ports = PORTS(853),
	.udp_ports = PORTS(53),
	.starts = dns_starts,
	HELLO_TEXT(dns_hello),
	.hear = dns_hear,
	.decode = dns_decode,
};
