/* SPDX-License-Identifier: Apache-2.0 */
/* ftp.c - FTP: asks for the system and features (RFC 959, RFC 2389); TLS where it is offered
 * (RFC 4217). */
#include "script.h"

static bool ftp_starts(struct span in)
{
	return script_code_starts(in) && span_starts(in, "220");
}

static bool ftp_greets(struct span in)
{
	return script_code_starts(in) && !span_has(in, "SMTP");
}

static enum vd_step ftp_hear(struct vd_dialog *d)
{
	static const struct script script = {
		.greets = ftp_greets,
		.exchanges = {{NULL, SCRIPT_CODE},
	                      {"SYST\r\n", SCRIPT_CODE},
	                      {"FEAT\r\n", SCRIPT_CODE},
	                      {"QUIT\r\n", SCRIPT_CODE}},
		.count = 3,
		.offer = "AUTH TLS",
		.upgrade = "AUTH TLS\r\n",
		.go = "234",
	};

	return script_hear(d, &script);
}

static bool ftp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const ftp[] = {"ftp", "filezilla", "serv-u", NULL};

	if (!script_code_line(in) || (!hinted && !span_starts(in, "220") && !script_says(in, ftp)))
		return false;
	if (!hinted && in.at[0] != '2' && in.at[0] != '4' && in.at[0] != '5')
		return false;
	script_add_greeting(out, "ftp.banner", in);
	return true;
}

static void ftp_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	char text[SCRIPT_TEXT_MAX];
	struct span features;

	decode_add(out, "ftp.syst", script_reply(d, 1, "215", text));
	features = script_reply(d, 2, "211", text);
	if (features.at == features.end)
		return;
	decode_add(out, "ftp.feat", features);
	decode_add_bool(out, "ftp.auth_tls", span_has(features, "AUTH TLS"));
}

const struct vd_proto vd_proto_ftp = {
	.name = "ftp",
	.secure = "ftps",
	.ports = PORTS(21, 989),
	.tls_ports = PORTS(990),
	.starts = ftp_starts,
	.hear = ftp_hear,
	.decode = ftp_decode,
	.facts = ftp_facts,
};
