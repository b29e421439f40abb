/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fox.c - Niagara Fox: sends the greeting, which a station answers with names and versions before
 * any log-in.
 *
 * Tridium publishes no specification. A frame is "fox", kind, sequence, answered sequence, channel,
 * command, then lines "key=type:value" in braces up to ";;".
 */
#include "proto.h"

static const char sign[] = "fox a ";
static const char fox_hello[] = "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n";

static bool fox_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step fox_hear(struct vd_dialog *d)
{
	struct span in = heard(d);

	if (!span_may_start(in, sign))
		return VD_FOREIGN;
	if (!fox_starts(in))
		return VD_MORE;
	if (span_find(in, "};;", false) == NULL) {
		/* Bytes that so far repeat the greeting may be an echo. */
		d->known = d->in_len > sizeof(fox_hello) ||
		           memcmp(d->in, fox_hello, d->in_len) != 0;
		return VD_MORE;
	}
	if (span_starts_bytes(in, fox_hello, sizeof(fox_hello) - 2))
		return VD_FOREIGN;
	d->known = true;
	return VD_DONE;
}

static bool fox_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const keys[][2] = {
		{"fox.version", "fox.version=s:"},  {"fox.app_version", "app.version=s:"},
		{"fox.host", "hostName=s:"},        {"fox.os", "os.name=s:"},
		{"fox.station", "station.name=s:"}, {"fox.brand", "brandId=s:"},
		{"fox.vm", "vm.name=s:"},
	};

	(void)hinted;
	if (!fox_starts(in))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		decode_add_line_value(out, keys[i][0], in, keys[i][1]);
	return true;
}

const struct vd_proto vd_proto_fox = {
	.name = "fox",
	.starts = fox_starts,
	HELLO_TEXT(fox_hello),
	.hear = fox_hear,
	.decode = fox_decode,
};
