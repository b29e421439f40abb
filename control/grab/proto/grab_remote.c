/* SPDX-License-Identifier: Apache-2.0 */
/* grab_remote.c - remote desktops, shells and directories before any log-in: RDP, SMB, LDAP, VNC,
 * Telnet. */
#include <string.h>

#include "grab_proto.h"

/* ---- RDP: X.224 connection request that offers TLS and CredSSP, MS-RDPBCGR 2.2.1.1 ---- */

enum { TPKT_HEAD = 4, X224_CONFIRM = 0xd0, NEG_RESPONSE = 2, NEG_AT = 11, NEG_LEN = 8 };

static const uint8_t rdp_hello[] = {3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0};

static bool rdp_starts(const uint8_t *p, size_t len)
{
	return len >= 6 && p[0] == 3 && p[1] == 0 && p[5] == X224_CONFIRM;
}

static enum grab_step rdp_bytes(struct grab_dialog *d)
{
	const uint8_t *p = d->in.data;
	size_t len;

	if (d->tls)
		return GRAB_DONE;
	if (d->in.len < 6)
		return p[0] == 3 ? GRAB_MORE : GRAB_FOREIGN;
	if (!rdp_starts(p, d->in.len))
		return GRAB_FOREIGN;
	d->known = true;
	len = (size_t)p[2] << 8 | p[3];
	if (d->in.len < len)
		return GRAB_MORE;
	/* Any protocol but the old one (0) begins with TLS. */
	if (d->in.len == len && len >= NEG_AT + NEG_LEN && p[NEG_AT] == NEG_RESPONSE &&
	    p[NEG_AT + 4] != 0)
		return GRAB_STARTTLS;
	return GRAB_DONE;
}

const struct grab_proto grab_proto_rdp = {
	.name = "rdp",
	.starts = rdp_starts,
	.hello = rdp_hello,
	.hello_len = sizeof(rdp_hello),
	.on_bytes = rdp_bytes,
};

/* ---- SMB: NEGOTIATE with the dialects 2.0.2 to 3.0.2, MS-SMB2 2.2.3 ---- */

enum { SMB_AT = 4, SMB_BODY = SMB_AT + 64, SMB_LEN = 64 + 36 + 8 };

static const uint8_t smb_hello[SMB_AT + SMB_LEN] = {
	[3] = SMB_LEN,
	[SMB_AT] = 0xfe,
	'S',
	'M',
	'B',
	64,
	[SMB_AT + 14] = 1, /* credits asked for */
	[SMB_BODY] = 36,
	[SMB_BODY + 2] = 4, /* dialects */
	[SMB_BODY + 4] = 1, /* signing is possible */
	[SMB_BODY + 36] = 0x02,
	0x02,
	0x10,
	0x02,
	0x00,
	0x03,
	0x02,
	0x03,
};

static bool smb_starts(const uint8_t *p, size_t len)
{
	return len >= 8 && p[0] == 0 && (p[4] == 0xfe || p[4] == 0xff) &&
	       memcmp(p + 5, "SMB", 3) == 0;
}

static enum grab_step smb_bytes(struct grab_dialog *d)
{
	const uint8_t *p = d->in.data;

	if (d->in.len < 8)
		return p[0] == 0 ? GRAB_MORE : GRAB_FOREIGN;
	if (!smb_starts(p, d->in.len))
		return GRAB_FOREIGN;
	d->known = true;
	return d->in.len - SMB_AT < ((size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]) ? GRAB_MORE
	                                                                            : GRAB_DONE;
}

const struct grab_proto grab_proto_smb = {
	.name = "smb",
	.starts = smb_starts,
	.hello = smb_hello,
	.hello_len = sizeof(smb_hello),
	.on_bytes = smb_bytes,
};

/* ---- LDAP: the root DSE, which every client may read (RFC 4512 5.1) ---- */

enum { LDAP_ENTRY = 0x64, LDAP_SEARCH_DONE = 0x65, LDAP_NOTICE = 0x78 };

static const char ldap_hello[131] = "\x30\x81\x80\x02\x01\x01\x63\x7b"
				    "\x04\0\x0a\x01\0\x0a\x01\0\x02\x01\0\x02\x01\0\x01\x01\0"
				    "\x87\x0bobjectClass"
				    "\x30\x5b\x04\x0bobjectClass"
				    "\x04\x0enamingContexts\x04\x0avendorName"
				    "\x04\x0dvendorVersion\x04\x14supportedLDAPVersion"
				    "\x04\x0b"
				    "dnsHostName";

/* A BER length at @p; bytes it takes, 0 = not whole or too long. */
static size_t ber_len(const uint8_t *p, size_t left, size_t *len)
{
	size_t n, value = 0;

	if (left < 1)
		return 0;
	if (p[0] < 0x80) {
		*len = p[0];
		return 1;
	}
	n = p[0] & 0x7f;
	if (n == 0 || n > 4 || left - 1 < n)
		return 0;
	for (size_t i = 1; i <= n; i++)
		value = value << 8 | p[i];
	*len = value;
	return 1 + n;
}

