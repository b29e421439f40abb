/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_grab_share.c - how many services are named with how few connections, as a table.
 *
 * The servers are simulated: they answer their own protocol's question with what the corpus of the
 * fuzz target "proto" has recorded. With the questions of others they do what a real server did
 * (reactions), or where none is recorded what the table says that such servers do. Sessions, plans
 * and dialogs are the real ones; TLS is OpenSSL on both sides.
 */
#include <errno.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grab_session.h"
#include "reactions.h"
#include "suite.h"

enum { FILE_MAX = 8192, TURNS = 8, MOST = 80, STEPS = 4000 };

/* What a server does with bytes that are not its protocol's. */
enum does {
	HANGS_UP, /* reads all of them and closes */
	RESETS,   /* closes with some unread */
	WAITS,    /* for the rest of the message that it takes them for */
	SAYS,     /* an error of its own */
	ECHOES,   /* says them itself */
};

struct server {
	const char *service; /* as vd_proto_find() knows it */
	const char *file;    /* of the corpus; NULL: @says answers its own question */
	bool greets;
	enum does does;
	const char *says;
	uint16_t port;   /* its usual one; 0: the first that the protocol has */
	size_t says_len; /* 0: @says is a string */
	bool stranger;   /* it knows no protocol */
};

#define DNS_ANSWER                                                                                 \
	"\0\x33So\x84\0\0\1\0\1\0\0\0\0\7version\4bind\0\0\x10\0\3\xc0\x0c\0\x10\0\3\0\0\0\0\0"    \
	"\x09\x08"                                                                                 \
	"9.18.24."

/* ERROR in version 4, code 10, as Cassandra answers a version that it does not know. */
#define CASSANDRA_ERROR                                                                            \
	"\x84\0\0\0\0\0\0\0\x2d\0\0\0\x0a\0\x27"                                                   \
	"Invalid or unsupported protocol version"

/* A link reply with the error "invalid magic" (Spice protocol, "Link message"). */
#define SPICE_ERROR "REDQ\2\0\0\0\2\0\0\0\x04\0\0\0\2\0\0\0"

