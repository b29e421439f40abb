/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x11.c - X11: sends the set-up of a connection without any authorisation (X Window System
 * Protocol, 8) and ends. The server tells its maker where it lets anybody in, or refuses.
 */
#include "proto.h"

enum { HEAD = 8, FAILED = 0, SUCCESS = 1, AUTHENTICATE = 2, MAJOR = 11, SUCCESS_MIN = 32 };
enum { RELEASE_AT = 8, VENDOR_LEN_AT = 24, VENDOR_AT = 40 };
enum { BY_YEAR = 12100000, LEADING_ONE = 10000000 };

/* little-endian, version 11.0, no authorisation */
static const uint8_t x11_hello[] = {'l', 0, MAJOR, 0, 0, 0, 0, 0, 0, 0, 0, 0};

static bool x11_starts(struct span in)
{
	size_t rest = 4 * (size_t)span_le16(in, 6);

	if (span_left(in) < HEAD || in.at[0] > AUTHENTICATE)
		return false;
	if (in.at[0] == AUTHENTICATE)
		return span_le32(in, 1) == 0 && in.at[5] == 0 && rest > 0;
	if (span_le16(in, 2) != MAJOR || span_le16(in, 4) != 0)
		return false;
	if (in.at[0] == FAILED)
		return in.at[1] > 0 && in.at[1] <= rest && rest < (size_t)in.at[1] + 4;
	return in.at[1] == 0 && rest >= SUCCESS_MIN;
}

static enum vd_step x11_hear(struct vd_dialog *d)
{
	if (d->in_len < HEAD)
		return d->in[0] <= AUTHENTICATE ? VD_MORE : VD_FOREIGN;
	return x11_starts(heard(d)) ? whole_at(d, HEAD + 4 * (size_t)span_le16(heard(d), 6))
	                            : VD_FOREIGN;
}

/* Add the maker's number of the release. X.Org's is made of its version: 12011000 is 1.20.11. Since
 * versions begin with the year, a one stands before: 12101007 is 21.1.7. */
static void add_release(uint32_t release, struct vd_facts *out)
{
	const struct vd_fact *vendor = vd_facts_get(out, "x11.vendor");
	char version[32];
	int len;

	vd_facts_addf(out, "x11.release", "%u", (unsigned)release);
	if (vendor == NULL || strcmp(vendor->value, "The X.Org Foundation") != 0)
		return;
	if (release >= BY_YEAR)
		len = snprintf(version, sizeof(version), "%u.%u",
		               (unsigned)((release - LEADING_ONE) / 100000),
		               (unsigned)(release / 1000 % 100));
	else
		len = snprintf(version, sizeof(version), "%u.%u.%u", (unsigned)(release / 10000000),
		               (unsigned)(release / 100000 % 100),
		               (unsigned)(release / 1000 % 100));
	if (release % 1000 > 0)
		snprintf(version + len, sizeof(version) - (size_t)len, ".%u",
		         (unsigned)(release % 1000));
	decode_add_text(out, "x11.version", version);
}

static bool x11_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span reason;

	if (!x11_starts(in) || (!hinted && in.at[0] == AUTHENTICATE))
		return false;
	decode_add_bool(out, "x11.open", in.at[0] == SUCCESS);
	if (in.at[0] == SUCCESS) {
		decode_add(out, "x11.vendor",
		           span_first(span_from(in, VENDOR_AT), span_le16(in, VENDOR_LEN_AT)));
		add_release(span_le32(in, RELEASE_AT), out);
		return true;
	}
	reason = span_first(span_from(in, HEAD),
	                    in.at[0] == FAILED ? in.at[1] : 4 * (size_t)span_le16(in, 6));
	decode_add(out, "x11.reason", span_trim(reason));
	return true;
}

const struct vd_proto vd_proto_x11 = {
	.name = "x11",
	.ports = PORTS(6000, 6001, 6002, 6003, 6004, 6005),
	HELLO(x11_hello),
	.hear = x11_hear,
	.decode = x11_decode,
};
