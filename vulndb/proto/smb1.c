/* SPDX-License-Identifier: Apache-2.0 */
/* smb1.c - asks in SMB's first version and decodes its answers. */
#include "smb1.h"

#include "digest.h"
#include "ntlm.h"

enum { HEAD = 32, NEGOTIATE = 0x72, SESSION_SETUP = 0x73, NONE = 0xffff };
enum { FLAGS2_AT = 10, UNICODE = 0x8000, NEGOTIATED_WORDS = 17, SETUP_WORDS = 12 };
enum { GUID_LEN = 16, SETUP_LEN = HEAD + 1 + 2 * SETUP_WORDS + 2 };
/* Of the words of a response to the negotiation. */
enum { MODE_AT = 2, CAPABILITIES_AT = 19, CHALLENGE_AT = 33, EXTENDED_SECURITY = 31 };

/* Names without case, NT's codes of status, security that is negotiated, Unicode (MS-CIFS, 2.2.3.1). */
#define MESSAGE(command, number)                                                                   \
	0xff, 'S', 'M', 'B', command, 0, 0, 0, 0, 0x18, 0x43, 0xc8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  \
		0, 0, 0, 0, 1, 0, 0, 0, number, 0

static const uint8_t negotiation[] = {0,   0,   0,   69,  MESSAGE(NEGOTIATE, 0),
                                      0, /* no words, 34 bytes */
                                      34,  0,   2,   'N', 'T',
                                      ' ', 'L', 'M', ' ', '0',
                                      '.', '1', '2', 0,   2,
                                      'S', 'M', 'B', ' ', '2',
                                      '.', '0', '0', '2', 0,
                                      2,   'S', 'M', 'B', ' ',
                                      '2', '.', '?', '?', '?',
                                      0};

/* No other command; 64 KiB, two requests at once; a further connection of this client, so that no
 * other one is ended. The bytes are the token, one to align, and two texts that are empty. */
static const uint8_t setup[] = {0,
                                0,
                                0,
                                SETUP_LEN + NTLM_HELLO_LEN + 5,
                                MESSAGE(SESSION_SETUP, 1),
                                SETUP_WORDS,
                                0xff,
                                0,
                                0,
                                0,
                                0xff,
                                0xff,
                                2,
                                0,
                                1,
                                0,
                                0,
                                0,
                                0,
                                0,
                                NTLM_HELLO_LEN,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0x44,
                                0,
                                0,
                                0x80,
                                NTLM_HELLO_LEN + 5,
                                0};

void smb1_negotiate(struct vd_dialog *d)
{
	say(d, negotiation, sizeof(negotiation));
}

bool smb1_is(struct span message)
{
	return span_starts(message, "\xffSMB");
}

/* The parameters of a message, without their count. */
static struct span words_of(struct span message)
{
	return span_first(span_from(message, HEAD + 1), 2 * (size_t)span_u8(message, HEAD));
}

/* What follows the parameters and its own length. */
static struct span bytes_of(struct span message)
{
	return span_from(message, HEAD + 1 + 2 * (size_t)span_u8(message, HEAD) + 2);
}

static bool is_negotiated(struct span message)
{
	return smb1_is(message) && span_u8(message, 4) == NEGOTIATE &&
	       span_u8(message, HEAD) == NEGOTIATED_WORDS &&
	       span_le16(words_of(message), 0) != NONE;
}

bool smb1_agrees(struct span message)
{
	return is_negotiated(message) &&
	       span_le32(words_of(message), CAPABILITIES_AT) >> EXTENDED_SECURITY != 0;
}

void smb1_set_up(struct vd_dialog *d)
{
	static const uint8_t nothing[5];

	say(d, setup, sizeof(setup));
	say(d, ntlm_hello, NTLM_HELLO_LEN);
	say(d, nothing, sizeof(nothing));
}

/* Add the next text of a message, which is UTF-16LE where @unicode is set. */
static void add_text(struct span *in, bool unicode, const char *name, struct vd_facts *out)
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

static bool is_unicode(struct span message)
{
	return (span_le16(message, FLAGS2_AT) & UNICODE) != 0;
}

/* Add the answer to the negotiation: without negotiated security, the server names itself. */
static void add_negotiated(struct span message, struct vd_facts *out)
{
	struct span words = words_of(message), bytes = bytes_of(message);
	uint8_t mode = span_u8(words, MODE_AT);
	char hex[2 * GUID_LEN + 1];

	decode_add_text(out, "smb.signing",
	                (mode & 8) != 0   ? "required"
	                : (mode & 4) != 0 ? "enabled"
	                                  : "disabled");
	if (!smb1_agrees(message)) {
		bytes = span_from(bytes, span_u8(words, CHALLENGE_AT));
		add_text(&bytes, is_unicode(message), "smb.domain", out);
		add_text(&bytes, is_unicode(message), "smb.name", out);
		return;
	}
	if (span_left(bytes) < GUID_LEN)
		return;
	digest_hex(bytes.at, GUID_LEN, hex);
	decode_add_text(out, "smb.guid", hex);
}

/* Add the answer to the set-up: the system, the LAN manager and the domain (MS-CIFS, 2.2.4.53.2). */
static void add_set_up(struct span message, struct vd_facts *out)
{
	struct span words = words_of(message), bytes = bytes_of(message);
	bool unicode = is_unicode(message);

	if (span_u8(message, HEAD) < 3)
		return;
	if (span_u8(message, HEAD) == 4)
		bytes = span_from(bytes, span_le16(words, 6)); /* the security blob */
	if (unicode && (bytes.at - message.at) % 2 != 0)
		bytes = span_from(bytes, 1);
	add_text(&bytes, unicode, "smb.os", out);
	add_text(&bytes, unicode, "smb.lanman", out);
	add_text(&bytes, unicode, "smb.domain", out);
}

void smb1_facts(struct span message, struct vd_facts *out)
{
	decode_add_text(out, "smb.dialect", "1");
	decode_add_text(out, "smb.smb_version", "1");
	if (is_negotiated(message))
		add_negotiated(message, out);
	else if (span_u8(message, 4) == SESSION_SETUP)
		add_set_up(message, out);
}
