/* SPDX-License-Identifier: Apache-2.0 */
/* grab_enip.c - EtherNet/IP: ListIdentity, which needs no session (CIP volume 2, 2-4.2). */
#include <string.h>

#include "grab_proto.h"

/* The encapsulation header: command, length, session, status, sender's context, options. */
enum { HEAD = 24, LENGTH_AT = 2, STATUS_AT = 8, ANSWER_MAX = 1024 };
enum { LIST_IDENTITY = 0x63, IDENTITY_ITEM = 0x0c, ITEMS_AT = HEAD, ITEM_MIN = 33 };

static const uint8_t enip_hello[HEAD] = {LIST_IDENTITY};

static size_t le16(const uint8_t *p)
{
	return (size_t)p[1] << 8 | p[0];
}

static bool zeros(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != 0)
			return false;
	return true;
}

/* The header of an answer: context and options are the question's zeros, the session has no
 * meaning. A status above 0 is a refusal and brings no items. */
static bool header(const uint8_t *p)
{
	size_t len = le16(p + LENGTH_AT);
	bool refusal = !zeros(p + STATUS_AT, 4);

	return p[0] == LIST_IDENTITY && p[1] == 0 && zeros(p + 12, 12) &&
	       (refusal ? len == 0 : len >= 2 + 4 + ITEM_MIN && len <= ANSWER_MAX);
}

/* One item, the identity, of encapsulation version 1. */
static bool enip_starts(const uint8_t *p, size_t len)
{
	return len >= ITEMS_AT + 8 && header(p) && zeros(p + STATUS_AT, 4) &&
	       le16(p + ITEMS_AT) == 1 && le16(p + ITEMS_AT + 2) == IDENTITY_ITEM &&
	       le16(p + ITEMS_AT + 4) >= ITEM_MIN && le16(p + ITEMS_AT + 6) == 1;
}

static enum grab_step enip_bytes(struct grab_dialog *d)
{
	const uint8_t *p = d->in.data;
	size_t whole;

	if (memcmp(p, enip_hello, d->in.len < 2 ? d->in.len : 2) != 0)
		return GRAB_FOREIGN;
	if (d->in.len < HEAD)
		return GRAB_MORE;
	if (!header(p))
		return GRAB_FOREIGN;
	d->known = true;
	whole = HEAD + le16(p + LENGTH_AT);
	if (d->in.len < whole)
		return GRAB_MORE;
	d->first_len = whole;
	return GRAB_DONE;
}

const struct grab_proto grab_proto_enip = {
	.name = "enip",
	.starts = enip_starts,
	.hello = enip_hello,
	.hello_len = sizeof(enip_hello),
	.on_bytes = enip_bytes,
};