/* The operation of the LDAPMessage at @p, its whole length in @whole (may pass what has come); 0 =
 * no message. */
static uint8_t ldap_message(const uint8_t *p, size_t left, size_t *whole)
{
	size_t len, n = left > 1 ? ber_len(p + 1, left - 1, &len) : 0;
	size_t id = 1 + n;

	if (n == 0 || p[0] != 0x30 || left - id < 4 || p[id] != 0x02 || p[id + 1] != 1)
		return 0;
	*whole = id + len;
	return p[id + 3];
}

static bool ldap_starts(const uint8_t *p, size_t len)
{
	size_t whole;
	uint8_t op = ldap_message(p, len, &whole);

	return op == LDAP_ENTRY || op == LDAP_SEARCH_DONE || op == LDAP_NOTICE;
}

static enum grab_step ldap_bytes(struct grab_dialog *d)
{
	size_t whole;
	uint8_t op;

	if (d->in.len >= 12 && !d->known && !ldap_starts(d->in.data, d->in.len))
		return GRAB_FOREIGN;
	while (d->in.len - d->seen >= 8) {
		op = ldap_message(d->in.data + d->seen, d->in.len - d->seen, &whole);
		if (op == 0)
			return d->known ? GRAB_DONE : GRAB_FOREIGN;
		d->known = true;
		if (d->in.len - d->seen < whole)
			return GRAB_MORE;
		if (op != LDAP_ENTRY)
			return GRAB_DONE;
		d->seen += whole;
	}
	return GRAB_MORE;
}

const struct grab_proto grab_proto_ldap = {
	.name = "ldap",
	.secure = "ldaps",
	.starts = ldap_starts,
	.hello = ldap_hello,
	.hello_len = sizeof(ldap_hello),
	.on_bytes = ldap_bytes,
};

/* ---- VNC: the server's version; answering it would count as a failed log-in at some servers ----
 */

static bool vnc_starts(const uint8_t *p, size_t len)
{
	return len >= 4 && memcmp(p, "RFB ", 4) == 0;
}

static enum grab_step vnc_bytes(struct grab_dialog *d)
{
	if (memcmp(d->in.data, "RFB ", d->in.len < 4 ? d->in.len : 4) != 0)
		return GRAB_FOREIGN;
	d->known = d->in.len >= 4;
	return d->in.len >= 12 ? GRAB_DONE : GRAB_MORE;
}

const struct grab_proto grab_proto_vnc = {
	.name = "vnc",
	.starts = vnc_starts,
	.on_bytes = vnc_bytes,
};

/* ---- Telnet: every option is refused (RFC 854, RFC 1143), then comes the text ---- */

enum { SE = 240, SB = 250, WILL = 251, WONT = 252, DO = 253, DONT = 254, IAC = 255 };

static bool telnet_starts(const uint8_t *p, size_t len)
{
	return len >= 3 && p[0] == IAC && p[1] >= SB && p[1] <= DONT;
}

/* Length of the command at @p (which is IAC), 0 while it is not whole. Refuses what it offers or
 * asks. */
static size_t refuse(struct grab_dialog *d, const uint8_t *p, size_t left)
{
	uint8_t answer[3] = {IAC, 0, 0};

	if (left < 2 || (p[1] >= SB && p[1] <= DONT && left < 3))
		return 0;
	if (p[1] == SB) {
		for (size_t i = 2; i < left - 1; i++)
			if (p[i] == IAC && p[i + 1] == SE)
				return i + 2;
		return 0;
	}
	if (p[1] < SB || p[1] == IAC)
		return 2;
	answer[1] = p[1] == WILL ? DONT : WONT;
	answer[2] = p[2];
	if (p[1] == WILL || p[1] == DO)
		grab_buf_add(&d->out, answer, sizeof(answer));
	return 3;
}

static bool at_prompt(const struct grab_buf *in)
{
	size_t n = in->len;

	while (n > 0 && (in->data[n - 1] == ' ' || in->data[n - 1] == 0))
		n--;
	return n > 3 && strchr(":>#$%", in->data[n - 1]) != NULL && in->data[n - 2] != IAC;
}

static enum grab_step telnet_bytes(struct grab_dialog *d)
{
	const struct grab_proto *other;

	if (!d->known) {
		other = grab_proto_recognise(d->in.data, d->in.len);
		if (other != NULL && other != &grab_proto_telnet)
			return GRAB_FOREIGN;
		d->known = true;
	}
	while (d->seen < d->in.len) {
		const uint8_t *p = d->in.data + d->seen;
		size_t n = *p == IAC ? refuse(d, p, d->in.len - d->seen) : 1;

		if (n == 0)
			return GRAB_MORE;
		d->seen += n;
	}
	return at_prompt(&d->in) ? GRAB_DONE : GRAB_MORE;
}

const struct grab_proto grab_proto_telnet = {
	.name = "telnet",
	.secure = "telnets",
	.starts = telnet_starts,
	.on_bytes = telnet_bytes,
};
