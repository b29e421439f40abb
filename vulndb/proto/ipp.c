/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipp.c - IPP, printing over HTTP: asks for some of a printer's attributes (RFC 8011, 4.2.5),
 * the operation that prints nothing. A server that answers otherwise is asked as any web server.
 */
#include "http.h"

enum { REQUEST_MAX = 1024, HEAD = 8, GET_PRINTER_ATTRIBUTES = 0x0b, END = 3, ATTRIBUTES_MAX = 256 };
/* Tags of values (RFC 8010, 3.5.2). */
enum { CHARSET = 0x47, LANGUAGE = 0x48, URI = 0x45, KEYWORD = 0x44, ENUM = 0x23, OPERATION = 1 };
enum { REFUSALS = 0x0400 }; /* statuses of errors begin here (RFC 8011, B.1) */

static const char media[] = "application/ipp";

/* The attributes that are asked for, and the facts that they become. */
static const struct {
	const char *name, *fact;
} wanted[] = {
	{"printer-make-and-model", "ipp.make_and_model"},
	{"printer-name", "ipp.name"},
	{"printer-info", "ipp.info"},
	{"printer-location", "ipp.location"},
	{"printer-uuid", "ipp.uuid"},
	{"printer-firmware-string-version", "ipp.firmware"},
	{"printer-state", "ipp.state"},
	{"ipp-versions-supported", "ipp.versions"},
};

enum { WANTED = sizeof(wanted) / sizeof(wanted[0]) };

/* A message of IPP under construction. */
struct message {
	uint8_t data[REQUEST_MAX];
	size_t len;
};

static void put(struct message *m, const void *data, size_t len)
{
	if (len > sizeof(m->data) - m->len)
		return;
	memcpy(m->data + m->len, data, len);
	m->len += len;
}

static void put_text(struct message *m, const char *text)
{
	size_t len = strlen(text);
	const uint8_t length[] = {(uint8_t)(len >> 8), (uint8_t)len};

	put(m, length, sizeof(length));
	put(m, text, len);
}

/* Append an attribute, or a further value of the one before where @name is empty (3.1.4). */
static void put_attribute(struct message *m, uint8_t tag, const char *name, const char *value)
{
	put(m, &tag, 1);
	put_text(m, name);
	put_text(m, value);
}

static void ipp_greet(struct vd_dialog *d)
{
	/* version 1.1, the operation, its number; the group of the operation's attributes */
	static const uint8_t head[] = {1, 1, 0, GET_PRINTER_ATTRIBUTES, 0, 0, 0, 1, OPERATION};
	static const uint8_t end = END;
	struct message m = {.len = 0};
	char text[REQUEST_MAX];

	put(&m, head, sizeof(head));
	put_attribute(&m, CHARSET, "attributes-charset", "utf-8");
	put_attribute(&m, LANGUAGE, "attributes-natural-language", "en");
	snprintf(text, sizeof(text), "ipp://%.200s/ipp/print", d->authority);
	put_attribute(&m, URI, "printer-uri", text);
	for (size_t i = 0; i < WANTED; i++)
		put_attribute(&m, KEYWORD, i == 0 ? "requested-attributes" : "", wanted[i].name);
	put(&m, &end, 1);
	snprintf(text, sizeof(text),
	         "POST /ipp/print HTTP/1.1\r\nHost: %.200s\r\nUser-Agent: %.400s\r\n"
	         "Content-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
	         d->authority, d->user_agent, media, m.len);
	say_text(d, text);
	say(d, m.data, m.len);
}

/* Is this a reply of HTTP that carries IPP? */
static bool read_ipp(struct span in, struct reply *r)
{
	return reply_read(in, "HTTP/", r) &&
	       span_starts_nocase(reply_header(r, "Content-Type"), media);
}

/* Does the answer tell about a printer? CUPS says more about itself on its web pages, and so does who
 * refuses: they are asked as web servers. */
static bool tells(const struct reply *r)
{
	struct span body = http_body(r);

	return !span_starts(reply_header(r, "Server"), "CUPS/") && span_left(body) >= HEAD &&
	       span_be16(body, 2) < REFUSALS;
}

static enum vd_step ipp_hear(struct vd_dialog *d)
{
	enum vd_step step = http_hear(d);
	struct reply r;

	d->known = span_head_end(heard(d)) != 0 && read_ipp(heard(d), &r) && tells(&r);
	return step == VD_DONE && !d->known ? VD_FOREIGN : step;
}

/* ---- what a printer says ---- */

static void add_value(struct vd_facts *out, struct span name, uint8_t tag, struct span value)
{
	static const char *const states[] = {"idle", "processing", "stopped"}; /* 3 to 5 */

	for (size_t i = 0; i < WANTED; i++) {
		if (span_left(name) != strlen(wanted[i].name) || !span_starts(name, wanted[i].name))
			continue;
		if (tag != ENUM)
			decode_add(out, wanted[i].fact, span_trim(value));
		else if (span_be32(value, 0) >= 3 && span_be32(value, 0) <= 5)
			decode_add_text(out, wanted[i].fact, states[span_be32(value, 0) - 3]);
	}
}

/* Decode the attributes of a message (RFC 8010, 3.1): a tag, a name, a value, each with its
 * length. */
static void add_attributes(struct span rest, struct vd_facts *out)
{
	struct span name = {NULL, NULL};

	for (int i = 0; i < ATTRIBUTES_MAX && rest.at < rest.end && *rest.at != END; i++) {
		uint8_t tag = *rest.at;
		size_t name_len, len;

		rest = span_from(rest, 1);
		if (tag < 0x10)
			continue; /* a group begins */
		name_len = span_be16(rest, 0);
		if (name_len > 0)
			name = span_part(rest, 2, 2 + name_len);
		rest = span_from(rest, 2 + name_len);
		len = span_be16(rest, 0);
		if (name.at != NULL)
			add_value(out, name, tag, span_part(rest, 2, 2 + len));
		rest = span_from(rest, 2 + len);
	}
}

static bool ipp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span body;
	struct reply r;

	(void)hinted;
	if (!read_ipp(in, &r))
		return false;
	http_decode(in, false, out);
	body = http_body(&r);
	if (span_left(body) < HEAD || body.at[0] == 0 || body.at[0] > 2)
		return true;
	vd_facts_addf(out, "ipp.version", "%u.%u", body.at[0], body.at[1]);
	vd_facts_addf(out, "ipp.status", "0x%04x", span_be16(body, 2));
	add_attributes(span_from(body, HEAD), out);
	return true;
}

const struct vd_proto vd_proto_ipp = {
	.name = "ipp",
	.shown = "http",
	.secure = "ipps",
	.ports = PORTS(631),
	.greet = ipp_greet,
	.hear = ipp_hear,
	.decode = ipp_decode,
};
