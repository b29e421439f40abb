/* SPDX-License-Identifier: Apache-2.0 */
/* decode_greeting.c - services that greet with a line of text: SSH, FTP, mail, news, chat. */
#include <ctype.h>
#include <string.h>

#include "decode.h"

enum { LINES_MAX = 32, TEXT_MAX = 4096 };

/* RFC 4253, 4.2: lines may stand before the identification. */
bool decode_ssh(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	for (int i = 0; i < LINES_MAX && span_line(&in, &line); i++) {
		const uint8_t *dash;

		if (!span_starts(line, "SSH-"))
			continue;
		line.at += 4;
		dash = line.at < line.end ? memchr(line.at, '-', span_left(line)) : NULL;
		if (dash == NULL)
			return false;
		decode_add(out, "ssh.protocol", (struct span){line.at, dash});
		decode_add(out, "ssh.banner", span_trim((struct span){dash + 1, line.end}));
		return true;
	}
	return false;
}

static bool has_code(struct span line)
{
	return span_left(line) >= 3 && isdigit(line.at[0]) && isdigit(line.at[1]) &&
	       isdigit(line.at[2]) &&
	       (span_left(line) == 3 || line.at[3] == ' ' || line.at[3] == '-');
}

/* The text of a reply with codes (RFC 959, 4.2; RFC 5321, 4.2), a line each. */
static void add_reply(struct vd_facts *out, const char *name, struct span in)
{
	char text[TEXT_MAX];
	size_t len = 0;
	struct span line;

	for (int i = 0; i < LINES_MAX && span_line(&in, &line); i++) {
		size_t need;

		if (has_code(line))
			line = span_from(line, span_left(line) > 3 ? 4 : 3);
		need = span_left(line) + 1;
		if (sizeof(text) - len < need)
			break;
		if (len > 0)
			text[len++] = '\n';
		memcpy(text + len, line.at, need - 1);
		len += need - 1;
	}
	decode_add(out, name,
	           span_trim((struct span){(const uint8_t *)text, (const uint8_t *)text + len}));
}

static bool says(struct span in, const char *const *words)
{
	in = span_first(in, 512);
	for (; *words != NULL; words++)
		if (span_find(in, *words, true) != NULL)
			return true;
	return false;
}

/* "220 mail.example.net ...": the name of a host comes first. */
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

bool decode_smtp(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const mail[] = {"smtp", "postfix", "sendmail", "exim", " mail ", NULL};
	static const char *const ftp[] = {"ftp", NULL};
	bool greets = has_code(in) &&
	              (span_starts(in, "220") || span_starts(in, "421") || span_starts(in, "554"));

	if (!greets && !(hinted && has_code(in)))
		return false;
	if (!hinted && !says(in, mail) && (says(in, ftp) || !names_host(in)))
		return false;
	add_reply(out, "smtp.banner", in);
	return true;
}

bool decode_ftp(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const ftp[] = {"ftp", "filezilla", "serv-u", NULL};

	if (!has_code(in) || (!hinted && !span_starts(in, "220") && !says(in, ftp)))
		return false;
	if (!hinted && in.at[0] != '2' && in.at[0] != '4' && in.at[0] != '5')
		return false;
	add_reply(out, "ftp.banner", in);
	return true;
}

bool decode_nntp(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const news[] = {"nntp", "news", "innd", "leafnode", NULL};

	if (!has_code(in) || (!span_starts(in, "20") && !hinted) || (!hinted && !says(in, news)))
		return false;
	add_reply(out, "nntp.banner", in);
	return true;
}

/* RFC 1939, 4 */
bool decode_pop3(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	if (!span_line(&in, &line))
		return false;
	if (span_starts(line, "+OK"))
		line.at += 3;
	else if (hinted && span_starts(line, "-ERR"))
		line.at += 4;
	else
		return false;
	decode_add(out, "pop3.banner", span_trim(line));
	return true;
}

/* RFC 9051, 7.1 */
bool decode_imap(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const states[] = {"* OK", "* PREAUTH", "* BYE"};
	struct span line;

	(void)hinted;
	if (!span_line(&in, &line))
		return false;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (!span_starts_nocase(line, states[i]))
			continue;
		decode_add(out, "imap.banner", span_trim(span_from(line, strlen(states[i]))));
		return true;
	}
	return false;
}

/* RFC 2812, 2.3: a prefix, then a command. */
bool decode_irc(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, first = span_first(in, 512);

	(void)hinted;
	if (!span_line(&first, &line))
		return false;
	if (!span_starts(line, "NOTICE ") && !span_starts(line, "ERROR :") &&
	    !(span_starts(line, ":") &&
	      (span_find(line, " NOTICE ", false) != NULL ||
	       span_find(line, " 001 ", false) != NULL ||
	       span_find(line, " 451 ", false) != NULL || /* not registered yet, RFC 2812, 5.2 */
	       span_find(line, " 004 ", false) != NULL)))
		return false;
	decode_add(out, "irc.banner", span_trim(span_first(in, TEXT_MAX)));
	return true;
}

/* RFC 1288: text without any sign, so only where it is expected. */
bool decode_finger(struct span in, bool hinted, struct vd_facts *out)
{
	if (!hinted)
		return false;
	decode_add(out, "finger.banner", span_trim(span_first(in, TEXT_MAX)));
	return true;
}
