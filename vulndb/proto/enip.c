/* SPDX-License-Identifier: Apache-2.0 */
/* enip.c - EtherNet/IP: sends ListIdentity, which needs no session (CIP volume 2, 2-4.2). */
#include "proto.h"

/* The encapsulation header: command, length, session, status, sender's context, options. */
enum { HEAD = 24, LENGTH_AT = 2, STATUS_AT = 8, CONTEXT_AT = 12, ANSWER_MAX = 1024 };
enum { LIST_IDENTITY = 0x63, IDENTITY_ITEM = 0x0c, ITEMS_AT = HEAD, ITEM_MIN = 33 };

static const uint8_t enip_hello[HEAD] = {LIST_IDENTITY};

static bool zeros(struct span s)
{
	for (; s.at < s.end; s.at++)
		if (*s.at != 0)
			return false;
	return true;
}

/* Is this the header of an answer? Context and options are the zeros of the request; the session
 * has no meaning. A status above 0 is a refusal and brings no items. */
static bool is_header(struct span in)
{
	size_t len = span_le16(in, LENGTH_AT);
	bool refusal = span_le32(in, STATUS_AT) != 0;

	return span_le16(in, 0) == LIST_IDENTITY && zeros(span_part(in, CONTEXT_AT, HEAD)) &&
	       (refusal ? len == 0 : len >= 2 + 4 + ITEM_MIN && len <= ANSWER_MAX);
}

/* Is this an answer with one item, the identity, of encapsulation version 1? */
static bool enip_starts(struct span in)
{
	return span_left(in) >= ITEMS_AT + 8 && is_header(in) && span_le32(in, STATUS_AT) == 0 &&
	       span_le16(in, ITEMS_AT) == 1 && span_le16(in, ITEMS_AT + 2) == IDENTITY_ITEM &&
	       span_le16(in, ITEMS_AT + 4) >= ITEM_MIN && span_le16(in, ITEMS_AT + 6) == 1;
}

static enum vd_step enip_hear(struct vd_dialog *d)
{
	if (!span_may_start_bytes(heard(d), enip_hello, 2))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!is_header(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, HEAD + (size_t)span_le16(heard(d), LENGTH_AT));
}

/* The name by which the rules know the vendor with that number of ODVA; NULL: another vendor. */
static const char *vendor_name(uint16_t id)
{
	return id == 1    ? "Rockwell Automation/Allen-Bradley"
	       : id == 47 ? "OMRON Corporation"
	                  : NULL;
}

/* Decode an answer. The product's name stands behind 33 bytes of the identity item. */
static bool enip_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span item = span_from(in, ITEMS_AT + 2);
	const char *vendor;

	(void)hinted;
	if (span_left(in) < ITEMS_AT + 6 + ITEM_MIN || span_le16(in, 0) != LIST_IDENTITY ||
	    span_le32(in, STATUS_AT) != 0 || span_le16(item, 0) != IDENTITY_ITEM)
		return false;
	vendor = vendor_name(span_le16(item, 22));
	if (vendor != NULL)
		decode_add_text(out, "enip.vendor", vendor);
	else
		vd_facts_addf(out, "enip.vendor", "%u", span_le16(item, 22));
	vd_facts_addf(out, "enip.device_type", "%u", span_le16(item, 24));
	vd_facts_addf(out, "enip.product_code", "%u", span_le16(item, 26));
	vd_facts_addf(out, "enip.revision", "%u.%u", span_u8(item, 28), span_u8(item, 29));
	vd_facts_addf(out, "enip.serial", "%08x", span_le32(item, 32));
	decode_add(out, "enip.product", span_first(span_from(item, 37), span_u8(item, 36)));
	return true;
}

const struct vd_proto vd_proto_enip = {
	.name = "enip",
	.starts = enip_starts,
	HELLO(enip_hello),
	.hear = enip_hear,
	.decode = enip_decode,
};
