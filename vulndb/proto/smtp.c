/* SPDX-License-Identifier: Apache-2.0 */
/* smtp.c - SMTP: asks what the server can do (EHLO, RFC 5321, 4.1.1.1); TLS where it is offered. */
#include <ctype.h>

#include "script.h"

static bool smtp_starts(struct span in)
{
	return script_code_starts(in) && (span_has(in, "SMTP") || span_has(in, "mail"));
}

static bool smtp_greets(struct span in)
{
	return script_code_starts(in) && (span_has(in, "SMTP") || !span_has(in, "FTP"));
}

static enum vd_step smtp_hear(struct vd_dialog *d)
{
	static const struct script script = {
		.greets = smtp_greets,
		.exchanges = {{NULL, SCRIPT_CODE},
	                      {"EHLO probe.invalid\r\n", SCRIPT_CODE},
	                      {"QUIT\r\n", SCRIPT_CODE}},
		.count = 2,
		.offer = "STARTTLS",
		.upgrade = "STARTTLS\r\n",
		.go = "220",
	};

	return script_hear(d, &script);
}

/* Does a host name come first, as in "220 mail.example.net ..."? */
static bool names_host(struct span in)
{
	struct span word = span_from(in, 4);
	bool dot = false;

	for (; word.at<word.end && * word.at> ' '; word.at++) {
		if (!isalnum(*word.at) && strchr(".-[]:", *word.at) == NULL)
			return false;
		dot |= *word.at == '.';
	}
	return dot;
}

static bool smtp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const mail[] = {"smtp", "postfix", "sendmail", "exim", " mail ", NULL};
	static const char *const ftp[] = {"ftp", NULL};
	bool greets = span_starts(in, "220") || span_starts(in, "421") || span_starts(in, "554");

	if (!script_code_line(in) || (!greets && !hinted))
		return false;
	if (!hinted && !script_says(in, mail) && (script_says(in, ftp) || !names_host(in)))
		return false;
	script_add_greeting(out, "smtp.banner", in);
	return true;
}

static void smtp_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	char text[SCRIPT_TEXT_MAX];
	struct span reply = script_reply(d, 1, "250", text);

	if (reply.at == reply.end)
		return;
	decode_add(out, "smtp.ehlo", reply);
	decode_add_bool(out, "smtp.starttls", span_has(reply, "STARTTLS"));
}

const struct vd_proto vd_proto_smtp = {
	.name = "smtp",
	.secure = "smtps",
	.aliases = NAMES("submission"),
	.ports = PORTS(25, 26, 587, 2525),
	.tls_ports = PORTS(465),
	.starts = smtp_starts,
	.hear = smtp_hear,
	.decode = smtp_decode,
	.facts = smtp_facts,
};
