/* SPDX-License-Identifier: Apache-2.0 */
/* tarantool.c - Tarantool: the server greets with two lines of 64 bytes, version and salt ("Binary
 * protocol, Greeting message" in Tarantool's manual). */
#include "proto.h"

enum { GREETING = 128 };

static const char sign[] = "Tarantool ";

static bool tarantool_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step tarantool_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	return d->in_len < strlen(sign) ? VD_MORE : whole_at(d, GREETING);
}

/* Decode "Tarantool 2.10.4 (Binary) UUID": the protocol stands in parentheses. */
static bool tarantool_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;
	const uint8_t *open, *close;

	(void)hinted;
	if (!tarantool_starts(in) || !span_line(&in, &line))
		return false;
	decode_add(out, "tarantool.version", span_word(span_from(line, strlen(sign))));
	open = memchr(line.at, '(', span_left(line));
	close = open != NULL ? memchr(open, ')', (size_t)(line.end - open)) : NULL;
	if (close == NULL)
		return true;
	decode_add(out, "tarantool.protocol", (struct span){open + 1, close});
	decode_add(out, "tarantool.uuid", span_trim((struct span){close + 1, line.end}));
	return true;
}

const struct vd_proto vd_proto_tarantool = {
	.name = "tarantool",
	.ports = PORTS(3301),
	.starts = tarantool_starts,
	.hear = tarantool_hear,
	.decode = tarantool_decode,
};
