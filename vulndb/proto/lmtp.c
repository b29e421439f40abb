/* SPDX-License-Identifier: Apache-2.0 */
/* lmtp.c - LMTP, local delivery of mail: asks what the server can do (LHLO, RFC 2033, 4.1); TLS
 * where it is offered. */
#include "script.h"

static const char *const others[] = {"SMTP", "FTP", NULL};

static bool lmtp_starts(struct span in)
{
	return script_code_starts(in) && span_starts(in, "220") &&
	       span_has(span_first(in, span_line_end(in, 0)), " LMTP");
}

/* Some servers greet without the name of the protocol; their answer to LHLO tells. */
static bool lmtp_greets(struct span in)
{
	return span_starts(in, "220") && script_code_starts(in) && !script_says(in, others);
}

static enum vd_step lmtp_hear(struct vd_dialog *d)
{
	static const struct script script = {
		.greets = lmtp_greets,
		.exchanges = {{NULL, SCRIPT_CODE},
	                      {"LHLO probe.invalid\r\n", SCRIPT_CODE},
	                      {"QUIT\r\n", SCRIPT_CODE}},
		.count = 2,
		.offer = "STARTTLS",
		.upgrade = "STARTTLS\r\n",
		.go = "220",
	};
	enum vd_step step = script_hear(d, &script);
	bool answered = d->answer_count >= 2;

	/* answers[0] is where the reply to LHLO begins, and answers[1] where it ends */
	if (answered && !span_starts(span_from(heard(d), d->answers[0]), "250")) {
		d->known = false;
		return VD_FOREIGN;
	}
	d->known = answered || lmtp_starts(heard(d));
	return step;
}

static bool lmtp_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!(hinted ? lmtp_greets(in) : lmtp_starts(in)))
		return false;
	script_add_greeting(out, "lmtp.banner", in);
	return true;
}

static void lmtp_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	char text[SCRIPT_TEXT_MAX];
	struct span reply = script_reply(d, 1, "250", text);

	if (reply.at == reply.end)
		return;
	decode_add(out, "lmtp.lhlo", reply);
	decode_add_bool(out, "lmtp.starttls", span_has(reply, "STARTTLS"));
}

const struct vd_proto vd_proto_lmtp = {
	.name = "lmtp",
	.ports = PORTS(24),
	.starts = lmtp_starts,
	.hear = lmtp_hear,
	.decode = lmtp_decode,
	.facts = lmtp_facts,
};
