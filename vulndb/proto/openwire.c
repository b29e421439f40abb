/* SPDX-License-Identifier: Apache-2.0 */
/* openwire.c - OpenWire: the broker greets with WIREFORMAT_INFO (Apache ActiveMQ, "OpenWire Version 2
 * Specification"), which states version and provider. */
#include "proto.h"

/* The length of what follows it, the type, the magic, the version, the properties. */
enum { LENGTH = 4, WIREFORMAT_INFO = 1, MAGIC_AT = 5, VERSION_AT = 13, HEAD = 17, INFO_MAX = 8192 };
enum { STRING = 9 };

static const char magic[] = "ActiveMQ";

static bool openwire_starts(struct span in)
{
	uint32_t len = span_be32(in, 0);

	return span_left(in) >= HEAD && len >= HEAD - LENGTH && len <= INFO_MAX &&
	       in.at[LENGTH] == WIREFORMAT_INFO && span_starts(span_from(in, MAGIC_AT), magic);
}

static enum vd_step openwire_hear(struct vd_dialog *d)
{
	struct span in = heard(d);

	if (in.at[0] != 0 || (d->in_len > LENGTH && in.at[LENGTH] != WIREFORMAT_INFO) ||
	    !span_may_start(span_from(in, MAGIC_AT), magic))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!openwire_starts(in))
		return VD_FOREIGN;
	return whole_at(d, LENGTH + (size_t)span_be32(in, 0));
}

/* Add the property @key: its name with its length, the type, the value with its length. */
static void add_property(struct vd_facts *out, const char *name, struct span in, const char *key)
{
	const uint8_t *at = span_find(in, key, false);
	struct span value = {at != NULL ? at + strlen(key) : in.end, in.end};

	if (at == NULL || at - in.at < 2 || at[-2] != 0 || at[-1] != strlen(key) ||
	    span_u8(value, 0) != STRING)
		return;
	decode_add(out, name, span_part(value, 3, 3 + (size_t)span_be16(value, 1)));
}

static bool openwire_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span properties = span_from(in, HEAD);

	(void)hinted;
	if (!openwire_starts(in))
		return false;
	vd_facts_addf(out, "openwire.protocol", "%u", span_be32(in, VERSION_AT));
	add_property(out, "openwire.provider", properties, "ProviderName");
	add_property(out, "openwire.version", properties, "ProviderVersion");
	add_property(out, "openwire.platform", properties, "PlatformDetails");
	return true;
}

const struct vd_proto vd_proto_openwire = {
	.name = "openwire",
	.secure = "openwire-ssl",
	.aliases = NAMES("activemq"),
	.ports = PORTS(61616),
	.tls_ports = PORTS(61617),
	.starts = openwire_starts,
	.hear = openwire_hear,
	.decode = openwire_decode,
};
