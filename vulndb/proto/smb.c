/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smb.c - SMB: negotiates a version in the words of the first one, and a dialect of the second,
 * 2.0.2 to 3.1.1 (MS-SMB2, 2.2.3), asks for a challenge of NTLM (2.2.5), and decodes what Windows
 * and Samba answer. On port 139 a session of NetBIOS comes first (RFC 1002, 4.3).
 */
#include "digest.h"
#include "ntlm.h"
#include "smb1.h"

enum { NETBIOS_HEAD = 4, SMB2_HEAD = 64, GUID_LEN = 16 };
enum { NEGOTIATE = 0, SESSION_SETUP = 1, ANY_DIALECT = 0x02ff, RESPONSE_SIZE = 65 };
enum { NEGOTIATING, SETTING_UP, CALLING };
enum { SESSION_GRANTED = 0x82, SESSION_REFUSED = 0x83 };

/* A session with the name that every server of SMB has, "*SMBSERVER", from "SONDE"; the names are in
 * half bytes (RFC 1001, 14.1). */
static const char session[] = "\x81\0\0\x44\x20"
			      "CKFDENECFDEFFCFGEFFCCACACACACACA\0\x20"
			      "FDEPEOEEEFCACACACACACACACACACAAA";

/* Five dialects; signing is possible; the client's GUID; one context behind 48 bytes of this part. */
static const uint8_t negotiation[] = {
	36, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 'S', 'o', 'n', 'd', 'e', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, SMB2_HEAD + 48, 0, 0, 0, 1, 0, 0, 0, 0x02, 0x02, 0x10, 0x02, 0x00, 0x03, 0x02, 0x03,
	0x11, 0x03, 0, 0,
	/* How this exchange is kept whole (2.2.3.1.1): SHA-512, with a salt of 32 bytes. */
	1, 0, 38, 0, 0, 0, 0, 0, 1, 0, 32, 0, 1, 0, 'S', 'o', 'n', 'd', 'e', 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

/* Signing is possible; the first message of NTLM comes behind this part. */
static const uint8_t setup[] = {
	25, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, SMB2_HEAD + 24, 0, NTLM_HELLO_LEN,
	0,  0, 0, 0, 0, 0, 0, 0, 0};

/* Say the heads of a message (2.2.1.2) with @len bytes behind them. Its number is that of the answers
 * so far. */
static void say_head(struct vd_dialog *d, uint8_t command, size_t len)
{
	size_t whole = SMB2_HEAD + len;
	const uint8_t head[NETBIOS_HEAD + SMB2_HEAD] = {
		[2] = (uint8_t)(whole >> 8),
		[3] = (uint8_t)whole,
		[4] = 0xfe,
		[5] = 'S',
		[6] = 'M',
		[7] = 'B',
		[8] = SMB2_HEAD,
		[NETBIOS_HEAD + 12] = command,
		[NETBIOS_HEAD + 14] = 1, /* credits asked for */
		[NETBIOS_HEAD + 24] = (uint8_t)d->answer_count,
	};

	say(d, head, sizeof(head));
}

static void negotiate(struct vd_dialog *d)
{
	d->state = NEGOTIATING;
	smb1_negotiate(d);
}

static void smb_greet(struct vd_dialog *d)
{
	const char *port = strrchr(d->authority, ':');

	if (port == NULL || strcmp(port, ":139") != 0) {
		negotiate(d);
		return;
	}
	d->state = CALLING;
	say(d, session, sizeof(session)); /* with its NUL */
}

static bool smb_starts(struct span in)
{
	struct span message = span_from(in, NETBIOS_HEAD);

	return span_left(in) >= 8 && in.at[0] == 0 &&
	       (span_starts(message, "\xfeSMB") || span_starts(message, "\xffSMB"));
}

/* Is this a response to a negotiation that did not fail? */
static bool is_negotiated(struct span message)
{
	return span_starts(message, "\xfeSMB") && span_le32(message, 8) == 0 &&
	       span_le16(message, 12) == NEGOTIATE &&
	       span_le16(span_from(message, SMB2_HEAD), 0) == RESPONSE_SIZE;
}

static uint16_t dialect_of(struct span message)
{
	return span_le16(span_from(message, SMB2_HEAD), 4);
}

/* Wait for the answer to the call: go on where the session is granted, or refused for a reason. */
static enum vd_step hear_call(struct vd_dialog *d)
{
	struct span in = heard(d);

	if (in.at[0] != SESSION_GRANTED && in.at[0] != SESSION_REFUSED)
		return VD_FOREIGN;
	if (d->in_len < NETBIOS_HEAD)
		return VD_MORE;
	if (in.at[1] != 0 || in.at[2] != 0 || in.at[3] != (in.at[0] == SESSION_REFUSED))
		return VD_FOREIGN;
	d->known = true;
	d->seen = NETBIOS_HEAD;
	if (in.at[0] == SESSION_REFUSED)
		return VD_DONE;
	negotiate(d);
	return VD_MORE;
}

/* Say what follows the response @message to a negotiation. False: nothing does. */
static bool go_on(struct vd_dialog *d, struct span message)
{
	if (smb1_agrees(message)) {
		d->state = SETTING_UP;
		smb1_set_up(d);
	} else if (!is_negotiated(message)) {
		return false;
	} else if (dialect_of(message) == ANY_DIALECT) {
		say_head(d, NEGOTIATE, sizeof(negotiation));
		say(d, negotiation, sizeof(negotiation));
	} else {
		d->state = SETTING_UP;
		say_head(d, SESSION_SETUP, sizeof(setup) + NTLM_HELLO_LEN);
		say(d, setup, sizeof(setup));
		say(d, ntlm_hello, NTLM_HELLO_LEN);
	}
	return true;
}

static enum vd_step smb_hear(struct vd_dialog *d)
{
	struct span in = unseen(d), message = span_from(in, NETBIOS_HEAD);
	size_t len = span_be32(in, 0), end = d->seen + NETBIOS_HEAD + len;

	if (d->state == CALLING)
		return hear_call(d);
	if (span_left(in) < 8 && (d->known || d->in[0] == 0))
		return VD_MORE;
	if (!smb_starts(in))
		return d->known ? VD_DONE : VD_FOREIGN;
	d->known = true;
	if (span_left(message) < len)
		return VD_MORE;
	message = span_first(message, len);
	if (d->state == SETTING_UP || d->answer_count > 1)
		return VD_DONE;
	answer_at(d, end);
	if (!go_on(d, message)) {
		d->answer_count--;
		return VD_DONE;
	}
	d->seen = end;
	if (d->first_len == 0)
		d->first_len = end;
	return VD_MORE;
}

/* Add what a challenge of NTLM says. A server of the first version has named its system already. */
static void add_ntlm(struct span in, struct vd_facts *out)
{
	const char *os = vd_facts_get(out, "smb.os") == NULL ? "smb.os" : "ntlm.os";
	const struct vd_fact *target;

	if (!ntlm_add(in, os, out))
		return;
	target = vd_facts_get(out, "ntlm.target");
	if (target != NULL)
		vd_facts_add(out, "smb.name", target->value, target->len);
}

/* Add the server's GUID; Samba writes its NetBIOS name there, padded with zeros. */
static void add_guid(struct span guid, struct vd_facts *out)
{
	char hex[2 * GUID_LEN + 1];

	if (span_left(guid) != GUID_LEN)
		return;
	digest_hex(guid.at, GUID_LEN, hex);
	decode_add_text(out, "smb.guid", hex);
}

/* Add the names of the capabilities (2.2.4), divided by commas. */
static void add_capabilities(uint32_t bits, struct vd_facts *out)
{
	static const char *const names[] = {"dfs",          "leasing",      "large-mtu",
	                                    "multichannel", "persistent",   "directory-leasing",
	                                    "encryption",   "notifications"};
	char list[128] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((bits >> i & 1) != 0)
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
			                        len > 0 ? "," : "", names[i]);
	decode_add_text(out, "smb.capabilities", list);
}

