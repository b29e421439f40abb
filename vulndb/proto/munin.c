/* SPDX-License-Identifier: Apache-2.0 */
/* munin.c - Munin's node: reads the greeting, then asks for the version (Munin's guide, "Data exchange
 * between master and node"). */
#include "proto.h"

enum { GREETED, ASKED };

static const char sign[] = "# munin node at ";
static const char answer[] = "munins node on ";

static bool munin_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step munin_hear(struct vd_dialog *d)
{
	size_t end;

	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = munin_starts(heard(d));
	while ((end = span_line_end(heard(d), d->seen)) != 0) {
		d->seen = end;
		if (d->state == ASKED)
			return VD_DONE;
		d->state = ASKED;
		d->first_len = end;
		answer_at(d, end);
		say_text(d, "version\n");
	}
	return VD_MORE;
}

static bool munin_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char before[] = " version: ";
	const uint8_t *at = span_starts(in, answer) ? span_find(in, before, false) : NULL;

	(void)hinted;
	if (munin_starts(in))
		decode_add(out, "munin.host", span_word(span_from(in, strlen(sign))));
	else if (at != NULL)
		decode_add(out, "munin.version",
		           span_word((struct span){at + strlen(before), in.end}));
	else
		return false;
	return true;
}

const struct vd_proto vd_proto_munin = {
	.name = "munin",
	.ports = PORTS(4949),
	.starts = munin_starts,
	.hear = munin_hear,
	.decode = munin_decode,
	.decode_each = true,
};
