/* SPDX-License-Identifier: Apache-2.0 */
/* vnc.c - VNC: reads the server's version (RFC 6143, 7.1) and sends nothing, since an answer would
 * count as a failed log-in at some servers. */
#include <ctype.h>

#include "proto.h"

enum { VERSION_LEN = 12 };

static const char sign[] = "RFB ";

static bool vnc_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step vnc_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = vnc_starts(heard(d));
	return d->in_len >= VERSION_LEN ? VD_DONE : VD_MORE;
}

static const char *security_name(uint8_t type)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = {{1, "none"}, {2, "vnc"},       {5, "ra2"},   {16, "tight"},
	             {18, "tls"}, {19, "vencrypt"}, {20, "sasl"}, {30, "ard"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return "other";
}

/* Decode "RFB 003.008\n", then the number of security types and the types. */
static bool vnc_decode(struct span in, bool hinted, struct vd_facts *out)
{
	unsigned major = 0, minor = 0;
	char list[256] = "";
	size_t len = 0;

	(void)hinted;
	if (!vnc_starts(in) || span_left(in) < 11 || in.at[7] != '.')
		return false;
	for (int i = 4; i < 7; i++) {
		if (!isdigit(in.at[i]) || !isdigit(in.at[i + 4]))
			return false;
		major = major * 10 + (unsigned)(in.at[i] - '0');
		minor = minor * 10 + (unsigned)(in.at[i + 4] - '0');
	}
	vd_facts_addf(out, "vnc.version", "%u.%u", major, minor);
	in = span_from(in, VERSION_LEN);
	for (size_t i = 0; i < span_u8(in, 0) && i < 16 && i + 1 < span_left(in); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", i > 0 ? "," : "",
		                        security_name(in.at[i + 1]));
	decode_add_text(out, "vnc.security", list);
	return true;
}

const struct vd_proto vd_proto_vnc = {
	.name = "vnc",
	.ports = PORTS(5900, 5901, 5902, 5903),
	.starts = vnc_starts,
	.hear = vnc_hear,
	.decode = vnc_decode,
};
