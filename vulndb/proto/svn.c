/* SPDX-License-Identifier: Apache-2.0 */
/* svn.c - Subversion's own protocol: reads the greeting, in which svnserve names its versions and
 * capabilities (subversion/libsvn_ra_svn/protocol, 2). */
#include <ctype.h>

#include "proto.h"

static const char sign[] = "( success ( ";

static bool svn_starts(struct span in)
{
	return span_starts(in, sign) && isdigit(span_u8(in, strlen(sign)));
}

/* Offset behind the list that begins at the first byte; 0 while it is not whole. */
static size_t list_end(struct span in)
{
	size_t depth = 0;

	for (size_t i = 0; i < span_left(in); i++) {
		depth += in.at[i] == '(';
		if (in.at[i] == ')' && --depth == 0)
			return i + 1;
	}
	return 0;
}

static enum vd_step svn_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	if (d->in_len <= strlen(sign))
		return VD_MORE;
	d->known = svn_starts(heard(d));
	if (!d->known)
		return VD_FOREIGN;
	return list_end(heard(d)) != 0 ? VD_DONE : VD_MORE;
}

/* Take the next word, up to a blank. */
static struct span take_word(struct span *s)
{
	struct span word;

	while (s->at < s->end && *s->at == ' ')
		s->at++;
	word = *s;
	while (s->at < s->end && *s->at != ' ')
		s->at++;
	word.end = s->at;
	return word;
}

/* Decode "( success ( MIN MAX ( MECHANISM ... ) ( CAPABILITY ... ) ) )". */
static bool svn_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span list;
	const uint8_t *close;

	(void)hinted;
	if (!svn_starts(in))
		return false;
	list = span_from(in, strlen(sign));
	decode_add(out, "svn.min_version", take_word(&list));
	decode_add(out, "svn.max_version", take_word(&list));
	close = span_find(list, ") (", false);
	if (close == NULL)
		return true;
	list.at = close + 3;
	close = memchr(list.at, ')', span_left(list));
	if (close != NULL)
		decode_add(out, "svn.capabilities", span_trim((struct span){list.at, close}));
	return true;
}

const struct vd_proto vd_proto_svn = {
	.name = "svn",
	.ports = PORTS(3690),
	.starts = svn_starts,
	.hear = svn_hear,
	.decode = svn_decode,
};
