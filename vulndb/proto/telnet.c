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

static bool telnet_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint8_t text[TEXT_MAX];
	size_t len = 0, n;

	if (!hinted && (span_left(in) < 2 || in.at[0] != IAC || in.at[1] < SB || in.at[1] == IAC))
		return false;
	add_options(in, out);
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
