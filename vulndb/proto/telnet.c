/* SPDX-License-Identifier: Apache-2.0 */
/* telnet.c - Telnet: refuses every option (RFC 854, RFC 1143), then reads the text. */
#include "proto.h"

enum { SE = 240, SB = 250, WILL = 251, WONT = 252, DO = 253, DONT = 254, IAC = 255 };
enum { TEXT_MAX = 4096 };

static bool is_option(uint8_t command)
{
	return command >= WILL && command <= DONT;
}

/* Length of the command at @in, which begins with IAC; 0 while it is not whole. */
static size_t command_len(struct span in)
{
	if (span_left(in) < 2)
		return 0;
	if (is_option(in.at[1]))
		return span_left(in) < 3 ? 0 : 3;
	if (in.at[1] != SB)
		return 2;
	for (size_t i = 2; i + 1 < span_left(in); i++)
		if (in.at[i] == IAC && in.at[i + 1] == SE)
			return i + 2;
	return 0;
}

static bool telnet_starts(struct span in)
{
	return span_left(in) >= 3 && in.at[0] == IAC && in.at[1] >= SB && in.at[1] <= DONT;
}

/* Refuse the option that the command offers or asks for. */
static void refuse(struct vd_dialog *d, struct span command)
{
	uint8_t answer[3] = {IAC, command.at[1] == WILL ? DONT : WONT, span_u8(command, 2)};

	if (command.at[1] == WILL || command.at[1] == DO)
		say(d, answer, sizeof(answer));
}

static bool at_prompt(struct span in)
{
	while (in.at < in.end && (in.end[-1] == ' ' || in.end[-1] == 0))
		in.end--;
	return span_left(in) > 3 && strchr(":>#$%", in.end[-1]) != NULL && in.end[-2] != IAC;
}

static enum vd_step telnet_hear(struct vd_dialog *d)
{
	d->known = true;
	while (d->seen < d->in_len) {
		struct span rest = unseen(d);
		size_t n = *rest.at == IAC ? command_len(rest) : 1;

		if (n == 0)
			return VD_MORE;
		if (*rest.at == IAC)
			refuse(d, rest);
		d->seen += n;
	}
	return at_prompt(heard(d)) ? VD_DONE : VD_MORE;
}

/* Add the options that the server offers and asks for, in its order: "will 1,do 24" (numbers are
 * IANA's). */
static void add_options(struct span in, struct vd_facts *out)
{
	static const char *const verbs[] = {"will", "wont", "do", "dont"};
	char text[256];
	size_t len = 0, n;

	while (span_left(in) >= 3 && in.at[0] == IAC && len < sizeof(text) - 16) {
		if (is_option(in.at[1]))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %u",
			                        len > 0 ? "," : "", verbs[in.at[1] - WILL],
			                        in.at[2]);
		n = command_len(in);
		in = span_from(in, n > 0 ? n : span_left(in));
	}
	decode_add(out, "telnet.options", span_of(text, len));
}

/* Options by the numbers of IANA ("Telnet Options"); the others keep their number. */
static const char *const option_names[] = {
	[0] = "binary",
	[1] = "echo",
	[3] = "suppress-go-ahead",
	[5] = "status",
	[6] = "timing-mark",
	[18] = "logout",
	[23] = "send-location",
	[24] = "terminal-type",
	[25] = "end-of-record",
	[31] = "window-size",
	[32] = "terminal-speed",
	[33] = "remote-flow-control",
	[34] = "linemode",
	[35] = "x-display-location",
	[36] = "environment",
	[37] = "authentication",
	[38] = "encryption",
	[39] = "new-environment",
	[42] = "charset",
	[44] = "com-port-control",
	[46] = "start-tls",
};

/* Add the options of one verb, divided by commas. */
static void add_verb(struct span in, uint8_t verb, const char *fact, struct vd_facts *out)
{
	const size_t known = sizeof(option_names) / sizeof(option_names[0]);
	char list[512];
	size_t len = 0;

	while (in.at < in.end && len < sizeof(list) - 32) {
		size_t n = *in.at == IAC ? command_len(in) : 1;

		if (*in.at == IAC && n == 3 && in.at[1] == verb) {
			uint8_t option = in.at[2];
			const char *name = option < known ? option_names[option] : NULL;

			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s",
			                        len > 0 ? "," : "");
			len += (size_t)(name != NULL ? snprintf(list + len, sizeof(list) - len,
			                                        "%s", name)
			                             : snprintf(list + len, sizeof(list) - len,
			                                        "%u", option));
		}
		in = span_from(in, n > 0 ? n : span_left(in));
	}
	decode_add(out, fact, span_of(list, len));
}

static bool telnet_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint8_t text[TEXT_MAX];
	size_t len = 0, n;

	if (!hinted && (span_left(in) < 2 || in.at[0] != IAC || in.at[1] < SB || in.at[1] == IAC))
		return false;
	add_options(in, out);
	add_verb(in, WILL, "telnet.will", out);
	add_verb(in, WONT, "telnet.wont", out);
	add_verb(in, DO, "telnet.do", out);
	add_verb(in, DONT, "telnet.dont", out);
	while (in.at < in.end && len < sizeof(text)) {
		n = *in.at == IAC ? command_len(in) : 1;
		if (*in.at != IAC || span_u8(in, 1) == IAC) /* two IAC stand for one byte 255 */
			text[len++] = *in.at;
		in = span_from(in, n > 0 ? n : span_left(in));
	}
	decode_add(out, "telnet.banner", span_trim(span_of(text, len)));
	return true;
}

const struct vd_proto vd_proto_telnet = {
	.name = "telnet",
	.secure = "telnets",
	.ports = PORTS(23, 2323),
	.tls_ports = PORTS(992),
	.starts = telnet_starts,
	.yields = true,
	.hear = telnet_hear,
	.decode = telnet_decode,
};
