/* SPDX-License-Identifier: Apache-2.0 */
/* grab_script.c - the line protocols (FTP, SMTP, POP3, IMAP, NNTP): what to ask before any log-in.
 */
#include <ctype.h>
#include <string.h>

#include "grab_proto.h"

/* How a reply ends. */
enum reply {
	CODE, /* at a line of three digits and a blank, RFC 5321 4.2, RFC 959 4.2 */
	DOT,  /* a refusal is one line, all else ends with a line of one dot, RFC 1939 3, RFC
		 3977 3.1 */
	TAG,  /* at a line that begins with our tag, RFC 9051 2.2 */
	LINE,
};

struct exchange {
	const char *say;
	enum reply reply;
};

enum { EXCHANGES_MAX = 3, SECURING = 200, SECURED };

/* The greeting is exchange 0: nothing is said. The others follow in order. */
struct script {
	bool (*greets)(const uint8_t *line, size_t len);
	struct exchange exchanges[EXCHANGES_MAX + 1];
	uint8_t count;
	const char *offer;   /* this in what the server can do means that TLS can be had */
	const char *upgrade; /* by saying this */
	char go[8];          /* and then the server's line begins so */
};

static bool code_line(const uint8_t *p, size_t len)
{
	return len >= 4 && isdigit(p[0]) && isdigit(p[1]) && isdigit(p[2]) &&
	       (p[3] == ' ' || p[3] == '\r' || p[3] == '\n');
}

static bool code_start(const uint8_t *p, size_t len)
{
	return code_line(p, len) ||
	       (len >= 4 && isdigit(p[0]) && isdigit(p[1]) && isdigit(p[2]) && p[3] == '-');
}

static bool refusal(const uint8_t *p, size_t len)
{
	return len > 0 && (p[0] == '-' || p[0] == '4' || p[0] == '5');
}

static bool last_line(enum reply reply, const uint8_t *p, size_t len, bool first)
{
	switch (reply) {
	case CODE:
		return code_line(p, len);
	case DOT:
		return (first && refusal(p, len)) ||
		       (len >= 2 && p[0] == '.' && (p[1] == '\r' || p[1] == '\n'));
	case TAG:
		return len >= 2 && memcmp(p, "a ", 2) == 0;
	case LINE:
		break;
	}
	return true;
}

/* Offset behind the reply that begins at @from, 0 while it is not whole. */
static size_t reply_end(const struct grab_buf *in, size_t from, enum reply reply)
{
	size_t end;

	for (size_t at = from; (end = grab_line_end(in, at)) != 0; at = end)
		if (last_line(reply, in->data + at, end - at, at == from))
			return end;
	return 0;
}

static bool offers_tls(const struct grab_dialog *d, const struct script *s)
{
	return !d->tls && !d->plain && s->offer != NULL &&
	       grab_contains(d->in.data, d->in.len, s->offer);
}

/* The reply [seen, end) is whole: what next? */
static enum grab_step after_reply(struct grab_dialog *d, const struct script *s, size_t end)
{
	size_t begin = d->seen;

	d->seen = end;
	if (d->state == SECURING) {
		d->state = SECURED;
		return grab_begins(&d->in, begin, s->go, strlen(s->go)) ? GRAB_STARTTLS : GRAB_DONE;
	}
	if (d->state == 0 && refusal(d->in.data + begin, 1))
		return GRAB_DONE;
	if (d->state + 1 == s->count && offers_tls(d, s)) {
		d->state = SECURING;
		grab_buf_text(&d->out, s->upgrade);
		return GRAB_MORE;
	}
	if (d->state == s->count)
		return GRAB_DONE;
	d->state++;
	grab_buf_text(&d->out, s->exchanges[d->state].say);
	return GRAB_MORE;
}

/* The answer to the upgrade ends like that to the farewell, which it stands instead of. */
static enum reply expected(const struct grab_dialog *d, const struct script *s)
{
	return s->exchanges[d->state == SECURING ? s->count : d->state].reply;
}

static enum grab_step run(struct grab_dialog *d, const struct script *s)
{
	enum grab_step step = GRAB_MORE;
	size_t end;

	if (d->state == SECURED)
		return GRAB_DONE;
	if (!d->known && grab_line_end(&d->in, 0) != 0) {
		if (!s->greets(d->in.data, d->in.len))
			return GRAB_FOREIGN;
		d->known = true;
	}
	while (step == GRAB_MORE && (end = reply_end(&d->in, d->seen, expected(d, s))) != 0) {
		if (d->state == 0)
			d->first_len = end;
		grab_answer(d, end);
		step = after_reply(d, s, end);
	}
	return step;
}

/* ---- what the replies say ---- */

enum { TEXT_MAX = 4096 };

/* The text of reply number @i if its code is @code: lines without code, blank and CR, joined by LF.
 */
static size_t reply_text(const struct grab_dialog *d, size_t i, const char *code,
                         char text[TEXT_MAX])
{
	size_t at = i - 1 < d->answer_count ? d->answers[i - 1] : d->in.len;
	size_t stop = i < d->answer_count ? d->answers[i] : d->in.len;
	size_t n = 0, end;

	if (!grab_begins(&d->in, at, code, 3))
		return 0;
	for (; at < stop && (end = grab_line_end(&d->in, at)) != 0; at = end) {
		const uint8_t *line = d->in.data + at;
		size_t len = end - at, skip = code_start(line, len) ? 4 : 0;

		while (skip < len && line[skip] == ' ')
			skip++;
		while (len > skip && (line[len - 1] == '\r' || line[len - 1] == '\n'))
			len--;
		if (len <= skip || TEXT_MAX - n <= len - skip)
			continue;
		if (n > 0)
			text[n++] = '\n';
		memcpy(text + n, line + skip, len - skip);
		n += len - skip;
	}
	return n;
}

