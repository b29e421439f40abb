/* SPDX-License-Identifier: Apache-2.0 */
/* nbd.c - network block devices: reads the greeting, asks for the list of exports and opens none (NBD's
 * doc/proto.md, Newstyle negotiation). */
#include "proto.h"

enum { GREETING = 18, OLD_GREETING = 28, FLAGS_AT = 16, FIXED_NEWSTYLE = 1 };
/* A reply: magic, the option, the kind, the length of its data. */
enum { REPLY_HEAD = 20, KIND_AT = 12, LENGTH_AT = 16, DATA_MAX = 4096, LIST_MAX = 1024 };
enum { SERVER = 2 }; /* the kind of a reply that names an export; another kind ends the list */

static const char sign[] = "NBDMAGIC", newstyle[] = "IHAVEOPT";
static const uint8_t oldstyle[] = {0, 0, 0x42, 0x02, 0x81, 0x86, 0x12, 0x53};
static const uint8_t reply_magic[] = {0, 3, 0xe8, 0x89, 0x04, 0x55, 0x65, 0xa9};
/* The client's flags (fixed newstyle); the option NBD_OPT_LIST without data. */
static const uint8_t list[] = {0,   0,   0, 1, 'I', 'H', 'A', 'V', 'E', 'O',
                               'P', 'T', 0, 0, 0,   3,   0,   0,   0,   0};

static bool is_newstyle(struct span in)
{
	return span_starts(in, sign) && span_starts(span_from(in, 8), newstyle);
}

static bool is_oldstyle(struct span in)
{
	return span_starts(in, sign) &&
	       span_starts_bytes(span_from(in, 8), oldstyle, sizeof(oldstyle));
}

static bool nbd_starts(struct span in)
{
	return is_newstyle(in) || is_oldstyle(in);
}

/* The greeting is whole: ask, or end where the server does not know the question. */
static enum vd_step greeted(struct vd_dialog *d)
{
	d->known = true;
	if (is_oldstyle(heard(d)))
		return whole_at(d, OLD_GREETING);
	if (d->in_len < GREETING)
		return VD_MORE;
	d->first_len = d->seen = GREETING;
	if ((span_be16(heard(d), FLAGS_AT) & FIXED_NEWSTYLE) == 0)
		return VD_DONE;
	say(d, list, sizeof(list));
	return VD_MORE;
}

static enum vd_step nbd_hear(struct vd_dialog *d)
{
	struct span rest = span_from(heard(d), 8);
	enum vd_step step = VD_MORE;

	if (!span_may_start(heard(d), sign) ||
	    (!span_may_start(rest, newstyle) && !span_may_start_bytes(rest, oldstyle, 8)))
		return VD_FOREIGN;
	if (d->in_len < 16)
		return VD_MORE;
	if (d->seen == 0)
		step = greeted(d);
	while (step == VD_MORE && d->seen > 0 && span_left(unseen(d)) >= REPLY_HEAD) {
		size_t len = span_be32(unseen(d), LENGTH_AT);

		if (!span_starts_bytes(unseen(d), reply_magic, 8) || len > DATA_MAX)
			return VD_DONE;
		if (span_left(unseen(d)) - REPLY_HEAD < len)
			return VD_MORE;
		if (span_be32(unseen(d), KIND_AT) != SERVER)
			return VD_DONE;
		d->seen += REPLY_HEAD + len;
	}
	return step;
}

static bool nbd_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!nbd_starts(in))
		return false;
	decode_add_text(out, "nbd.style", is_newstyle(in) ? "newstyle" : "oldstyle");
	return true;
}

/* Add the names of the exports, or that the server does not list them. */
static void nbd_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	struct span rest = span_from(heard(d), GREETING);
	char names[LIST_MAX];
	size_t len = 0;

	if (!is_newstyle(heard(d)))
		return;
	while (span_starts_bytes(rest, reply_magic, 8) && span_left(rest) > REPLY_HEAD) {
		size_t size = span_be32(rest, REPLY_HEAD);
		struct span name = span_part(rest, REPLY_HEAD + 4, REPLY_HEAD + 4 + size);

		if (span_be32(rest, KIND_AT) == SERVER && sizeof(names) - len > span_left(name)) {
			if (len > 0)
				names[len++] = ',';
			memcpy(names + len, name.at, span_left(name));
			len += span_left(name);
		}
		rest = span_from(rest, REPLY_HEAD + (size_t)span_be32(rest, LENGTH_AT));
	}
	decode_add(out, "nbd.exports", span_of(names, len));
}

const struct vd_proto vd_proto_nbd = {
	.name = "nbd",
	.ports = PORTS(10809),
	.starts = nbd_starts,
	.hear = nbd_hear,
	.decode = nbd_decode,
	.facts = nbd_facts,
};
