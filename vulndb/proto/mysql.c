/* SPDX-License-Identifier: Apache-2.0 */
/* mysql.c - MySQL and MariaDB: reads the server's greeting, then begins TLS where it is offered
 * (MySQL's internals manual, Protocol::HandshakeV10). */
#include "proto.h"

enum {
	HEAD = 4, /* packet header: three bytes of length, one of sequence number */
	PROTOCOL = 10,
	ERROR = 0xff,
	GREETING_MAX = 4096,
	AFTER_VERSION = 4 + 8 + 1, /* thread, salt, filler */
	CAN_SSL = 0x0800,
	CAN_PLUGIN_AUTH = 0x0008, /* in the upper half of the capabilities */
};

static bool mysql_starts(struct span in)
{
	return span_left(in) > HEAD + 1 && span_be16(in, 2) == 0 && span_le16(in, 0) >= 4 &&
	       (in.at[HEAD] == PROTOCOL || in.at[HEAD] == ERROR);
}

/* The packet's contents, as far as they have come. */
static struct span payload(struct span in)
{
	return span_first(span_from(in, HEAD), span_le32(in, 0) & 0xffffff);
}

/* The part of a greeting behind the version, which begins with the capabilities. */
static struct span behind_version(struct span greeting)
{
	struct span rest = span_from(greeting, 1);

	span_text(&rest);
	return span_from(rest, AFTER_VERSION);
}

static bool offers_tls(struct span greeting)
{
	return span_u8(greeting, 0) == PROTOCOL &&
	       (span_le16(behind_version(greeting), 0) & CAN_SSL) != 0;
}

static enum vd_step mysql_hear(struct vd_dialog *d)
{
	/* SSLRequest: protocol 4.1 and TLS, largest packet 16 MB, utf8; it names no user. */
	static const uint8_t ssl_request[36] = {32, 0, 0, 1, 0x00, 0x8a, 0, 0, 0, 0, 0, 1, 33};

	if (d->tls)
		return VD_DONE;
	if (d->in_len <= HEAD + 1)
		return VD_MORE;
	if (!mysql_starts(heard(d)))
		return VD_FOREIGN;
	if (d->in_len - HEAD < (span_le32(heard(d), 0) & 0xffffff))
		return VD_MORE;
	whole_at(d, HEAD + span_left(payload(heard(d))));
	if (!offers_tls(payload(heard(d))))
		return VD_DONE;
	say(d, ssl_request, sizeof(ssl_request));
	return VD_STARTTLS;
}

static void add_error(struct span packet, struct vd_facts *out)
{
	struct span text = span_from(packet, 3);

	vd_facts_addf(out, "mysql.error_code", "%u", span_le16(packet, 1));
	if (span_starts(text, "#"))
		text = span_from(text, 6); /* the SQL state */
	decode_add(out, "mysql.error", span_trim(text));
}

static void add_greeting(struct span packet, struct vd_facts *out)
{
	struct span version = span_from(packet, 1), rest = behind_version(packet), plugin;
	size_t salt = span_u8(rest, 7);

	decode_add(out, "mysql.version", span_text(&version));
	decode_add_bool(out, "mysql.tls", (span_le16(rest, 0) & CAN_SSL) != 0);
	salt = salt > 8 + 13 ? salt - 8 : 13;
	plugin = span_from(rest, 18 + salt);
	if ((span_le16(rest, 5) & CAN_PLUGIN_AUTH) != 0)
		decode_add(out, "mysql.auth_plugin", span_text(&plugin));
}

static bool mysql_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint32_t len = span_le32(in, 0) & 0xffffff;
	struct span packet = payload(in);

	(void)hinted;
	if (span_left(in) < 10 || len < 6 || len > GREETING_MAX || span_u8(in, 3) > 1)
		return false;
	if (packet.at[0] == PROTOCOL && packet.at[1] >= '0' && packet.at[1] <= '9')
		add_greeting(packet, out);
	else if (packet.at[0] == ERROR && span_le16(packet, 1) >= 1000 &&
	         span_le16(packet, 1) < 5000)
		add_error(packet, out);
	else
		return false;
	return true;
}

const struct vd_proto vd_proto_mysql = {
	.name = "mysql",
	.aliases = NAMES("mariadb"),
	.ports = PORTS(3306, 3307),
	.starts = mysql_starts,
	.hear = mysql_hear,
	.decode = mysql_decode,
};
