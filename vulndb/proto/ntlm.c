/* SPDX-License-Identifier: Apache-2.0 */
/* ntlm.c - asks for a challenge of NTLM and decodes it. */
#include "ntlm.h"

enum { CHALLENGE_MIN = 48, TARGET_AT = 12, FLAGS_AT = 20, INFO_AT = 40 };
enum { VERSION_AT = 48, VERSION_END = 56, HAS_VERSION = 0x02000000, PAIRS_MAX = 16 };

const uint8_t ntlm_hello[NTLM_HELLO_LEN] = {
	/* the mechanism SPNEGO, and in its first token the list of mechanisms: NTLM alone */
	0x60, 72, 0x06, 6, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02, 0xa0, 62, 0x30, 60, 0xa0, 14, 0x30,
	12, 0x06, 10, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a, 0xa2, 42, 0x04,
	40,
	/* type 1; Unicode, target and version wanted; no domain, no workstation; version 0 */
	'N', 'T', 'L', 'M', 'S', 'S', 'P', 0, 1, 0, 0, 0, 0x05, 0x82, 0x08, 0x02};

/* Ids of the attributes (2.2.2.1). */
static const struct {
	uint16_t id;
	const char *fact;
} attributes[] = {
	{1, "ntlm.host"},       {2, "ntlm.domain"}, {3, "ntlm.dns_host"},
	{4, "ntlm.dns_domain"}, {5, "ntlm.forest"},
};

static void add_attributes(struct span info, struct vd_facts *out)
{
	for (int n = 0; n < PAIRS_MAX && span_left(info) >= 4; n++) {
		uint16_t id = span_le16(info, 0), len = span_le16(info, 2);

		for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
			if (attributes[i].id == id)
				decode_add_utf16(out, attributes[i].fact,
				                 span_first(span_from(info, 4), len));
		if (id == 0)
			return;
		info = span_from(info, 4 + (size_t)len);
	}
}

/* The bytes of a field: its length at @at, its offset in the message four bytes on. */
static struct span field(struct span message, size_t at)
{
	return span_first(span_from(message, span_le32(message, at + 4)), span_le16(message, at));
}

/* Add the version (2.2.2.10). Samba states a version of Windows, with the build 0. */
static void add_version(struct span message, const char *os, struct vd_facts *out)
{
	unsigned major = span_u8(message, VERSION_AT), minor = span_u8(message, VERSION_AT + 1);
	unsigned build = span_le16(message, VERSION_AT + 2);

	if ((span_le32(message, FLAGS_AT) & HAS_VERSION) == 0 || span_left(message) < VERSION_END ||
	    build == 0)
		return;
	vd_facts_addf(out, "ntlm.build", "%u.%u.%u", major, minor, build);
	vd_facts_addf(out, os, "Windows %u.%u.%u", major, minor, build);
}

bool ntlm_add(struct span in, const char *os, struct vd_facts *out)
{
	static const uint8_t sign[] = "NTLMSSP\0\2\0\0"; /* type 2; its last byte is the NUL */
	const uint8_t *at = in.at < in.end ? memmem(in.at, span_left(in), sign, sizeof(sign))
	                                   : NULL;
	struct span message = {at, in.end};

	if (at == NULL || span_left(message) < CHALLENGE_MIN)
		return false;
	decode_add_utf16(out, "ntlm.target", field(message, TARGET_AT));
	add_attributes(field(message, INFO_AT), out);
	add_version(message, os, out);
	return true;
}
