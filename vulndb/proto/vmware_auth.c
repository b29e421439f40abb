/* SPDX-License-Identifier: Apache-2.0 */
/* vmware_auth.c - the authentication daemon of VMware's hosts: reads the greeting, behind which TLS
 * begins where it says so; nobody logs in. */
#include "script.h"

static const char sign[] = "220 VMware Authentication Daemon Version ";

static bool vmware_auth_starts(struct span in)
{
	return span_starts(in, sign);
}

static enum vd_step vmware_auth_hear(struct vd_dialog *d)
{
	size_t end = span_line_end(heard(d), 0);

	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = vmware_auth_starts(heard(d));
	if (end == 0)
		return VD_MORE;
	d->first_len = end;
	if (!d->tls && !d->plain && d->in_len == end && span_has(heard(d), "SSL Required"))
		return VD_STARTTLS;
	return VD_DONE;
}

/* Decode "220 VMware Authentication Daemon Version 1.10: SSL Required, ServerDaemonProtocol:SOAP,
 * ...". */
static bool vmware_auth_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, version;

	(void)hinted;
	if (!vmware_auth_starts(in) || !span_line(&in, &line))
		return false;
	version = span_from(line, strlen(sign));
	for (const uint8_t *at = version.at; at < version.end; at++)
		if (*at == ':' || *at == ' ' || *at == ',')
			version.end = at;
	decode_add(out, "vmware.auth_version", version);
	decode_add_bool(out, "vmware.ssl_required", span_has(line, "SSL Required"));
	return true;
}

const struct vd_proto vd_proto_vmware_auth = {
	.name = "vmware-auth",
	.ports = PORTS(902, 903),
	.starts = vmware_auth_starts,
	.hear = vmware_auth_hear,
	.decode = vmware_auth_decode,
};
