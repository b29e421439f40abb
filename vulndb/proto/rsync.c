/* SPDX-License-Identifier: Apache-2.0 */
/* rsync.c - rsync: reads the server's greeting and lists its modules. */
#include "proto.h"

static const char sign[] = "@RSYNCD:";

static bool rsync_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step rsync_hear(struct vd_dialog *d)
{
	struct span in = heard(d);

	if (!span_may_start(in, sign))
		return VD_FOREIGN;
	if (!d->known) {
		if (span_line_end(in, 0) == 0)
			return VD_MORE;
		d->known = true;
		say_text(d, "@RSYNCD: 31.0\n#list\n");
	}
	return span_has(in, "@RSYNCD: EXIT") || span_has(in, "@ERROR") ? VD_DONE : VD_MORE;
}

/* Add the names in the lines "NAME<blanks>\tCOMMENT", divided by commas. */
static void add_modules(struct span in, struct vd_facts *out)
{
	struct span line;
	char names[1024];
	size_t len = 0;

	while (span_line(&in, &line)) {
		const uint8_t *tab = line.at < line.end ? memchr(line.at, '\t', span_left(line))
		                                        : NULL;
		struct span name;

		if (tab == NULL)
			continue;
		name = span_trim((struct span){line.at, tab});
		if (sizeof(names) - len < span_left(name) + 1)
			break;
		if (len > 0)
			names[len++] = ',';
		memcpy(names + len, name.at, span_left(name));
		len += span_left(name);
	}
	decode_add(out, "rsync.modules", span_of(names, len));
}

/* Decode "@RSYNCD: 31.0 sha512 ..." and, where they were asked for, the modules. */
static bool rsync_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	if (!span_starts(in, "@RSYNCD: ") || !span_line(&in, &line))
		return false;
	line = span_from(line, 9);
	for (const uint8_t *at = line.at; at < line.end; at++)
		if (*at <= ' ')
			line.end = at;
	decode_add(out, "rsync.version", line);
	add_modules(in, out);
	return true;
}

const struct vd_proto vd_proto_rsync = {
	.name = "rsync",
	.ports = PORTS(873),
	.starts = rsync_starts,
	.hear = rsync_hear,
	.decode = rsync_decode,
};
