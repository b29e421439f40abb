/* SPDX-License-Identifier: Apache-2.0 */
/* teamspeak.c - TeamSpeak's query port: reads the greeting and asks for the version, which needs no
 * log-in (TeamSpeak 3 ServerQuery manual, "version"). */
#include "proto.h"

enum { GREETED, ASKED };

static const char sign[] = "TS3\n\r", last_word[] = "error id=";

static bool teamspeak_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step teamspeak_hear(struct vd_dialog *d)
{
	size_t welcome;

	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = teamspeak_starts(heard(d));
	welcome = d->known ? span_line_end(heard(d), strlen(sign)) : 0;
	if (welcome == 0)
		return VD_MORE;
	if (d->state == GREETED) {
		d->state = ASKED;
		d->seen = welcome;
		say_text(d, "version\n");
		return VD_MORE;
	}
	if (span_find(unseen(d), last_word, false) == NULL || d->in[d->in_len - 1] != '\r')
		return VD_MORE;
	say_text(d, "quit\n");
	return VD_DONE;
}

/* Add VALUE of KEY=VALUE in the answer, which ends at a blank or a line's end. */
static void add_value(struct span in, const char *key, const char *fact, struct vd_facts *out)
{
	const uint8_t *at = span_find(in, key, false), *end;

	if (at == NULL)
		return;
	at += strlen(key);
	for (end = at; end<in.end && * end> ' ';)
		end++;
	decode_add(out, fact, (struct span){at, end});
}

static bool teamspeak_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!teamspeak_starts(in))
		return false;
	add_value(in, "\nversion=", "teamspeak.version", out);
	add_value(in, "\rversion=", "teamspeak.version", out);
	add_value(in, " build=", "teamspeak.build", out);
	add_value(in, " platform=", "teamspeak.platform", out);
	return true;
}

const struct vd_proto vd_proto_teamspeak = {
	.name = "teamspeak",
	.ports = PORTS(10011),
	.starts = teamspeak_starts,
	.hear = teamspeak_hear,
	.decode = teamspeak_decode,
};
