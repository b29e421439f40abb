/* SPDX-License-Identifier: Apache-2.0 */
/* lookalike.c - tells the protocols apart whose servers say the same at first. */
#include "rpc.h"
#include "script.h"

enum { PAGE_MAX = 512, ALIKE_MAX = 2, CODES_MAX = 4, WORDS_MAX = 6 };

/*
 * What servers say to an HTTP request or to a question of another protocol, in the words of their
 * sources and as the servers of Debian answer: Tor, MongoDB, ZNC, Redis, beanstalkd, clamd, upsd,
 * gearmand, RethinkDB, snapserver, ZooKeeper, xrdp, microsocks, rpcbind, NFS-Ganesha.
 */
enum where {
	ANYWHERE, /* in the first PAGE_MAX bytes */
	FIRST,    /* the answer begins with it */
	ALL,      /* the answer is that and nothing else */
};

static const struct {
	const char *text;
	size_t len;
	enum where where;
	const char *service;
} betrayals[] = {
#define SAYS(text, where, service)                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1, where, service                                             \
	}
	SAYS("Tor is not an HTTP Proxy", ANYWHERE, "socks5"),
	SAYS("This is a SOCKS Proxy, Not An HTTP Proxy", ANYWHERE, "socks5"),
	/* no method that it accepts (RFC 1928, 3) */
	SAYS("\x05\xff", ALL, "socks5"),
	SAYS("you are trying to access MongoDB over HTTP", ANYWHERE, "mongodb"),
	SAYS("Web Access is not enabled.", ANYWHERE, "irc"),
	SAYS("-ERR wrong number of arguments for 'get' command", FIRST, "redis"),
	SAYS("-ERR Protocol error", FIRST, "redis"),
	SAYS("UNKNOWN_COMMAND\r\n", FIRST, "beanstalk"),
	SAYS("UNKNOWN COMMAND", FIRST, "clamav"),
	SAYS("ERR UNKNOWN-COMMAND", FIRST, "nut"),
	SAYS("ERR INVALID-ARGUMENT\n", FIRST, "nut"),
	SAYS("ERR unknown_command", FIRST, "gearman"),
	SAYS("ERR UNKNOWN_COMMAND", FIRST, "gearman"),
	SAYS("ERROR: Received an unsupported protocol version.", FIRST, "rethinkdb"),
	SAYS("ERROR: This is the rdb protocol port", FIRST, "rethinkdb"),
	SAYS("stat is not executed because it is not in the whitelist.", FIRST, "zookeeper"),
	SAYS("{\"error\":{\"code\":-32700,\"data\":\"[json.exception", FIRST, "snapcast"),
	/* The provider ends the connection (ITU-T T.125, 7: DisconnectProviderUltimatum). */
	SAYS("\3\0\0\11\2\xf0\x80\x21\x80", ALL, "rdp"),
	/* Another program than the one that was called (RFC 5531, 9: PROG_UNAVAIL). */
	SAYS(RPC_UNAVAILABLE("Sonp"), ALL, "nfs"),
	SAYS(RPC_UNAVAILABLE("Sonn"), ALL, "portmap"),
#undef SAYS
};

static bool is_said(struct span in, size_t i)
{
	size_t len = betrayals[i].len;

	if (betrayals[i].where == ANYWHERE)
		return span_find(in, betrayals[i].text, false) != NULL;
	return span_left(in) >= len && memcmp(in.at, betrayals[i].text, len) == 0 &&
	       (betrayals[i].where == FIRST || span_left(in) == len);
}

const struct vd_proto *vd_proto_betrayed(const uint8_t *data, size_t len)
{
	struct span in = span_first(span_of(data, len), PAGE_MAX);
	bool tls;

	for (size_t i = 0; i < sizeof(betrayals) / sizeof(betrayals[0]); i++)
		if (is_said(in, i))
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