static const struct server servers[] = {
	{"ssh", "ssh", true, HANGS_UP, NULL},
	{"smtp", "smtp", true, HANGS_UP, NULL},
	{"ftp", "ftp", true, HANGS_UP, NULL},
	{"pop3", "pop3", true, HANGS_UP, NULL},
	{"imap", "imap", true, HANGS_UP, NULL},
	{"nntp", "nntp", true, HANGS_UP, NULL},
	{"lmtp", "lmtp", true, SAYS, "500 what?\r\n"},
	{"sieve", "sieve", true, HANGS_UP, NULL},
	{"mysql", "mysql", true, HANGS_UP, NULL},
	{"nats", "nats", true, HANGS_UP, NULL},
	{"vnc", "vnc", true, HANGS_UP, NULL},
	{"rsync", "rsync", true, HANGS_UP, NULL},
	{"svn", "svn", true, HANGS_UP, NULL},
	{"dict", "dict", true, HANGS_UP, NULL},
	{"munin", "munin", true, HANGS_UP, NULL},
	{"gpsd", "gpsd", true, HANGS_UP, NULL},
	{"tarantool", "tarantool", true, HANGS_UP, NULL},
	{"ceph", "ceph", true, HANGS_UP, NULL},
	{"ganglia", "ganglia", true, HANGS_UP, NULL},
	{"openwire", "openwire", true, HANGS_UP, NULL},
	{"nbd", "nbd", true, HANGS_UP, NULL},
	{"varnish", "varnish", true, HANGS_UP, NULL},
	{"mpd", "mpd", true, HANGS_UP, NULL},
	{"teamspeak", "teamspeak", true, HANGS_UP, NULL},
	{"telnet", "telnet", true, WAITS, NULL},
	{"http", "http", false, SAYS, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"},
	{"http2", "http2", false, HANGS_UP, NULL},
	{"dns", NULL, false, WAITS, NULL},
	{"postgres", "postgres", false, HANGS_UP, NULL},
	{"redis", "redis", false, SAYS, "-ERR wrong number of arguments for 'get' command\r\n"},
	{"memcached", "memcached", false, SAYS, "ERROR\r\n"},
	{"mongodb", "mongodb", false, SAYS,
         "HTTP/1.0 200 OK\r\nContent-Length: 85\r\n\r\nIt looks like you are trying to access "
         "MongoDB over HTTP on the native driver port.\r\n"},
	{"ldap", "ldap", false, HANGS_UP, NULL},
	{"mqtt", "mqtt", false, RESETS, NULL},
	{"rdp", "rdp", false, RESETS, NULL},
	{"zookeeper", "zookeeper", false, RESETS, NULL},
	{"git", "git", false, HANGS_UP, NULL},
	{"ajp", "ajp", false, HANGS_UP, NULL},
	{"socks5", "socks5", false, HANGS_UP, NULL},
	{"smb", "smb_ntlm", false, RESETS, NULL, 445},
	{"mssql", "mssql", false, RESETS, NULL},
	{"kafka", "kafka", false, HANGS_UP, NULL},
	{"amqp", "amqp", false, SAYS, "AMQP\0\0\11\1", 0, 8},
	{"rmi", "rmi", false, WAITS, NULL},
	{"minecraft", "minecraft", false, WAITS, NULL},
	{"x11", "x11", false, HANGS_UP, NULL},
	{"msrpc", "msrpc", false, HANGS_UP, NULL},
	{"portmap", "portmap", false, WAITS, NULL},
	{"nfs", "nfs", false, WAITS, NULL},
	{"oracle", "oracle", false, HANGS_UP, NULL},
	{"cassandra", "cassandra", false, SAYS, CASSANDRA_ERROR, 0, sizeof(CASSANDRA_ERROR) - 1},
	{"bolt", "bolt", false, HANGS_UP, NULL},
	{"epmd", "epmd", false, HANGS_UP, NULL},
	{"zabbix-agent", "zabbix_agent", false, HANGS_UP, NULL},
	{"nrpe", "nrpe", false, WAITS, NULL},
	{"irc", "irc", false, SAYS, ":irc.example 451 * :You have not registered\r\n"},
	{"xmpp", "xmpp", false, SAYS,
         "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
         "xmlns:stream='http://etherx.jabber.org/streams'>"},
	{"rtsp", "rtsp", false, SAYS, "RTSP/1.0 400 Bad Request\r\n\r\n"},
	{"stomp", "stomp", false, HANGS_UP, NULL},
	{"kerberos", "kerberos", false, WAITS, NULL},
	{"openvpn", "openvpn", false, RESETS, NULL},
	{"rtmp", "rtmp", false, WAITS, NULL},
	{"pptp", "pptp", false, WAITS, NULL},
	{"adb", "adb", false, HANGS_UP, NULL},
	{"beanstalk", "beanstalk", false, SAYS, "UNKNOWN_COMMAND\r\n"},
	{"gearman", "gearman", false, SAYS, "ERR unknown_command Unknown+server+command\n"},
	{"nut", "nut", false, SAYS, "ERR UNKNOWN-COMMAND\n"},
	{"clamav", "clamav", false, SAYS, "UNKNOWN COMMAND\n"},
	{"spamd", "spamd", false, SAYS, "SPAMD/1.0 76 Bad header line: GET\r\n"},
	{"iscsi", "iscsi", false, HANGS_UP, NULL},
	{"firebird", "firebird", false, HANGS_UP, NULL},
	{"db2", "db2", false, HANGS_UP, NULL},
	{"mysqlx", "mysqlx", false, HANGS_UP, NULL},
	{"afp", "afp", false, HANGS_UP, NULL},
	{"spice", "spice", false, SAYS, SPICE_ERROR, 0, sizeof(SPICE_ERROR) - 1},
	{"giop", "giop", false, HANGS_UP, NULL},
	{"couchbase", "couchbase", false, HANGS_UP, NULL},
	{"aerospike", "aerospike", false, HANGS_UP, NULL},
	{"rethinkdb", "rethinkdb", false, SAYS,
         "ERROR: Received an unsupported protocol version.\n"},
	{"riak", "riak", false, WAITS, NULL},
	{"pulsar", "pulsar", false, HANGS_UP, NULL},
	{"ignite", "ignite", false, HANGS_UP, NULL},
	{"9p", "9p", false, HANGS_UP, NULL},
	{"stun", "stun", false, WAITS, NULL},
	{"snapcast", "snapcast", false, SAYS, "?"},
	{"ident", "ident", false, RESETS, NULL},
};

enum { SERVERS = sizeof(servers) / sizeof(servers[0]) };

/* Where a server stands. */
enum where { USUAL, MOVED, ODD, USUAL_TLS, MOVED_TLS, ODD_TLS, WHERES };

static const char *const where_names[WHERES] = {
	[USUAL] = "on its usual port",
	[MOVED] = "on a number made from it",
	[ODD] = "on a number that tells nothing",
	[USUAL_TLS] = "inside TLS, usual port",
	[MOVED_TLS] = "inside TLS, number made from it",
	[ODD_TLS] = "inside TLS, number tells nothing",
};

static const struct grab_config config = {
	.connect_timeout_ms = 3000,
	.server_first_ms = 1500,
	.read_timeout_ms = 2000,
	.answer_timeout_ms = 2000,
	.total_timeout_ms = 400000,
	.max_per_port = MOST,
	.max_bytes = 16384,
	.user_agent = "agent",
	.any_port = true,
};

/* ---- what the servers say ---- */

struct turns {
	size_t count;
	struct {
		uint8_t bytes[FILE_MAX];
		size_t len;
	} said[TURNS];
};

static void add_turn(struct turns *t, const void *bytes, size_t len, bool goes_on)
{
	static bool open;

	if (t->count == 0)
		open = false;
	if (!open)
		t->count++;
	ck_assert_uint_le(t->count, TURNS);
	ck_assert_uint_le(t->said[t->count - 1].len + len, sizeof(t->said[0].bytes));
	memcpy(t->said[t->count - 1].bytes + t->said[t->count - 1].len, bytes, len);
	t->said[t->count - 1].len += len;
	open = goes_on;
}

/* A file is a name, a line feed, and chunks with their length before them; one of 250 bytes or more
 * goes on in the next. */
static void read_turns(const struct server *sv, struct turns *t)
{
	uint8_t bytes[FILE_MAX];
	char path[4096];
	size_t len, at;
	FILE *f;

	memset(t, 0, sizeof(*t));
	if (sv->file == NULL) {
		add_turn(t, DNS_ANSWER, sizeof(DNS_ANSWER) - 1, false);
		return;
	}
	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/proto/%s", SONDE_SOURCE_ROOT, sv->file);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	at = (size_t)((const uint8_t *)memchr(bytes, '\n', len) - bytes) + 1;
	while (at < len) {
		size_t n = bytes[at] < len - at - 1 ? bytes[at] : len - at - 1;

		add_turn(t, bytes + at + 1, n, n >= 250);
		at += 1 + n;
	}
}

/* ---- one connection of a server ---- */

static EVP_PKEY *key;
static X509 *cert;
static SSL_CTX *server_ctx;

static void make_tls(void)
{
	reactions_read(SONDE_SOURCE_ROOT "/tests/control/grab/reactions");
	key = EVP_EC_gen("P-256");
	cert = X509_new();
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
	X509_set_pubkey(cert, key);
	X509_sign(cert, key, EVP_sha256());
	server_ctx = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(server_ctx, cert);
	SSL_CTX_use_PrivateKey(server_ctx, key);
}

static void drop_tls(void)
{
	SSL_CTX_free(server_ctx);
	X509_free(cert);
	EVP_PKEY_free(key);
}

struct peer {
	const struct server *server;
	const struct turns *turns;
	struct grab_session *session;
	SSL *ssl; /* NULL: in the clear */
	size_t turn;
	bool mine; /* the client has asked in the server's protocol, or was greeted */
	bool gone;
	uint64_t *now;
};

/* Whether the client still hears this connection. */
static bool is_heard(const struct peer *p)
{
	return !p->gone && p->session->want == GRAB_WANT_TRAFFIC;
}

static void peer_drain(struct peer *p)
{
	uint8_t out[16384];
	int n;

	while ((n = BIO_read(SSL_get_wbio(p->ssl), out, sizeof(out))) > 0)
		if (is_heard(p))
			grab_session_bytes(p->session, out, (size_t)n, *p->now);
}

static void peer_say(struct peer *p, const void *bytes, size_t len)
{
	if (!is_heard(p))
		return;
	if (p->ssl == NULL) {
		grab_session_bytes(p->session, bytes, len, *p->now);
		return;
	}
	SSL_write(p->ssl, bytes, (int)len);
	peer_drain(p);
}

static void peer_end(struct peer *p, int err)
{
	if (is_heard(p))
		grab_session_ended(p->session, err, *p->now);
	p->gone = true;
}

static void peer_turn(struct peer *p)
{
	if (p->turn == p->turns->count)
		return;
	p->turn++;
	peer_say(p, p->turns->said[p->turn - 1].bytes, p->turns->said[p->turn - 1].len);
}

/* Whether the bytes are what a client of the server's protocol says first. */
static bool is_own(const struct peer *p, const uint8_t *data, size_t len)
{
	bool tls;
	const struct vd_proto *proto = vd_proto_find(p->server->service, &tls);
	struct vd_dialog d = {.authority = p->session->authority,
	                      .user_agent = config.user_agent,
	                      .tls = p->ssl != NULL};

	vd_dialog_greet(proto, &d);
	return !p->server->stranger && d.out_len > 0 && len >= d.out_len &&
	       memcmp(d.out, data, d.out_len) == 0;
}

/* Do what was recorded of such a server. False: nothing was. */
static bool peer_replay(struct peer *p, const uint8_t *data, size_t len)
{
	const struct vd_dialog blank = {.authority = p->session->authority,
	                                .user_agent = config.user_agent};
	const struct reaction *r =
		p->server->stranger
			? NULL
			: reactions_find(p->server->service, reactions_question(data, len, &blank));

	if (r == NULL)
		return false;
	if (r->len > 0)
		peer_say(p, r->answer, r->len);
	if (r->how[0] != 'w')
		peer_end(p, r->how[0] == 'c' ? 0 : -ECONNRESET);
	return true;
}

static void peer_hear(struct peer *p, const uint8_t *data, size_t len)
{
	const struct server *sv = p->server;

	/* To LMTP's greeting alone, clients of SMTP and FTP go on, too. */
	if (sv->greets && sv->says != NULL && p->turn == 1 && memcmp(data, "LHLO", 4) != 0) {
		peer_say(p, sv->says, strlen(sv->says));
		return;
	}
	if (p->mine || (!sv->greets && is_own(p, data, len))) {
		p->mine = true;
		peer_turn(p);
		return;
	}
	if (peer_replay(p, data, len))
		return;
	switch (sv->does) {
	case HANGS_UP:
		peer_end(p, 0);
		break;
	case RESETS:
		peer_end(p, -ECONNRESET);
		break;
	case WAITS:
		p->mine = false;
		break;
	case SAYS:
		peer_say(p, sv->says, sv->says_len != 0 ? sv->says_len : strlen(sv->says));
		break;
	case ECHOES:
		peer_say(p, data, len);
		break;
	}
}

static void peer_greet(struct peer *p)
{
	if (!p->server->greets)
		return;
	p->mine = true;
	peer_turn(p);
}

/* The bytes of a client that may speak TLS; a server inside TLS hangs up at all others. */
static void peer_take(struct peer *p, const uint8_t *data, size_t len)
{
	uint8_t plain[16384];
	bool was_up;
	int n;

	if (p->ssl == NULL) {
		peer_hear(p, data, len);
		return;
	}
	BIO_write(SSL_get_rbio(p->ssl), data, (int)len);
	was_up = SSL_is_init_finished(p->ssl);
	if (!was_up) {
		n = SSL_do_handshake(p->ssl);
		if (n != 1 && SSL_get_error(p->ssl, n) != SSL_ERROR_WANT_READ) {
			peer_drain(p);
			peer_end(p, 0);
			return;
		}
		peer_drain(p);
	}
	if (SSL_is_init_finished(p->ssl) && !was_up && !p->gone)
		peer_greet(p);
	while (is_heard(p) && (n = SSL_read(p->ssl, plain, sizeof(plain))) > 0)
		peer_hear(p, plain, (size_t)n);
}

static void peer_connect(struct peer *p, bool tls)
{
	SSL_free(p->ssl);
	p->ssl = NULL;
	p->turn = 0;
	p->mine = p->gone = false;
	if (!tls) {
		peer_greet(p);
		return;
	}
	p->ssl = SSL_new(server_ctx);
	SSL_set_bio(p->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	BIO_set_mem_eof_return(SSL_get_rbio(p->ssl), -1);
	BIO_set_mem_eof_return(SSL_get_wbio(p->ssl), -1);
	SSL_set_accept_state(p->ssl);
}

/* ---- one grab ---- */

static void step(struct peer *p, bool tls)
{
	struct grab_session *s = p->session;
	uint8_t out[16384];
	size_t len = s->wire.len;

	if (s->want == GRAB_WANT_CONNECT) {
		grab_session_connecting(s, *p->now);
		grab_session_connected(s, *p->now);
		peer_connect(p, tls);
	} else if (len > 0 && !p->gone) {
		ck_assert_uint_le(len, sizeof(out));
		memcpy(out, s->wire.data, len);
		grab_buf_drop(&s->wire, len);
		peer_take(p, out, len);
	} else {
		*p->now = s->deadline_us;
		grab_session_tick(s, *p->now);
	}
}

/* Run a session against a server on a host of its own until it is over. */
static void run(struct grab_session *s, const struct server *sv, const struct grab_means *means,
                const struct grab_request *request, bool tls)
{
	struct turns turns;
	uint64_t now = 1000000;
	struct peer p = {.server = sv, .turns = &turns, .session = s, .now = &now};

	read_turns(sv, &turns);
	ck_assert_int_eq(grab_session_init(s, means, request, now), 0);
	for (int n = 0; n < STEPS && s->want != GRAB_WANT_NOTHING; n++)
		step(&p, tls);
	ck_assert_int_eq(s->want, GRAB_WANT_NOTHING);
	ck_assert_uint_le(s->connections, MOST);
	SSL_free(p.ssl);
}

static struct grab_request request_to(size_t host, uint16_t port)
{
	return (struct grab_request){
		.addr = {{[10] = 0xff, [11] = 0xff, [12] = 198, [13] = 18, [15] = (uint8_t)host}},
		.port = port,
		.transport = DP_TRANSPORT_TCP,
	};
}

/* How many connections it took to name server @i; 0: it was not named, or called by another name,
 * which *@wrong tells. */
static unsigned grab(size_t i, uint16_t port, bool tls, struct grab_lore *lore, const char **wrong)
{
	static struct grab_session s;
	const struct grab_means means = {&config, grab_tls_ctx_new(), lore};
	const struct grab_request request = request_to(i, port);
	bool inside;
	const struct vd_proto *proto = vd_proto_find(servers[i].service, &inside);
	unsigned took = 0;

	run(&s, &servers[i], &means, &request, tls);
	*wrong = NULL;
	if (s.result.service != NULL && strcmp(s.result.service, vd_proto_name(proto)) == 0)
		took = s.connections;
	else if (s.result.service != NULL && strcmp(s.result.service, "ssl") != 0)
		*wrong = s.result.service;
	grab_session_fini(&s);
	grab_tls_ctx_free(means.tls);
	return took;
}

/* ---- the table ---- */

static bool resembles(uint16_t port, const struct vd_proto *proto)
{
	struct grab_custom c;
	size_t n, i = 0;

	grab_custom_of(port, &c);
	while (vd_protos(&n)[i] != proto)
		i++;
	return c.kin[0][i] > 0 || c.kin[1][i] > 0;
}

static uint16_t moved(uint16_t custom)
{
	return (uint16_t)(custom < 55536 ? custom + 10000 : custom - 10000);
}

/* A port without a custom, whose number does not resemble the protocol's. */
static uint16_t odd(size_t i, const struct vd_proto *proto)
{
	uint16_t port = (uint16_t)(30011 + 37 * i);
	bool tls;

	while (resembles(port, proto) || vd_proto_of_port(port, &tls) != NULL ||
	       vd_fragile_port(port, DP_TRANSPORT_TCP) != NULL)
		port++;
	return port;
}

/* The port of server @i in such a place; 0: there is none. */
static uint16_t port_at(size_t i, enum where where)
{
	bool tls;
	const struct vd_proto *p = vd_proto_find(servers[i].service, &tls);
	uint16_t clear = servers[i].port != 0 ? servers[i].port : vd_proto_ports(p, false)[0];
	uint16_t inside = vd_proto_ports(p, true)[0];

	if (where >= USUAL_TLS && !vd_proto_has_tls(p))
		return 0;
	switch (where) {
	case USUAL:
		return clear;
	case MOVED:
		return clear != 0 ? moved(clear) : 0;
	case USUAL_TLS:
		return inside;
	case MOVED_TLS:
		return moved(inside != 0 ? inside : clear);
	default:
		return odd(i, p);
	}
}

static const unsigned columns[] = {1, 2, 3, 4, 5, 7, 10, 14, 20, 80};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

struct row {
	unsigned all, named[COLUMNS], wrong;
};

static void count(struct row *row, unsigned took, const char *wrong)
{
	row->all++;
	row->wrong += wrong != NULL;
	for (size_t c = 0; c < COLUMNS; c++)
		row->named[c] += took != 0 && took <= columns[c];
}

static unsigned percent(const struct row *row, size_t column)
{
	return row->all > 0 ? (100 * row->named[column] + row->all / 2) / row->all : 0;
}

static void print_row(const char *name, const struct row *row)
{
	printf("%-36s %4u", name, row->all);
	for (size_t c = 0; c < COLUMNS; c++)
		printf(" %4u%%", percent(row, c));
	printf("  wrong %u\n", row->wrong);
	fflush(stdout);
}

static void print_head(void)
{
	printf("share named, with at most so many connections a port\n%-36s %4s", "", "");
	for (size_t c = 0; c < COLUMNS; c++)
		printf(" %4u ", columns[c]);
	printf("\n");
}

static struct row measure(enum where where, struct grab_lore *shared)
{
	struct row row = {0};

	for (size_t i = 0; i < SERVERS; i++) {
		struct grab_lore *lore = shared != NULL ? shared : grab_lore_new();
		uint16_t port = port_at(i, where);
		const char *wrong = NULL;

		if (port != 0) {
			unsigned took = grab(i, port, where >= USUAL_TLS, lore, &wrong);

			count(&row, took, wrong);
			if (took == 0 || took > GRAB_CONNECTIONS || wrong != NULL)
				printf("  %s at %u, %s: %u connections%s%s\n", servers[i].service,
				       port, where_names[where], took,
				       wrong != NULL ? ", called " : "",
				       wrong != NULL ? wrong : "");
		}
		if (shared == NULL)
			grab_lore_free(lore);
	}
	return row;
}

/* Percent that must be named with at most three connections, with the default's five, and with ten. */
static const struct {
	unsigned three, five, ten;
} floors[WHERES] = {
	[USUAL] = {100, 100, 100},     [MOVED] = {98, 98, 100},     [ODD] = {54, 58, 67},
	[USUAL_TLS] = {100, 100, 100}, [MOVED_TLS] = {95, 98, 100}, [ODD_TLS] = {50, 58, 67},
};

START_TEST(most_services_are_named_with_few_connections)
{
	struct row rows[WHERES];

	for (int w = 0; w < WHERES; w++)
		rows[w] = measure((enum where)w, NULL);
	print_head();
	for (int w = 0; w < WHERES; w++)
		print_row(where_names[w], &rows[w]);
	for (int w = 0; w < WHERES; w++) {
		ck_assert_msg(percent(&rows[w], 2) >= floors[w].three, "%s", where_names[w]);
		ck_assert_msg(percent(&rows[w], 4) >= floors[w].five, "%s", where_names[w]);
		ck_assert_msg(percent(&rows[w], 6) >= floors[w].ten, "%s", where_names[w]);
		/* --effort 9 leaves none out. */
		ck_assert_uint_eq(rows[w].named[COLUMNS - 1], rows[w].all);
		ck_assert_msg(rows[w].wrong == 0, "%s", where_names[w]);
	}
}
END_TEST

/* Where a second host has the same service on the same odd port, one connection suffices for what was
 * found on the first. Four take more: LMTP and Bolt, whose answers are no proof, HTTP/2, which is asked
 * after HTTP/1.1 always, and the proxy that is asked for its product, too. */
START_TEST(what_a_scan_has_learnt_saves_connections)
{
	struct grab_lore *lore = grab_lore_new();
	struct row first = measure(ODD, lore), second = measure(ODD, lore);

	print_head();
	print_row("the first host", &first);
	print_row("the second host", &second);
	ck_assert_uint_ge(second.named[0] + 4, first.named[COLUMNS - 1]);
	ck_assert_uint_eq(second.wrong, 0);
	grab_lore_free(lore);
}
END_TEST

/* Servers of no protocol that is known. Whatever they are asked, they are not given a name, or one
 * that says it is a guess. */
static const struct server strangers[] = {
	{"http", NULL, false, ECHOES, NULL},
	{"http", NULL, false, HANGS_UP, NULL},
	{"http", NULL, false, RESETS, NULL},
	{"http", NULL, false, WAITS, NULL},
	{"http", NULL, false, SAYS, "what?\r\n"},
	{"http", NULL, false, SAYS, "500 what?\r\n"},
	{"http", NULL, false, SAYS, "ERROR: what?\n"},
	{"http", NULL, false, SAYS, "OK\n"},
	{"http", NULL, false, SAYS, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0, 20},
	{"http", NULL, false, SAYS, "\0", 0, 1},
	{"http", NULL, false, SAYS, "\1", 0, 1},
	{"http", NULL, false, SAYS, "\xff\xff\xff\xff\xff\xff\xff\xff", 0, 8},
	{"http", NULL, false, SAYS, "\0\0\0\4abcd", 0, 8},
	{"http", NULL, false, SAYS, "{\"error\":\"what?\"}\n"},
	{"http", NULL, false, SAYS, "\5\0", 0, 2},
	{"http", NULL, false, SAYS, "N", 0, 1},
};

START_TEST(a_stranger_gets_no_name)
{
	static struct grab_session s;
	struct server sv = strangers[_i % (int)(sizeof(strangers) / sizeof(strangers[0]))];
	bool tls = _i >= (int)(sizeof(strangers) / sizeof(strangers[0]));
	const struct grab_means means = {&config, grab_tls_ctx_new(), grab_lore_new()};
	const struct grab_request request = request_to(1, 41000);
	const char *service;

	/* Its own question is one that nobody asks. */
	sv.stranger = true;
	run(&s, &sv, &means, &request, tls);
	service = s.result.service;
	ck_assert_msg(service == NULL || (tls && strcmp(service, "ssl") == 0) ||
	                      vd_facts_get(s.result.facts, "guess.service") != NULL,
	              "called %s", service);
	grab_session_fini(&s);
	grab_tls_ctx_free(means.tls);
	grab_lore_free(means.lore);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_unchecked_fixture(tc, make_tls, drop_tls);
	tcase_add_test(tc, most_services_are_named_with_few_connections);
	tcase_add_test(tc, what_a_scan_has_learnt_saves_connections);
	tcase_add_loop_test(tc, a_stranger_gets_no_name, 0,
	                    2 * (int)(sizeof(strangers) / sizeof(strangers[0])));
	return suite_run("grab_share", tc);
}
