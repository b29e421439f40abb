/* SPDX-License-Identifier: Apache-2.0 */
/* ceph.c - Ceph's messengers: the server greets with a banner; version 2 puts its features behind it
 * ("msgr2 protocol" and "Network Protocol" in Ceph's developer guide). */
#include "proto.h"

/* The banner of version 2: its text, a length of two bytes, features supported and required. */
enum { TEXT_2 = 8, HEAD_2 = TEXT_2 + 2, FEATURES = 16, TEXT_1 = 9 };

static const char sign_2[] = "ceph v2\n", sign_1[] = "ceph v027";

static bool ceph_starts(struct span in)
{
	return span_starts(in, sign_2) || span_starts(in, sign_1);
}

static enum vd_step ceph_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign_2) && !span_may_start(heard(d), sign_1))
		return VD_FOREIGN;
	if (!ceph_starts(heard(d)))
		return VD_MORE;
	d->known = true;
	if (span_starts(heard(d), sign_1))
		return VD_DONE;
	return whole_at(d, HEAD_2 + (size_t)span_le16(heard(d), TEXT_2));
}

static bool ceph_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span features = span_from(in, HEAD_2);

	(void)hinted;
	if (!ceph_starts(in))
		return false;
	decode_add_text(out, "ceph.protocol", span_starts(in, sign_2) ? "2" : "1");
	if (span_starts(in, sign_2) && span_le16(in, TEXT_2) >= FEATURES &&
	    span_left(features) >= FEATURES) {
		vd_facts_addf(out, "ceph.features", "%08x%08x", span_le32(features, 4),
		              span_le32(features, 0));
		vd_facts_addf(out, "ceph.required", "%08x%08x", span_le32(features, 12),
		              span_le32(features, 8));
	}
	return true;
}

const struct vd_proto vd_proto_ceph = {
	.name = "ceph",
	.ports = PORTS(3300, 6789, 6800),
	.starts = ceph_starts,
	.hear = ceph_hear,
	.decode = ceph_decode,
};
