/* SPDX-License-Identifier: Apache-2.0 */
/* smb.c - SMB: sends NEGOTIATE with the dialects 2.0.2 to 3.0.2 (MS-SMB2, 2.2.3) and decodes what
 * Windows and Samba answer, SMB1 included. */
#include "proto.h"

enum { NETBIOS_HEAD = 4, SMB2_HEAD = 64, SMB1_HEAD = 32, SMB1_SESSION_SETUP = 0x73 };
enum { BODY = NETBIOS_HEAD + SMB2_HEAD, HELLO_LEN = SMB2_HEAD + 36 + 8 };

static const uint8_t smb_hello[NETBIOS_HEAD + HELLO_LEN] = {
	[3] = HELLO_LEN,
	[NETBIOS_HEAD] = 0xfe,
	'S',
	'M',
	'B',
	64,
	[NETBIOS_HEAD + 14] = 1, /* credits asked for */
	[BODY] = 36,
	[BODY + 2] = 4, /* dialects */
	[BODY + 4] = 1, /* signing is possible */
	[BODY + 36] = 0x02,
	0x02,
	0x10,
	0x02,
	0x00,
	0x03,
	0x02,
	0x03,
};

static bool smb_starts(struct span in)
{
	struct span message = span_from(in, NETBIOS_HEAD);

	return span_left(in) >= 8 && in.at[0] == 0 &&
	       (span_starts(message, "\xfeSMB") || span_starts(message, "\xffSMB"));
}

static enum vd_step smb_hear(struct vd_dialog *d)
{
	if (d->in_len < 8)
		return d->in[0] == 0 ? VD_MORE : VD_FOREIGN;
	if (!smb_starts(heard(d)))
		return VD_FOREIGN;
	d->known = true;
	return d->in_len - NETBIOS_HEAD < span_be32(heard(d), 0) ? VD_MORE : VD_DONE;
}

/* Decode an NTLM challenge (MS-NLMP, 2.2.1.2): it states the host's name and, optionally, the build
 * of its OS. */
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

/* Add the server's GUID; Samba writes its NetBIOS name there, padded with zeros. */
static void add_guid(struct span guid, struct vd_facts *out)
{
	char hex[33];

	if (span_left(guid) != 16)
		return;
	for (size_t i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", guid.at[i]);
	decode_add_text(out, "smb.guid", hex);
}

/* Decode an SMB2 message with the response to a negotiation (MS-SMB2, 2.2.4). */
static void add_smb2(struct span in, struct vd_facts *out)
{
	static const struct {
		uint16_t dialect;
		const char *name;
	} dialects[] = {{0x0202, "2.0.2"}, {0x0210, "2.1"},   {0x02ff, "2.???"},
	                {0x0300, "3.0"},   {0x0302, "3.0.2"}, {0x0311, "3.1.1"}};
	struct span body = span_from(in, SMB2_HEAD);
	uint16_t mode = span_le16(body, 2), dialect = span_le16(body, 4);

	add_ntlm(in, out);
	if (span_le16(in, 12) != 0 || span_le16(body, 0) != 65)
		return; /* this is no response to a negotiation */
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
		if (dialects[i].dialect == dialect)
			decode_add_text(out, "smb.dialect", dialects[i].name);
	add_guid(span_first(span_from(body, 8), 16), out);
	decode_add_text(out, "smb.signing",
	                (mode & 2) != 0   ? "required"
	                : (mode & 1) != 0 ? "enabled"
	                                  : "disabled");
}

/* Add the next text of an SMB1 message, which is UTF-16LE where @unicode is set. */
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

/* Decode an SMB1 message: the native OS and LAN manager (MS-CIFS, 2.2.4.53.2). */
static void add_smb1(struct span in, struct vd_facts *out)
{
	struct span words = span_from(in, SMB1_HEAD), bytes;
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

static bool smb_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span message = span_from(in, NETBIOS_HEAD);

	(void)hinted;
	if (span_starts(message, "\xfeSMB"))
		add_smb2(message, out);
	else if (span_starts(message, "\xffSMB"))
		add_smb1(message, out);
	else
		return false;
	return true;
}

const struct vd_proto vd_proto_smb = {
	.name = "smb",
	.aliases = NAMES("microsoft-ds"),
	.ports = PORTS(139, 445),
	.starts = smb_starts,
	HELLO(smb_hello),
	.hear = smb_hear,
	.decode = smb_decode,
};