/* Decode an SMB2 message with the response to a negotiation (MS-SMB2, 2.2.4). The one that settles
 * no dialect yet is followed by another, which says the same and more. */
static void add_smb2(struct span in, struct vd_facts *out)
{
	static const struct {
		uint16_t dialect;
		const char *name;
	} dialects[] = {{0x0202, "2.0.2"},
	                {0x0210, "2.1"},
	                {0x0300, "3.0"},
	                {0x0302, "3.0.2"},
	                {0x0311, "3.1.1"}};
	struct span body = span_from(in, SMB2_HEAD);
	uint16_t mode = span_le16(body, 2), dialect = span_le16(body, 4);

	if (span_le16(in, 12) != NEGOTIATE || span_le16(body, 0) != RESPONSE_SIZE ||
	    dialect == ANY_DIALECT)
		return;
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
		if (dialects[i].dialect == dialect)
			decode_add_text(out, "smb.dialect", dialects[i].name);
	vd_facts_addf(out, "smb.smb_version", "%u", (unsigned)dialect >> 8);
	add_guid(span_first(span_from(body, 8), GUID_LEN), out);
	add_capabilities(span_le32(body, 24), out);
	decode_add_text(out, "smb.signing",
	                (mode & 2) != 0   ? "required"
	                : (mode & 1) != 0 ? "enabled"
	                                  : "disabled");
}

static bool smb_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const uint8_t granted[] = {SESSION_GRANTED, 0, 0, 0};
	struct span message;

	(void)hinted;
	if (span_starts_bytes(in, granted, sizeof(granted)))
		in = span_from(in, NETBIOS_HEAD);
	message = span_from(in, NETBIOS_HEAD);
	if (smb1_is(message))
		smb1_facts(message, out);
	else if (span_starts(message, "\xfeSMB"))
		add_smb2(message, out);
	else
		return false;
	add_ntlm(message, out);
	return true;
}

const struct vd_proto vd_proto_smb = {
	.name = "smb",
	.aliases = NAMES("microsoft-ds"),
	.ports = PORTS(139, 445),
	.starts = smb_starts,
	.greet = smb_greet,
	.hear = smb_hear,
	.decode = smb_decode,
	.decode_each = true,
};
