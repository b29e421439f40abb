/* SPDX-License-Identifier: Apache-2.0 */
/* xmpp.c - XMPP: opens a stream (RFC 6120, 4.2) and reads the features that the server offers
 * before any log-in; TLS where it is offered. */
#include "proto.h"

enum { REQUEST_MAX = 512, HOST_MAX = 128, LIST_MAX = 512 };
enum { OPENED, SECURING, SECURED };

static const char sign[] = "http://etherx.jabber.org/streams";

/* The stream is for the address that was asked, without its port. Servers greet each other in a
 * name space of their own (4.8.2). */
static void xmpp_greet(struct vd_dialog *d)
{
	const char *colon = strrchr(d->authority, ':');
	size_t len = colon != NULL ? (size_t)(colon - d->authority) : strlen(d->authority);
	bool peer = colon != NULL && strcmp(colon, ":5269") == 0;
	char text[REQUEST_MAX];

	snprintf(text, sizeof(text),
	         "<?xml version='1.0'?><stream:stream to='%.*s' xmlns='jabber:%s' "
	         "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
	         (int)(len < HOST_MAX ? len : HOST_MAX), d->authority, peer ? "server" : "client");
	say_text(d, text);
}

static bool xmpp_starts(struct span in)
{
	in = span_first(in, 1024);
	return (span_starts(in, "<?xml") || span_starts(in, "<stream:stream")) &&
	       span_has(in, "<stream:stream") && span_has(in, sign);
}

static bool is_whole(struct span in)
{
	return span_has(in, "</stream:features>") || span_has(in, "<stream:features/>") ||
	       span_has(in, "</stream:error>") || span_has(in, "</stream:stream>");
}

static enum vd_step xmpp_hear(struct vd_dialog *d)
{
	struct span in = heard(d);

	if (!span_may_start(in, "<?xml") && !span_may_start(in, "<stream:stream"))
		return VD_FOREIGN;
	if (d->state == SECURED)
		return VD_DONE;
	if (d->state == SECURING) {
		if (memchr(in.at + d->seen, '>', d->in_len - d->seen) == NULL)
			return VD_MORE;
		d->state = SECURED;
		return span_has(unseen(d), "<proceed") ? VD_STARTTLS : VD_DONE;
	}
	d->known = xmpp_starts(in);
	if (!is_whole(in))
		return VD_MORE;
	if (!d->known)
		return VD_FOREIGN;
	d->seen = d->first_len = d->in_len;
	if (d->tls || d->plain || !span_has(in, "urn:ietf:params:xml:ns:xmpp-tls"))
		return VD_DONE;
	d->state = SECURING;
	say_text(d, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
	return VD_MORE;
}

/* ---- what the stream says ---- */

/* Add the value of attribute @name ("from=") of the tag @in. */
static void add_attribute(struct span in, const char *name, const char *fact, struct vd_facts *out)
{
	const uint8_t *at = span_find(in, name, false), *end;

	if (at == NULL || in.end - at < (ptrdiff_t)strlen(name) + 2)
		return;
	at += strlen(name);
	end = memchr(at + 1, *at, (size_t)(in.end - at) - 1);
	if ((*at == '\'' || *at == '"') && end != NULL)
		decode_add(out, fact, (struct span){at + 1, end});
}

/* The text between the first @open and the first @close behind it, or an empty span. */
static struct span between(struct span in, const char *open, const char *close)
{
	const uint8_t *at = span_find(in, open, false);
	const uint8_t *end;

	if (at == NULL)
		return span_of(in.at, 0);
	at += strlen(open);
	end = span_find((struct span){at, in.end}, close, false);
	return end != NULL ? (struct span){at, end} : span_of(in.at, 0);
}

/* Add the contents of all <mechanism> elements (6.3.3), divided by commas. */
static void add_mechanisms(struct span in, struct vd_facts *out)
{
	char list[LIST_MAX];
	size_t len = 0;

	for (;;) {
		struct span name = between(in, "<mechanism>", "</mechanism>");

		if (name.at == name.end || span_left(name) + 1 > sizeof(list) - len)
			break;
		if (len > 0)
			list[len++] = ',';
		memcpy(list + len, name.at, span_left(name));
		len += span_left(name);
		in = (struct span){name.end, in.end};
	}
	decode_add(out, "xmpp.mechanisms", span_of(list, len));
}

/* Add the condition of a stream error (4.9.3), which is the name of its first element, and its
 * text. */
static void add_error(struct span in, struct vd_facts *out)
{
	struct span error = between(in, "<stream:error>", "</stream:error>");
	struct span name = span_from(error, 1), text = between(error, "<text", "</text>");

	if (!span_starts(error, "<"))
		return;
	for (const uint8_t *at = name.at; at < name.end; at++)
		if (*at == ' ' || *at == '/' || *at == '>')
			name.end = at;
	decode_add(out, "xmpp.error", name);
	while (text.at < text.end && *text.at != '>')
		text.at++;
	decode_add(out, "xmpp.error_text", span_from(text, 1));
}

static bool xmpp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span tag;

	(void)hinted;
	if (!xmpp_starts(in))
		return false;
	tag = between(in, "<stream:stream", ">");
	add_attribute(tag, " from=", "xmpp.from", out);
	add_attribute(tag, " version=", "xmpp.version", out);
	add_attribute(tag, " xml:lang=", "xmpp.lang", out);
	add_mechanisms(in, out);
	add_error(in, out);
	decode_add(out, "xmpp.features", between(in, "<stream:features>", "</stream:features>"));
	decode_add_bool(out, "xmpp.starttls", span_has(in, "urn:ietf:params:xml:ns:xmpp-tls"));
	return true;
}

const struct vd_proto vd_proto_xmpp = {
	.name = "xmpp",
	.secure = "xmpps",
	.aliases = NAMES("xmpp-client", "xmpp-server"),
	.ports = PORTS(5222, 5269),
	.tls_ports = PORTS(5223, 5270),
	.starts = xmpp_starts,
	.greet = xmpp_greet,
	.hear = xmpp_hear,
	.decode = xmpp_decode,
};
