/* SPDX-License-Identifier: Apache-2.0 */
/*
 * git.c - Git's own protocol: asks for the references of the repository "/"
 * (gitprotocol-pack(5), "Git Transport"), which hardly any server exports, and takes no objects.
 */
#include <ctype.h>

#include "ascii.h"
#include "proto.h"

enum { LENGTH = 4, LINE_MAX = 65520, REQUEST_MAX = 256, HASH = 40 };

static void git_greet(struct vd_dialog *d)
{
	static const char command[] = "git-upload-pack /"; /* its NUL is sent, too */
	char host[REQUEST_MAX], digits[LENGTH + 1];
	size_t len;

	snprintf(host, sizeof(host), "host=%.120s", d->authority);
	len = LENGTH + sizeof(command) + strlen(host) + 1;
	snprintf(digits, sizeof(digits), "%04x", (unsigned)len & 0xffff);
	say(d, digits, LENGTH);
	say(d, command, sizeof(command));
	say(d, host, strlen(host) + 1);
}

/* The length of the line at @in, which counts its own four digits; 0 where there are none
 * (gitprotocol-common(5), "pkt-line Format"). */
static size_t line_len(struct span in)
{
	size_t len = 0;

	for (int i = 0; i < LENGTH; i++) {
		int digit = ascii_hex((char)span_u8(in, (size_t)i));

		if (digit < 0)
			return 0;
		len = len * 16 + (size_t)digit;
	}
	return len > LENGTH && len <= LINE_MAX ? len : 0;
}

/* Does the line begin with an error, or with the name of an object? */
static bool is_answer(struct span line)
{
	if (span_starts(line, "ERR "))
		return true;
	for (size_t i = 0; i < HASH; i++)
		if (!isxdigit(span_u8(line, i)))
			return false;
	return span_u8(line, HASH) == ' ';
}

static bool git_starts(struct span in)
{
	return line_len(in) != 0 && is_answer(span_from(in, LENGTH));
}

static enum vd_step git_hear(struct vd_dialog *d)
{
	size_t len = line_len(heard(d));

	if (d->in_len < LENGTH)
		return isxdigit(d->in[0]) ? VD_MORE : VD_FOREIGN;
	if (len == 0)
		return VD_FOREIGN;
	if (d->in_len < len)
		return span_may_start(span_from(heard(d), LENGTH), "ERR ") ||
		                       isxdigit(span_u8(heard(d), LENGTH))
		               ? VD_MORE
		               : VD_FOREIGN;
	d->known = git_starts(heard(d));
	if (!d->known)
		return VD_FOREIGN;
	if (d->in[LENGTH] != 'E')
		say_text(d, "0000"); /* nothing is wanted */
	return VD_DONE;
}

/* Decode the first line: an error, or the first reference with the server's capabilities behind a
 * NUL. */
static bool git_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, first;
	const uint8_t *agent;

	(void)hinted;
	if (!git_starts(in))
		return false;
	line = span_first(span_from(in, LENGTH), line_len(in) - LENGTH);
	if (span_starts(line, "ERR ")) {
		decode_add(out, "git.error", span_trim(span_from(line, 4)));
		return true;
	}
	first = span_text(&line);
	decode_add(out, "git.reference", span_trim(span_from(first, HASH)));
	line = span_trim(line);
	decode_add(out, "git.capabilities", line);
	agent = span_find(line, "agent=", false);
	if (agent != NULL) {
		line.at = agent + strlen("agent=");
		for (const uint8_t *at = line.at; at < line.end; at++)
			if (*at == ' ')
				line.end = at;
		decode_add(out, "git.agent", line);
	}
	return true;
}

const struct vd_proto vd_proto_git = {
	.name = "git",
	.ports = PORTS(9418),
	.starts = git_starts,
	.greet = git_greet,
	.hear = git_hear,
	.decode = git_decode,
};
