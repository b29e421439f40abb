/* SPDX-License-Identifier: Apache-2.0 */
/* decode_windows.c - what Windows hosts and Samba say first: SMB and RDP. */
#include <string.h>

#include "decode.h"

enum { NETBIOS_HEADER = 4, SMB2_HEADER = 64, SMB1_HEADER = 32, SMB1_SESSION_SETUP = 0x73 };

static const struct {
	uint16_t dialect;
	const char *name;
} dialects[] = {{0x0202, "2.0.2"}, {0x0210, "2.1"},   {0x02ff, "2.???"},
                {0x0300, "3.0"},   {0x0302, "3.0.2"}, {0x0311, "3.1.1"}};

/* MS-NLMP, 2.2.1.2: a challenge tells the host's name and, where it wants to, its build. */
static void add_ntlm(struct span in, struct vd_facts *out)
{
	const uint8_t *at = memmem(in.at, span_left(in), "NTLMSSP\0\2\0\0\0", 12);
	struct span message;

	if (at == NULL)
		return;
	message = (struct span){at, in.end};
	if (span_left(message) < 48)
		return;
	decode_add_utf16(out, "smb.name",
	                 span_first(span_from(message, span_le32(message, 16)),
	                            span_le16(message, 12)));
	if ((span_le32(message, 20) & 0x02000000) != 0 && span_left(message) >= 56)
		vd_facts_addf(out, "smb.os", "Windows %u.%u.%u", message.at[48], message.at[49],
		              span_le16(message, 50));
}

/* The server's GUID; Samba writes its NetBIOS name there, padded with zeros. */
static void add_guid(struct span guid, struct vd_facts *out)
{
	char hex[33];

	if (span_left(guid) != 16)
		return;
	for (size_t i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", guid.at[i]);
	decode_add_text(out, "smb.guid", hex);
}

/* MS-SMB2, 2.2.4 */
static void add_smb2(struct span in, struct vd_facts *out)
{
	struct span body = span_from(in, SMB2_HEADER);
	uint16_t mode = span_le16(body, 2), dialect = span_le16(body, 4);

	add_ntlm(in, out);
	if (span_le16(in, 12) != 0 || span_le16(body, 0) != 65)
		return; /* no answer to a negotiation */
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
		if (dialects[i].dialect == dialect)
			decode_add_text(out, "smb.dialect", dialects[i].name);
	add_guid(span_first(span_from(body, 8), 16), out);
	decode_add_text(out, "smb.signing",
	                (mode & 2) != 0   ? "required"
	                : (mode & 1) != 0 ? "enabled"
	                                  : "disabled");
}

/* The next text of an SMB1 message, in its encoding. */
static void add_smb1_text(struct span *in, bool unicode, const char *name, struct vd_facts *out)
{
	struct span text = *in;

	if (!unicode) {
		decode_add(out, name, span_text(in));
		return;
	}
	while (span_left(*in) >= 2 && span_le16(*in, 0) != 0)
		in->at += 2;
	text.end = in->at;
	*in = span_from(*in, 2);
	decode_add_utf16(out, name, text);
}

/* MS-CIFS, 2.2.4.53.2: the native OS and LAN manager. */
static void add_smb1(struct span in, struct vd_facts *out)
{
	struct span words = span_from(in, SMB1_HEADER), bytes;
	bool unicode = (span_le16(in, 10) & 0x8000) != 0;
	uint8_t count = span_u8(words, 0);

	decode_add_text(out, "smb.dialect", "1");
	add_ntlm(in, out);
	if (span_u8(in, 4) != SMB1_SESSION_SETUP || count < 3)
		return;
	bytes = span_from(words, 1 + 2 * (size_t)count + 2);
	if (count == 4)
		bytes = span_from(bytes, span_le16(words, 7)); /* the security blob */
	if (unicode && (bytes.at - in.at) % 2 != 0)
		bytes = span_from(bytes, 1);
	add_smb1_text(&bytes, unicode, "smb.os", out);
	add_smb1_text(&bytes, unicode, "smb.lanman", out);
}

bool decode_smb(struct span in, bool hinted, struct vd_facts *out)
{
	struct span message = span_from(in, NETBIOS_HEADER);

	(void)hinted;
	if (span_starts(message, "\xfeSMB"))
		add_smb2(message, out);
	else if (span_starts(message, "\xffSMB"))
		add_smb1(message, out);
	else
		return false;
	return true;
}

/* MS-RDPBCGR, 2.2.1.2: connection confirm with a negotiation response or failure. */
bool decode_rdp(struct span in, bool hinted, struct vd_facts *out)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} protocols[] = {{1, "ssl"}, {2, "hybrid"}, {4, "rdstls"}, {8, "hybrid_ex"}};
	uint32_t chosen;

	(void)hinted;
	if (span_left(in) < 11 || in.at[0] != 3 || in.at[1] != 0 || (in.at[5] & 0xf0) != 0xd0)
		return false;
	if (span_left(in) < 19 || in.at[11] != 2) {
		decode_add_text(out, "rdp.protocols", "rdp");
		if (span_left(in) >= 19 && in.at[11] == 3)
			vd_facts_addf(out, "rdp.failure", "%u", span_le32(in, 15));
		return true;
	}
	chosen = span_le32(in, 15);
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (protocols[i].bit == chosen)
			decode_add_text(out, "rdp.protocols", protocols[i].name);
	if (chosen == 0)
		decode_add_text(out, "rdp.protocols", "rdp");
	return true;
}
