/* SPDX-License-Identifier: Apache-2.0 */
/*
 * minecraft.c - Minecraft: asks for the status that the list of servers in the game shows
 * (Minecraft protocol, "Server List Ping"). Who plays now is no property of the server, and left out.
 */
#include "proto.h"

enum {
	HANDSHAKE = 0,
	STATUS = 0,
	NEXT_STATUS = 1,
	PORT = 25565,
	HOST_MAX = 100,
	ANSWER_MAX = 1 << 20
};

static void minecraft_greet(struct vd_dialog *d)
{
	/* port, what comes next; the request, a packet of one byte */
	static const uint8_t tail[] = {PORT >> 8, PORT & 0xff, NEXT_STATUS, 1, STATUS};
	const char *colon = strrchr(d->authority, ':');
	size_t len = colon != NULL ? (size_t)(colon - d->authority) : strlen(d->authority);
	uint8_t head[4];

	if (len > HOST_MAX)
		len = HOST_MAX;
	/* length, number of the packet, any version, length of the host's name */
	head[0] = (uint8_t)(6 + len);
	head[1] = HANDSHAKE;
	head[2] = 0;
	head[3] = (uint8_t)len;
	say(d, head, sizeof(head));
	say(d, d->authority, len);
	say(d, tail, sizeof(tail));
}

/*
 * Read a number of seven bits a byte, the lowest first. False where it has not come, or is longer
 * than three bytes.
 */
static bool take_number(struct span *s, size_t *number)
{
	*number = 0;
	for (unsigned i = 0; i < 3 && s->at < s->end; i++) {
		uint8_t byte = *s->at++;

		*number |= (size_t)(byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0)
			return true;
	}
	return false;
}

/* The status's text, as much as has come: a packet with one string; *@whole its length at which it
 * is whole. False where this is none. */
static bool read_status(struct span in, struct span *text, size_t *whole)
{
	struct span rest = in;
	size_t packet, head, len;

	if (!take_number(&rest, &packet) || packet < 3 || packet > ANSWER_MAX)
		return false;
	head = span_left(in) - span_left(rest);
	if (rest.at == rest.end || *rest.at++ != STATUS || !take_number(&rest, &len) ||
	    len + 2 > packet || !span_starts(rest, "{"))
		return false;
	*text = span_first(rest, len);
	*whole = head + packet;
	return true;
}

static enum vd_step minecraft_hear(struct vd_dialog *d)
{
	enum { HEAD_MAX = 8 };
	struct span text;
	size_t whole;

	if (read_status(heard(d), &text, &whole) && span_may_start(text, "{\""))
		return whole_at(d, whole);
	return d->in_len < HEAD_MAX && (d->in[0] & 0x80) != 0 ? VD_MORE : VD_FOREIGN;
}

static bool minecraft_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char version[] = "\"version\"", players[] = "\"players\"";
	struct span text;
	const uint8_t *at;
	size_t whole;

	(void)hinted;
	if (!read_status(in, &text, &whole) || !span_has(text, version))
		return false;
	at = span_find(text, version, false);
	if (at != NULL) {
		decode_add_json(out, "minecraft.version", (struct span){at, text.end}, "name");
		decode_add_json(out, "minecraft.protocol", (struct span){at, text.end}, "protocol");
	}
	at = span_find(text, players, false);
	if (at != NULL)
		decode_add_json(out, "minecraft.players_max", (struct span){at, text.end}, "max");
	decode_add_json(out, "minecraft.description", text, "description");
	return true;
}

const struct vd_proto vd_proto_minecraft = {
	.name = "minecraft",
	.ports = PORTS(25565),
	.greet = minecraft_greet,
	.hear = minecraft_hear,
	.decode = minecraft_decode,
};
