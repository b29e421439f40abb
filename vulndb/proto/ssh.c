/* SPDX-License-Identifier: Apache-2.0 */
/* ssh.c - SSH up to the server's host key (RFC 4253, 4.2, 7, 8), and no further. */
#include "ssh_kex.h"

enum {
	BEFORE_MAX = 1024, /* bytes before the version after which the wait for it ends */
	LINES_MAX = 32,    /* lines that are searched for the version */
};

enum { LISTENING, ASKED }; /* the states of a dialog */

static const char sign[] = "SSH-";

static bool ssh_starts(struct span in)
{
	return span_starts(in, sign);
}

/* Find the version string, before which other lines are allowed (4.2). *@line is where it begins.
 * Returns the offset behind it; 0 while it has not come whole. */
static size_t find_version(struct span in, size_t *line)
{
	size_t end;

	for (size_t at = 0; (end = span_line_end(in, at)) != 0; at = end) {
		if (!ssh_starts(span_part(in, at, end)))
			continue;
		*line = at;
		return end;
	}
	return 0;
}

/* Wait for the version, and answer with ours. Version 1 has no list of algorithms. */
static enum vd_step hear_version(struct vd_dialog *d)
{
	size_t line;

	d->first_len = d->seen = find_version(heard(d), &line);
	if (d->first_len == 0)
		return d->in_len > BEFORE_MAX ? VD_FOREIGN : VD_MORE;
	d->known = true;
	say_text(d, "SSH-2.0-Sonde\r\n");
	return span_starts(span_from(heard(d), line), "SSH-1.") &&
	                       !span_starts(span_from(heard(d), line), "SSH-1.99")
	               ? VD_DONE
	               : VD_MORE;
}

/* A message has come. A server that is to be asked nothing further is left with its lists. */
static enum vd_step hear_message(struct vd_dialog *d, struct span payload)
{
	struct span lists[SSH_LISTS];
	uint8_t number = span_u8(payload, 0);

	if (number == SSH_IGNORE || number == SSH_DEBUG)
		return VD_MORE;
	if (d->state == ASKED || d->plain || !ssh_kex_read(payload, lists) ||
	    !ssh_kex_ask(d, lists))
		return VD_DONE;
	d->state = ASKED;
	return VD_MORE;
}

static enum vd_step ssh_hear(struct vd_dialog *d)
{
	enum vd_step step = d->first_len == 0 ? hear_version(d) : VD_MORE;
	struct span payload;

	while (step == VD_MORE && d->first_len > 0) {
		struct span in = unseen(d);
		enum ssh_packet packet = ssh_packet_take(&in, &payload);

		if (packet != SSH_PACKET_WHOLE)
			return packet == SSH_PACKET_MORE ? VD_MORE : VD_DONE;
		d->seen = (size_t)(in.at - d->in);
		step = hear_message(d, payload);
	}
	return step;
}

/* Decode the version string; other lines may stand before it. */
static bool ssh_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	for (int i = 0; i < LINES_MAX && span_line(&in, &line); i++) {
		const uint8_t *dash;

		if (!ssh_starts(line))
			continue;
		line = span_from(line, strlen(sign));
		dash = line.at < line.end ? memchr(line.at, '-', span_left(line)) : NULL;
		if (dash == NULL)
			return false;
		decode_add(out, "ssh.protocol", (struct span){line.at, dash});
		decode_add(out, "ssh.banner", span_trim((struct span){dash + 1, line.end}));
		return true;
	}
	return false;
}

static void ssh_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	struct span in = span_from(heard(d), d->first_len), payload, lists[SSH_LISTS];

	if (d->first_len == 0)
		return;
	while (ssh_packet_take(&in, &payload) == SSH_PACKET_WHOLE) {
		if (span_u8(payload, 0) == SSH_KEX_REPLY) {
			ssh_host_key_facts(payload, out);
			return;
		}
		if (ssh_kex_read(payload, lists))
			ssh_kex_facts(lists, out);
	}
}

const struct vd_proto vd_proto_ssh = {
	.name = "ssh",
	.ports = PORTS(22, 2222),
	.starts = ssh_starts,
	.yields = true,
	.hear = ssh_hear,
	.decode = ssh_decode,
	.facts = ssh_facts,
};