static void add_flag(struct vd_facts *out, const char *fact, bool yes)
{
	vd_facts_addf(out, fact, "%s", yes ? "true" : "false");
}

/* ---- SMTP ---- */

static bool smtp_starts(const uint8_t *p, size_t len)
{
	return code_start(p, len) &&
	       (grab_contains(p, len, "SMTP") || grab_contains(p, len, "mail"));
}

static bool smtp_greets(const uint8_t *p, size_t len)
{
	return code_start(p, len) &&
	       (grab_contains(p, len, "SMTP") || !grab_contains(p, len, "FTP"));
}

static enum grab_step smtp_bytes(struct grab_dialog *d)
{
	static const struct script script = {
		.greets = smtp_greets,
		.exchanges = {{NULL, CODE}, {"EHLO probe.invalid\r\n", CODE}, {"QUIT\r\n", CODE}},
		.count = 2,
		.offer = "STARTTLS",
		.upgrade = "STARTTLS\r\n",
		.go = "220",
	};

	return run(d, &script);
}

static void smtp_facts(const struct grab_dialog *d, struct vd_facts *out)
{
	char text[TEXT_MAX];
	size_t len = reply_text(d, 1, "250", text);

	if (len == 0)
		return;
	vd_facts_add(out, "smtp.ehlo", text, len);
	add_flag(out, "smtp.starttls", grab_contains((const uint8_t *)text, len, "STARTTLS"));
}

const struct grab_proto grab_proto_smtp = {
	.name = "smtp",
	.secure = "smtps",
	.starts = smtp_starts,
	.on_bytes = smtp_bytes,
	.facts = smtp_facts,
};

/* ---- FTP ---- */

static bool ftp_starts(const uint8_t *p, size_t len)
{
	return code_start(p, len) && p[0] == '2' && p[1] == '2' && p[2] == '0';
}

static bool ftp_greets(const uint8_t *p, size_t len)
{
	return code_start(p, len) && !grab_contains(p, len, "SMTP");
}

static enum grab_step ftp_bytes(struct grab_dialog *d)
{
	static const struct script script = {
		.greets = ftp_greets,
		.exchanges = {{NULL, CODE},
	                      {"SYST\r\n", CODE},
	                      {"FEAT\r\n", CODE},
	                      {"QUIT\r\n", CODE}},
		.count = 3,
		.offer = "AUTH TLS",
		.upgrade = "AUTH TLS\r\n",
		.go = "234",
	};

	return run(d, &script);
}

static void ftp_facts(const struct grab_dialog *d, struct vd_facts *out)
{
	char text[TEXT_MAX];
	size_t len = reply_text(d, 1, "215", text);

	if (len > 0)
		vd_facts_add(out, "ftp.syst", text, len);
	len = reply_text(d, 2, "211", text);
	if (len == 0)
		return;
	vd_facts_add(out, "ftp.feat", text, len);
	add_flag(out, "ftp.auth_tls", grab_contains((const uint8_t *)text, len, "AUTH TLS"));
}

const struct grab_proto grab_proto_ftp = {
	.name = "ftp",
	.secure = "ftps",
	.starts = ftp_starts,
	.on_bytes = ftp_bytes,
	.facts = ftp_facts,
};

/* ---- NNTP ---- */

static bool nntp_starts(const uint8_t *p, size_t len)
{
	return code_start(p, len) && p[0] == '2' && p[1] == '0' && (p[2] == '0' || p[2] == '1');
}

static enum grab_step nntp_bytes(struct grab_dialog *d)
{
	static const struct script script = {
		.greets = code_start,
		.exchanges = {{NULL, CODE}, {"CAPABILITIES\r\n", DOT}, {"QUIT\r\n", CODE}},
		.count = 2,
	};

	return run(d, &script);
}

const struct grab_proto grab_proto_nntp = {
	.name = "nntp",
	.secure = "nntps",
	.starts = nntp_starts,
	.on_bytes = nntp_bytes,
};

/* ---- POP3 ---- */

static bool pop3_starts(const uint8_t *p, size_t len)
{
	return len >= 3 && memcmp(p, "+OK", 3) == 0;
}

static enum grab_step pop3_bytes(struct grab_dialog *d)
{
	static const struct script script = {
		.greets = pop3_starts,
		.exchanges = {{NULL, LINE}, {"CAPA\r\n", DOT}, {"QUIT\r\n", LINE}},
		.count = 2,
		.offer = "\nSTLS",
		.upgrade = "STLS\r\n",
		.go = "+OK",
	};

	return run(d, &script);
}

const struct grab_proto grab_proto_pop3 = {
	.name = "pop3",
	.secure = "pop3s",
	.starts = pop3_starts,
	.on_bytes = pop3_bytes,
};

/* ---- IMAP ---- */

static bool imap_starts(const uint8_t *p, size_t len)
{
	return len >= 4 && (memcmp(p, "* OK", 4) == 0 || memcmp(p, "* PR", 4) == 0 ||
	                    memcmp(p, "* BY", 4) == 0);
}

static enum grab_step imap_bytes(struct grab_dialog *d)
{
	static const struct script script = {
		.greets = imap_starts,
		.exchanges = {{NULL, LINE}, {"a CAPABILITY\r\n", TAG}, {"a LOGOUT\r\n", TAG}},
		.count = 2,
		.offer = "STARTTLS",
		.upgrade = "a STARTTLS\r\n",
		.go = "a OK",
	};

	return run(d, &script);
}

const struct grab_proto grab_proto_imap = {
	.name = "imap",
	.secure = "imaps",
	.starts = imap_starts,
	.on_bytes = imap_bytes,
};
