/* SPDX-License-Identifier: Apache-2.0 */
/* ganglia.c - Ganglia's gmond and gmetad: the server sends its state as XML and closes (Ganglia's own
 * DTD, which stands before the state). The version and the first cluster are enough. */
#include "proto.h"

enum { LOOK_MAX = 256 };

static const char xml[] = "<?xml ", doctype[] = "<!DOCTYPE GANGLIA_XML";
static const char root[] = "<GANGLIA_XML ", cluster[] = "<CLUSTER ";

static bool ganglia_starts(struct span in)
{
	return span_starts(in, xml) && span_find(span_first(in, LOOK_MAX), doctype, false) != NULL;
}

/* The tag that begins with @start, up to its end; empty where it has not come whole. */
static struct span tag(struct span in, const char *start)
{
	const uint8_t *at = span_find(in, start, false);
	const uint8_t *end = at != NULL ? memchr(at, '>', (size_t)(in.end - at)) : NULL;

	return end != NULL ? (struct span){at, end} : (struct span){in.end, in.end};
}

static enum vd_step ganglia_hear(struct vd_dialog *d)
{
	if (!span_may_start(heard(d), xml))
		return VD_FOREIGN;
	d->known = ganglia_starts(heard(d));
	if (!d->known)
		return d->in_len < LOOK_MAX ? VD_MORE : VD_FOREIGN;
	return span_left(tag(heard(d), cluster)) > 0 ? VD_DONE : VD_MORE;
}

/* Add the value of an attribute, whose name @start ends with '="'. */
static void add_attribute(struct vd_facts *out, const char *name, struct span in, const char *start)
{
	const uint8_t *at = span_find(in, start, false);
	struct span value = {at != NULL ? at + strlen(start) : in.end, in.end};
	const uint8_t *quote = value.at < value.end ? memchr(value.at, '"', span_left(value))
	                                            : NULL;

	if (quote != NULL)
		decode_add(out, name, (struct span){value.at, quote});
}

static bool ganglia_decode(struct span in, bool hinted, struct vd_facts *out)
{
	(void)hinted;
	if (!ganglia_starts(in))
		return false;
	add_attribute(out, "ganglia.version", tag(in, root), "VERSION=\"");
	add_attribute(out, "ganglia.source", tag(in, root), "SOURCE=\"");
	add_attribute(out, "ganglia.cluster", tag(in, cluster), "NAME=\"");
	return true;
}

const struct vd_proto vd_proto_ganglia = {
	.name = "ganglia",
	.ports = PORTS(8649, 8651, 8652),
	.starts = ganglia_starts,
	.hear = ganglia_hear,
	.decode = ganglia_decode,
};
