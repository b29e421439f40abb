/* SPDX-License-Identifier: Apache-2.0 */
/* beanstalk.c - beanstalkd: sends stats, which only reads (beanstalkd's protocol.txt). The answer is
 * "OK LENGTH", then YAML. */
#include <ctype.h>
#include <stdlib.h>

#include "proto.h"

enum { DIGITS_MAX = 6, LINE_MAX = 3 + DIGITS_MAX + 2 };

static const char sign[] = "OK ", yaml[] = "---\ncurrent-jobs-urgent:";

/* The YAML behind the first line; empty where the bytes are no such answer, as far as they go. */
static struct span body_of(struct span in)
{
	size_t line = span_line_end(span_first(in, LINE_MAX), 0);
	struct span body = span_from(in, line);

	if (line == 0 || !span_starts(in, sign) || !isdigit(span_u8(in, strlen(sign))) ||
	    !span_may_start(body, yaml))
		return (struct span){in.end, in.end};
	return body;
}

static bool beanstalk_starts(struct span in)
{
	return span_starts(body_of(in), yaml);
}

static enum vd_step beanstalk_hear(struct vd_dialog *d)
{
	struct span in = heard(d), body = body_of(in);
	size_t head = span_line_end(span_first(in, LINE_MAX), 0);

	if (!span_may_start(in, sign) || (head == 0 && d->in_len >= LINE_MAX))
		return VD_FOREIGN;
	if (head == 0 || d->in_len == head)
		return VD_MORE;
	if (span_left(body) == 0)
		return VD_FOREIGN;
	if (!beanstalk_starts(in))
		return VD_MORE;
	/* The line feed keeps strtoul() inside the buffer. */
	return whole_at(d, head + strtoul((const char *)in.at + strlen(sign), NULL, 10) + 2);
}

/* Add a value of the YAML, without the quotes that some have. */
static void add_value(struct vd_facts *out, const char *name, struct span in, const char *key)
{
	struct span line;

	while (span_line(&in, &line)) {
		if (!span_starts(line, key))
			continue;
		line = span_trim(span_from(line, strlen(key)));
		if (span_left(line) >= 2 && line.at[0] == '"' && line.end[-1] == '"')
			line = (struct span){line.at + 1, line.end - 1};
		decode_add(out, name, line);
		return;
	}
}

static bool beanstalk_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!beanstalk_starts(in))
		return false;
	add_value(out, "beanstalk.version", in, "version: ");
	add_value(out, "beanstalk.host", in, "hostname: ");
	add_value(out, "beanstalk.os", in, "os: ");
	return true;
}

const struct vd_proto vd_proto_beanstalk = {
	.name = "beanstalk",
	.ports = PORTS(11300),
	.starts = beanstalk_starts,
	HELLO_TEXT("stats\r\n"),
	.lines = true,
	.hear = beanstalk_hear,
	.decode = beanstalk_decode,
};
