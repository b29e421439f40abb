/* SPDX-License-Identifier: Apache-2.0 */
/*
 * irc.c - IRC: asks for the server's capabilities before any registration (CAP LS, IRCv3 capability
 * negotiation) and leaves. Without NICK and USER nobody joins. TLS where it is offered (the capability
 * "tls", and the command STARTTLS that comes with it).
 */
#include "proto.h"

enum { LINE_MAX = 512, TEXT_MAX = 4096, LINES_MAX = 64, CAPS_MAX = 2048 };
enum { ASKED, LEFT, SECURING, SECURED, REFUSED };

/* Does the line look like one of a server (RFC 2812, 2.3: a prefix, then a command)? */
static bool is_server_line(struct span line)
{
	/* NOTICE, the answer to CAP, welcome, "not registered yet", and the server's version
	 * (5.1, 5.2) */
	static const char *const words[] = {" NOTICE ", " CAP ", " 001 ", " 451 ", " 004 "};
	bool found = span_starts(line, "NOTICE ") || span_starts(line, "ERROR :");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		found |= span_starts(line, ":") && span_find(line, words[i], false) != NULL;
	return found;
}

static bool irc_starts(struct span in)
{
	struct span line, first = span_first(in, LINE_MAX);

	return span_line(&first, &line) && is_server_line(line);
}

static bool may_start(struct span in)
{
	return in.at[0] == ':' || span_may_start(in, "NOTICE ") || span_may_start(in, "ERROR :");
}

/* What follows "CAP * LS " on the line, or an empty span; *@more: another such line follows. */
static struct span capabilities_of(struct span line, bool *more)
{
	const uint8_t *at = span_find(span_first(line, LINE_MAX), " LS ", false);
	struct span list;

	if (at == NULL || span_find((struct span){line.at, at}, " CAP ", false) == NULL)
		return span_of(line.at, 0);
	list = (struct span){at + 4, line.end};
	*more = span_starts(list, "* ");
	list = span_from(list, *more ? 2 : 0);
	return span_from(list, span_starts(list, ":") ? 1 : 0);
}

/* Is this the last line of the answer to CAP, or a refusal? */
static bool ends_answer(struct span line)
{
	bool more = true;

	capabilities_of(line, &more);
	return !more || span_find(line, " 451 ", false) != NULL ||
	       span_find(line, " 421 ", false) != NULL;
}

/* Whether the answer to CAP has the capability "tls"; *@any: it has come. */
static bool offers_tls(struct span in, bool *any)
{
	struct span line;
	bool more, offers = false;

	*any = false;
	for (int i = 0; i < LINES_MAX && span_line(&in, &line); i++) {
		struct span list = span_trim(capabilities_of(line, &more));

		*any |= list.at < list.end;
		while (list.at < list.end) {
			struct span word = span_word(list);

			offers |= span_left(word) == 3 && span_starts(word, "tls");
			list = span_trim(span_from(list, span_left(word)));
		}
	}
	return offers;
}

/* The answer to CAP is whole: ask for TLS, or leave. */
static void go_on(struct vd_dialog *d)
{
	bool any;

	if (!d->tls && !d->plain && offers_tls(heard(d), &any)) {
		d->state = SECURING;
		d->first_len = d->seen;
		say_text(d, "STARTTLS\r\n");
		return;
	}
	d->state = LEFT;
	say_text(d, "QUIT\r\n");
}

/* A line that may be the answer to STARTTLS: RPL_STARTTLS, ERR_STARTTLS, or a refusal of all commands.
 * True: TLS begins. */
static bool hear_starttls(struct vd_dialog *d, struct span line)
{
	if (span_find(line, " 670 ", false) != NULL) {
		d->state = SECURED;
		return true;
	}
	if (span_find(line, " 691 ", false) != NULL || span_find(line, " 451 ", false) != NULL ||
	    span_find(line, " 421 ", false) != NULL) {
		d->state = REFUSED;
		say_text(d, "QUIT\r\n");
	}
	return false;
}

static enum vd_step irc_hear(struct vd_dialog *d)
{
	size_t end;

	if (d->state == SECURED)
		return VD_DONE;
	if (!may_start(heard(d)))
		return VD_FOREIGN;
	while ((end = span_line_end(heard(d), d->seen)) != 0) {
		struct span line = span_part(heard(d), d->seen, end);

		d->known |= is_server_line(line);
		if (!d->known)
			return VD_FOREIGN;
		d->seen = end;
		if (span_starts(line, "ERROR "))
			return VD_DONE;
		if (d->state == SECURING && hear_starttls(d, line))
			return VD_STARTTLS;
		if (d->state == ASKED && ends_answer(line))
			go_on(d);
	}
	return VD_MORE;
}

static bool irc_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, rest = in, server;
	char caps[CAPS_MAX];
	size_t len = 0;

	(void)hinted;
	if (!irc_starts(in))
		return false;
	decode_add(out, "irc.banner", span_trim(span_first(in, TEXT_MAX)));
	for (int i = 0; i < LINES_MAX && span_line(&rest, &line); i++) {
		bool more;
		struct span list = span_trim(capabilities_of(line, &more));

		if (span_left(list) + 1 > sizeof(caps) - len || list.at == list.end)
			continue;
		if (len > 0)
			caps[len++] = ' ';
		memcpy(caps + len, list.at, span_left(list));
		len += span_left(list);
	}
	decode_add(out, "irc.capabilities", span_of(caps, len));
	if (!span_starts(in, ":"))
		return true;
	server = span_first(span_from(in, 1), LINE_MAX);
	for (const uint8_t *at = server.at; at < server.end; at++)
		if (*at <= ' ')
			server.end = at;
	decode_add(out, "irc.server", server);
	return true;
}

static void irc_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	bool any, offers = offers_tls(heard(d), &any);

	if (any && (!d->tls || d->state == SECURED))
		decode_add_bool(out, "irc.starttls", offers && d->state != REFUSED);
}

const struct vd_proto vd_proto_irc = {
	.name = "irc",
	.secure = "ircs",
	.ports = PORTS(194, 6660, 6667, 6668, 7000),
	.tls_ports = PORTS(6697),
	.starts = irc_starts,
	HELLO_TEXT("CAP LS 302\r\n"),
	.hear = irc_hear,
	.decode = irc_decode,
	.facts = irc_facts,
};
