/* SPDX-License-Identifier: Apache-2.0 */
/* varnish.c - the console of Varnish: reads the greeting, which tells whether it wants a secret and,
 * where it does not, the version (varnish-cli(7)). */
#include <ctype.h>
#include <stdlib.h>

#include "proto.h"

/* A line of 13 bytes: status, blank, length of the text, padded with blanks. */
enum { HEAD = 13, STATUS = 3, LENGTH_AT = 4, LENGTH_MAX = 8192, OK = 200, AUTH = 107 };

static bool read_head(struct span in, unsigned *status, size_t *len)
{
	char text[HEAD + 1];
	char *end;

	if (span_left(in) < HEAD || in.at[HEAD - 1] != '\n' || in.at[STATUS] != ' ' ||
	    !isdigit(in.at[0]) || !isdigit(in.at[LENGTH_AT]))
		return false;
	memcpy(text, in.at, HEAD);
	text[HEAD] = '\0';
	*status = (unsigned)strtoul(text, &end, 10);
	*len = strtoul(text + LENGTH_AT, &end, 10);
	while (*end == ' ')
		end++;
	return *end == '\n' && (*status == OK || *status == AUTH) && *len > 0 && *len <= LENGTH_MAX;
}

static bool varnish_starts(struct span in)
{
	struct span text = span_from(in, HEAD);
	unsigned status;
	size_t len;

	if (!read_head(in, &status, &len))
		return false;
	return span_has(span_first(text, len),
	                status == AUTH ? "Authentication required" : "Varnish");
}

static enum vd_step varnish_hear(struct vd_dialog *d)
{
	unsigned status;
	size_t len;

	if (!span_may_start(heard(d), "107 ") && !span_may_start(heard(d), "200 "))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!read_head(heard(d), &status, &len))
		return VD_FOREIGN;
	if (d->in_len < HEAD + len + 1)
		return VD_MORE;
	return varnish_starts(heard(d)) ? whole_at(d, HEAD + len + 1) : VD_FOREIGN;
}

static bool varnish_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span version = {NULL, NULL};
	const uint8_t *at;

	(void)hinted;
	if (!varnish_starts(in))
		return false;
	decode_add_bool(out, "varnish.auth_required", in.at[0] == '1');
	at = span_find(in, "varnish-", false);
	if (at == NULL)
		return true;
	version.at = version.end = at + strlen("varnish-");
	while (version.end < in.end && (isalnum(*version.end) || *version.end == '.'))
		version.end++;
	decode_add(out, "varnish.version", version);
	return true;
}

const struct vd_proto vd_proto_varnish = {
	.name = "varnish",
	.ports = PORTS(6082),
	.starts = varnish_starts,
	.hear = varnish_hear,
	.decode = varnish_decode,
};
