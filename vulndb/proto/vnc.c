/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vnc.c - VNC: reads the server's version (RFC 6143, 7.1.1), answers with a version, and reads the
 * types of security that the server offers (7.1.2). It chooses none, so no log-in begins.
 */
#include <ctype.h>

#include "proto.h"

enum { VERSION_LEN = 12, LIST_SINCE = 7, REASON_MAX = 4096, TYPES_MAX = 16, NONE = 1 };

static const char sign[] = "RFB ";

static bool vnc_starts(struct span in)
{
	return span_starts(in, sign);
}

/* The two numbers of "RFB 003.008\n"; false where they are none. */
static bool read_version(struct span in, unsigned *major, unsigned *minor)
{
	*major = *minor = 0;
	if (!vnc_starts(in) || span_left(in) < VERSION_LEN - 1 || in.at[7] != '.')
		return false;
	for (int i = 4; i < 7; i++) {
		if (!isdigit(in.at[i]) || !isdigit(in.at[i + 4]))
			return false;
		*major = *major * 10 + (unsigned)(in.at[i] - '0');
		*minor = *minor * 10 + (unsigned)(in.at[i + 4] - '0');
	}
	return true;
}

/* Does the server send a list of types (7.1.2)? Before version 3.7 it chose one itself. */
static bool sends_list(struct span in)
{
	unsigned major, minor;

	return read_version(in, &major, &minor) && (major > 3 || minor >= LIST_SINCE);
}

/* Where the bytes about security end; SIZE_MAX while that cannot be told. */
static size_t security_end(struct span in)
{
	bool list = sends_list(in);
	struct span rest = span_from(in, VERSION_LEN);
	size_t head = list ? 1 : 4;

	if (span_left(rest) < head)
		return SIZE_MAX;
	if (list && *rest.at != 0)
		return VERSION_LEN + head + *rest.at;
	if (!list && span_be32(rest, 0) != 0)
		return VERSION_LEN + head;
	/* A refusal: its length, its reason. */
	if (span_left(rest) < head + 4)
		return SIZE_MAX;
	return VERSION_LEN + head + 4 + (size_t)span_be32(rest, head) % REASON_MAX;
}

static enum vd_step vnc_hear(struct vd_dialog *d)
{
	struct span in = heard(d);
	unsigned major, minor;

	if (!span_may_start(in, sign))
		return VD_FOREIGN;
	d->known = vnc_starts(in);
	if (d->in_len < VERSION_LEN)
		return VD_MORE;
	if (!read_version(in, &major, &minor))
		return VD_DONE;
	if (d->seen == 0) {
		d->seen = VERSION_LEN;
		say_text(d, !sends_list(in)                     ? "RFB 003.003\n"
		            : major == 3 && minor == LIST_SINCE ? "RFB 003.007\n"
		                                                : "RFB 003.008\n");
	}
	return d->in_len >= security_end(in) ? VD_DONE : VD_MORE;
}

static const char *security_name(uint8_t type)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = {{NONE, "none"}, {2, "vnc"},       {5, "ra2"},   {16, "tight"},
	             {18, "tls"},    {19, "vencrypt"}, {20, "sasl"}, {30, "ard"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return "other";
}

/* Add the types, divided by commas; "none", which lets anybody in, comes first. */
static void add_types(struct span types, struct vd_facts *out)
{
	bool open = types.at < types.end && memchr(types.at, NONE, span_left(types)) != NULL;
	char text[256] = "";
	size_t len = open ? (size_t)snprintf(text, sizeof(text), "%s", security_name(NONE)) : 0;

	for (types = span_first(types, TYPES_MAX); types.at < types.end; types.at++)
		if (*types.at != NONE)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
			                        len > 0 ? "," : "", security_name(*types.at));
	decode_add_text(out, "vnc.security", text);
}

/* Add the types, or the reason for which there are none. */
static void add_security(struct span in, struct vd_facts *out)
{
	bool list = sends_list(in);
	size_t head = list ? 1 : 4;

	in = span_from(in, VERSION_LEN);
	if (span_left(in) < head)
		return;
	if (list)
		add_types(span_part(in, 1, 1 + (size_t)in.at[0]), out);
	else if (span_be32(in, 0) != 0)
		decode_add_text(out, "vnc.security", security_name(span_u8(in, 3)));
	if (list ? in.at[0] == 0 : span_be32(in, 0) == 0)
		decode_add(out, "vnc.error",
		           span_first(span_from(in, head + 4), span_be32(in, head)));
}

/* Decode "RFB 003.008\n", then what the server says about security. */
static bool vnc_decode(struct span in, bool hinted, struct vd_facts *out)
{
	unsigned major, minor;

	(void)hinted;
	if (!read_version(in, &major, &minor))
		return false;
	vd_facts_addf(out, "vnc.version", "%u.%u", major, minor);
	add_security(in, out);
	return true;
}

const struct vd_proto vd_proto_vnc = {
	.name = "vnc",
	.ports = PORTS(5900, 5901, 5902, 5903),
	.starts = vnc_starts,
	.hear = vnc_hear,
	.decode = vnc_decode,
};
