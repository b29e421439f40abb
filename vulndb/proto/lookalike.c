/* SPDX-License-Identifier: Apache-2.0 */
/* lookalike.c - tells the protocols apart whose servers say the same at first. */
#include "script.h"

enum { PAGE_MAX = 512, ALIKE_MAX = 2, CODES_MAX = 4, WORDS_MAX = 6 };

/*
 * What servers say to an HTTP request or a command of another protocol, in the words of their
 * sources: Tor, MongoDB, ZNC, Redis, beanstalkd, clamd, upsd, gearmand, RethinkDB.
 */
static const struct {
	const char *text;
	bool first; /* the answer begins with it; else it stands in the first PAGE_MAX bytes */
	const char *service;
} betrayals[] = {
	{"Tor is not an HTTP Proxy", false, "socks5"},
	{"This is a SOCKS Proxy, Not An HTTP Proxy", false, "socks5"},
	{"you are trying to access MongoDB over HTTP", false, "mongodb"},
	{"Web Access is not enabled.", false, "irc"},
	{"-ERR wrong number of arguments for 'get' command", true, "redis"},
	{"-ERR Protocol error", true, "redis"},
	{"UNKNOWN_COMMAND\r\n", true, "beanstalk"},
	{"UNKNOWN COMMAND", true, "clamav"},
	{"ERR UNKNOWN-COMMAND", true, "nut"},
	{"ERR unknown_command", true, "gearman"},
	{"ERR UNKNOWN_COMMAND", true, "gearman"},
	{"ERROR: Received an unsupported protocol version.", true, "rethinkdb"},
	{"ERROR: This is the rdb protocol port", true, "rethinkdb"},
};

const struct vd_proto *vd_proto_betrayed(const uint8_t *data, size_t len)
{
	struct span in = span_first(span_of(data, len), PAGE_MAX);
	bool tls;

	for (size_t i = 0; i < sizeof(betrayals) / sizeof(betrayals[0]); i++)
		if (betrayals[i].first ? span_starts(in, betrayals[i].text)
		                       : span_find(in, betrayals[i].text, false) != NULL)
			return vd_proto_find(betrayals[i].service, &tls);
	return NULL;
}

/*
 * Servers that name themselves on the same port to HTTP, and not in their own protocol: Tor, which
 * prefers names and passwords where both ways are offered, by a page that refuses HTTP; and ZNC,
 * whose web site shares the port.
 */
static const struct {
	const char *service;
	const char *word; /* in their answers */
} web_beside[] = {{"socks5", "\5\2"}, {"irc", "znc.in/"}};

const struct vd_proto *vd_dialog_beside(const struct vd_proto *p, const struct vd_dialog *d)
{
	for (size_t i = 0; i < sizeof(web_beside) / sizeof(web_beside[0]); i++)
		if (strcmp(web_beside[i].service, p->name) == 0 &&
		    span_find(heard(d), web_beside[i].word, false) != NULL)
			return &vd_proto_http;
	return NULL;
}

/*
 * Line protocols whose greetings look alike: the words that tell in a greeting, the codes by which
 * only a server of this protocol begins its reply to a question of the dialog, and whom to ask next
 * where neither comes.
 */
static const struct kind {
	const char *service;
	const char *words[WORDS_MAX + 1];
	struct {
		unsigned reply; /* number of the exchange */
		const char *code;
	} codes[CODES_MAX];
	const char *alike[ALIKE_MAX];
} kinds[] = {
	{"ftp",
         {"ftp", "filezilla", "serv-u"},
         {{1, "215"}, {1, "530"}, {1, "331"}, {2, "211"}},
         {"smtp", "lmtp"}},
	{"smtp", {"smtp", "postfix", "sendmail", "exim", " mail "}, {{1, "250"}}, {"lmtp", "ftp"}},
	{"lmtp", {" lmtp"}, {{1, "250"}}, {"smtp", "ftp"}},
	{"nntp", {"nntp", "news", "innd", "leafnode"}, {{1, "101"}}, {NULL}},
	{"pop3", {"pop"}, {{1, "+OK"}, {1, "-ERR"}}, {NULL}},
	{"imap", {"imap"}, {{1, "* CAPABILITY"}, {1, "a OK"}, {1, "a NO"}, {1, "a BAD"}}, {NULL}},
};

/* Protocols whose answers have no sign at all: a few bytes, or any text. */
static const char *const signless[] = {"bolt", "btest",   "daytime", "finger", "gemini", "gopher",
                                       "qotd", "quassel", "socks5",  "time",   "whois"};

static const struct kind *kind_of(const struct vd_proto *p)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].service, p->name) == 0)
			return &kinds[i];
	return NULL;
}

static bool is_signless(const struct vd_proto *p)
{
	for (size_t i = 0; i < sizeof(signless) / sizeof(signless[0]); i++)
		if (strcmp(signless[i], p->name) == 0)
			return true;
	return false;
}

bool vd_bytes_prove(const struct vd_proto *p, const uint8_t *data, size_t len)
{
	const struct kind *k = kind_of(p);

	if (strcmp(p->name, "telnet") == 0)
		return len > 0 && p->starts(span_of(data, len));
	return k != NULL ? script_says(span_of(data, len), k->words) : !is_signless(p);
}

bool vd_dialog_proves(const struct vd_proto *p, const struct vd_dialog *d)
{
	struct span first = span_first(heard(d), d->first_len > 0 ? d->first_len : d->in_len);
	const struct kind *k = kind_of(p);

	if (d->in_len > 0 && vd_bytes_prove(p, first.at, span_left(first)))
		return true;
	for (size_t i = 0; k != NULL && i < CODES_MAX && k->codes[i].code != NULL; i++) {
		size_t n = k->codes[i].reply;

		if (n <= d->answer_count &&
		    span_starts(span_from(heard(d), d->answers[n - 1]), k->codes[i].code))
			return true;
	}
	return false;
}

const struct vd_proto *vd_proto_alike(const struct vd_proto *p, size_t i)
{
	const struct kind *k = kind_of(p);
	bool tls;

	return k != NULL && i < ALIKE_MAX ? vd_proto_find(k->alike[i], &tls) : NULL;
}
