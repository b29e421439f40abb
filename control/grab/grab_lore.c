/* SPDX-License-Identifier: Apache-2.0 */
/* grab_lore.c - estimates how likely each protocol is on a port, and learns from what a scan finds. */
#include "grab_lore.h"

#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "grab_custom.h"
#include "hash_table.h"

enum {
	CLASSES = (GRAB_REACTIONS + 1) * GRAB_REACTIONS,
	HOSTS_MAX = 1 << 15,
	COUNT_MAX = 60000, /* of one class; then all its counts are halved */
	LEARNT_MOST = 200,
	DOUBT = 16,      /* after so many finds of a class, what is learnt of it counts half */
	SAME_BONUS = 5,  /* another port of the host speaks it */
	KIND_BONUS = 25, /* another port of the host speaks what comes with it */
	FAMILY_MAX = 8,
};

#define DOES(reaction) (1u << (reaction))

/* What servers do with bytes that are not their protocol's. */
enum {
	WAITS = DOES(GRAB_SILENCE),
	CLOSES = DOES(GRAB_CLOSED),
	RESETS = DOES(GRAB_RESET),
	HANGS_UP = CLOSES | RESETS,
	SPEAKS = DOES(GRAB_SPOKE),
	MUTE = WAITS | HANGS_UP,
};

/*
 * Where the scan begins: how often a protocol stands on ports of others, in the clear and inside
 * TLS, from 0 to 100, and what its servers do with an HTTP request and with a ClientHello. How often
 * is our own order, by the services that Debian has and that people move. What they do is what the
 * servers of the lab (tests/lab) did, and for those that are not in it what their protocol makes
 * likely. The bench of the attempts (test_grab_share) shows what it is worth. What is not listed is
 * guessed last; what fragile devices speak, never.
 */
static const struct prior {
	const char *name;
	uint8_t clear, inside;
	unsigned http, tls;
} priors[] = {
	{"http", 100, 100, SPEAKS, HANGS_UP | SPEAKS},
	{"dns", 60, 60, WAITS, WAITS},
	{"http2", 45, 90, HANGS_UP, HANGS_UP},
	{"postgres", 55, 10, CLOSES | SPEAKS, CLOSES | SPEAKS},
	{"ldap", 50, 50, CLOSES, CLOSES},
	{"mqtt", 50, 60, RESETS, RESETS},
	{"rdp", 50, 0, SPEAKS | RESETS, SPEAKS | RESETS},
	{"redis", 50, 50, CLOSES | SPEAKS, WAITS},
	{"socks5", 45, 0, HANGS_UP | SPEAKS, HANGS_UP | SPEAKS},
	{"smb", 40, 0, WAITS | RESETS, WAITS | RESETS},
	{"zookeeper", 40, 0, CLOSES, CLOSES},
	{"mssql", 35, 0, HANGS_UP, HANGS_UP},
	{"mongodb", 35, 0, SPEAKS, HANGS_UP},
	{"kafka", 35, 30, HANGS_UP, HANGS_UP},
	{"amqp", 30, 40, SPEAKS, SPEAKS},
	{"rmi", 30, 10, CLOSES, CLOSES},
	{"git", 30, 0, RESETS, RESETS},
	{"ajp", 30, 0, CLOSES, CLOSES},
	{"minecraft", 25, 0, MUTE, MUTE},
	{"memcached", 25, 0, CLOSES | SPEAKS, SPEAKS},
	{"sip", 25, 20, CLOSES | WAITS, WAITS},
	{"x11", 20, 0, CLOSES, CLOSES},
	{"msrpc", 20, 0, MUTE, MUTE},
	{"portmap", 20, 0, RESETS, RESETS},
	{"oracle", 20, 5, MUTE, MUTE},
	{"openvpn", 20, 0, HANGS_UP, HANGS_UP},
	{"rtsp", 20, 5, SPEAKS, HANGS_UP | SPEAKS},
	{"zabbix-agent", 20, 10, CLOSES, CLOSES},
	{"irc", 15, 35, SPEAKS, WAITS | SPEAKS},
	{"nrpe", 15, 45, MUTE, MUTE},
	{"nfs", 15, 0, MUTE, MUTE},
	{"kerberos", 15, 0, SPEAKS | MUTE, SPEAKS | MUTE},
	{"epmd", 15, 0, CLOSES, CLOSES},
	{"adb", 15, 0, MUTE, MUTE},
	{"cassandra", 15, 10, SPEAKS | HANGS_UP, SPEAKS | HANGS_UP},
	{"rtmp", 12, 0, MUTE, MUTE},
	{"xmpp", 10, 20, SPEAKS, SPEAKS},
	{"stomp", 10, 10, MUTE | SPEAKS, HANGS_UP},
	{"bolt", 10, 10, HANGS_UP, HANGS_UP},
	{"pptp", 10, 0, RESETS, RESETS},
	{"beanstalk", 10, 0, SPEAKS, WAITS},
	{"nut", 10, 0, SPEAKS, SPEAKS},
	{"clamav", 10, 0, SPEAKS, SPEAKS},
	{"spamd", 10, 5, SPEAKS, SPEAKS},
	{"stun", 8, 10, RESETS, WAITS},
	{"iscsi", 8, 0, WAITS | RESETS, RESETS},
	{"firebird", 8, 0, CLOSES, CLOSES},
	{"db2", 8, 5, MUTE, MUTE},
	{"mysqlx", 8, 0, HANGS_UP, HANGS_UP},
	{"gearman", 8, 0, SPEAKS, CLOSES},
	{"afp", 8, 0, MUTE, MUTE},
	{"spice", 8, 0, SPEAKS | HANGS_UP, SPEAKS | HANGS_UP},
	{"giop", 5, 5, CLOSES, CLOSES},
	{"couchbase", 5, 5, HANGS_UP, HANGS_UP},
	{"ignite", 5, 0, MUTE, MUTE},
	{"aerospike", 5, 5, HANGS_UP, HANGS_UP},
	{"rethinkdb", 5, 0, SPEAKS, SPEAKS},
	{"riak", 4, 0, MUTE, MUTE},
	{"pulsar", 4, 4, HANGS_UP, HANGS_UP},
	{"snapcast", 4, 0, SPEAKS, SPEAKS},
	{"9p", 3, 0, CLOSES, CLOSES},
	{"ident", 3, 0, RESETS | SPEAKS, RESETS},
};

/* Questions to which the servers of another protocol answer by an error of their own, as seen in the
 * lab. Who stayed mute to one of these is hardly such a server. */
static const struct {
	const char *question, *server;
} tells[] = {
	{"kafka", "postgres"},      {"redis", "memcached"}, {"memcached", "redis"},
	{"msrpc", "socks5"},        {"portmap", "nfs"},     {"nfs", "portmap"},
	{"beanstalk", "zookeeper"},
};

/* What comes together on a host. */
static const char *const families[][FAMILY_MAX] = {
	{"kafka", "zookeeper"},
	{"amqp", "stomp", "mqtt", "epmd"},
	{"openwire", "stomp", "amqp", "mqtt"},
	{"smb", "ldap", "kerberos", "msrpc", "rdp", "mssql", "dns"},
	{"imap", "pop3", "smtp", "sieve", "lmtp", "spamd", "clamav"},
	{"mysql", "mysqlx"},
	{"portmap", "nfs"},
	{"zabbix-agent", "nrpe", "munin"},
	{"vnc", "spice", "x11"},
	{"riak", "epmd"},
};

enum {
	FAMILIES = sizeof(families) / sizeof(families[0]),
	TELLS = sizeof(tells) / sizeof(tells[0]),
	WORDS = GRAB_CUSTOM_PROTOS / 64,
};

struct lore_host {
	struct dp_addr addr;
	struct grab_protos speaks;
	char name[GRAB_LORE_NAME]; /* "": none */
};

struct lore_port {
	uint16_t port;
	uint8_t proto;
	uint8_t tls;
	uint16_t votes; /* for this find, against others */
};

struct grab_lore {
	size_t count;                                   /* of the protocols */
	const struct prior *priors[GRAB_CUSTOM_PROTOS]; /* NULL: not listed */
	bool barred[GRAB_CUSTOM_PROTOS];                /* never to be guessed */
	struct grab_protos families[FAMILIES];
	struct {
		uint8_t question, server;
	} tells[TELLS];
	size_t tell_count;
	uint16_t met[CLASSES][GRAB_CUSTOM_PROTOS];
	uint32_t met_all[CLASSES];
	struct hash_table hosts; /* of struct lore_host */
	struct hash_table ports; /* of struct lore_port */
};

static bool meets(const struct grab_protos *a, const struct grab_protos *b)
{
	for (size_t i = 0; i < WORDS; i++)
		if ((a->bits[i] & b->bits[i]) != 0)
			return true;
	return false;
}

/* ---- life ---- */

/* The number of a protocol; the count of all where it has none. */
static size_t number_of(const struct grab_lore *lore, const struct vd_proto *proto)
{
	size_t n, i = 0;
	const struct vd_proto *const *all = vd_protos(&n);

	while (i < lore->count && all[i] != proto)
		i++;
	return i;
}

static size_t number_named(const struct grab_lore *lore, const char *name)
{
	bool tls;

	return number_of(lore, vd_proto_find(name, &tls));
}

static void read_tables(struct grab_lore *lore)
{
	for (size_t i = 0; i < sizeof(priors) / sizeof(priors[0]); i++) {
		size_t n = number_named(lore, priors[i].name);

		if (n < lore->count)
			lore->priors[n] = &priors[i];
	}
	for (size_t i = 0; i < TELLS; i++) {
		size_t question = number_named(lore, tells[i].question);
		size_t server = number_named(lore, tells[i].server);

		if (question == lore->count || server == lore->count)
			continue;
		lore->tells[lore->tell_count].question = (uint8_t)question;
		lore->tells[lore->tell_count++].server = (uint8_t)server;
	}
	for (size_t f = 0; f < FAMILIES; f++)
		for (size_t i = 0; i < FAMILY_MAX && families[f][i] != NULL; i++) {
			size_t n = number_named(lore, families[f][i]);

			if (n < lore->count)
				grab_protos_put(&lore->families[f], n);
		}
}

struct grab_lore *grab_lore_new(void)
{
	struct grab_lore *lore = calloc(1, sizeof(*lore));
	const struct vd_proto *const *all;

	if (lore == NULL)
		return NULL;
	all = vd_protos(&lore->count);
	if (lore->count > GRAB_CUSTOM_PROTOS)
		lore->count = GRAB_CUSTOM_PROTOS;
	for (size_t i = 0; i < lore->count; i++)
		lore->barred[i] = !vd_proto_talks(all[i]) || !vd_proto_speaks_first(all[i]) ||
		                  all[i] == &vd_proto_generic ||
		                  vd_fragile_service(vd_proto_name(all[i]));
	hash_table_init(&lore->hosts, sizeof(struct dp_addr), sizeof(struct lore_host));
	hash_table_init(&lore->ports, sizeof(uint16_t), sizeof(struct lore_port));
	read_tables(lore);
	return lore;
}

void grab_lore_free(struct grab_lore *lore)
{
	if (lore == NULL)
		return;
	hash_table_fini(&lore->hosts);
	hash_table_fini(&lore->ports);
	free(lore);
}

/* ---- what it says ---- */

static size_t class_of(const struct grab_evidence *e)
{
	size_t tls = e->inside ? (size_t)GRAB_REACTIONS : e->tls;

	return tls * GRAB_REACTIONS + e->http;
}

enum { FITS = 8 }; /* parts of a weight */

/* How well what a port did with a question fits to what such servers do. To hang up in the other way
 * is a quarter: a box on the way may do that. */
static unsigned fit(unsigned does, uint8_t did)
{
	if (did == GRAB_UNASKED || (does & DOES(did)) != 0)
		return FITS;
	return (DOES(did) & HANGS_UP) != 0 && (does & HANGS_UP) != 0 ? FITS / 4 : 1;
}

/* What the table at the start says, less where the port did what such servers do not. */
static unsigned expected(const struct grab_lore *lore, const struct grab_evidence *seen, size_t i)
{
	const struct prior *p = lore->priors[i];
	unsigned weight;

	if (p == NULL)
		return 1;
	weight = (seen->inside ? p->inside : p->clear) * fit(p->http, seen->http) / FITS;
	if (!seen->inside)
		weight = weight * fit(p->tls, seen->tls) / FITS;
	return weight + 1;
}

static unsigned on_host(const struct grab_lore *lore, const struct dp_addr *addr, size_t i)
{
	const struct lore_host *h = hash_table_find(&lore->hosts, addr);
	unsigned bonus = 0;

	if (h == NULL)
		return 0;
	bonus = grab_protos_has(&h->speaks, i) ? SAME_BONUS : 0;
	for (size_t f = 0; f < FAMILIES; f++)
		if (grab_protos_has(&lore->families[f], i) &&
		    meets(&lore->families[f], &h->speaks) && !grab_protos_has(&h->speaks, i))
			bonus = KIND_BONUS;
	return bonus;
}

/* How likely the servers of protocol number @i are there; less where they would have shown themselves
 * by what the port was asked already. */
static unsigned likely(const struct grab_lore *lore, const struct dp_addr *addr,
                       const struct grab_evidence *seen, size_t i)
{
	size_t c = class_of(seen);
	unsigned learnt = LEARNT_MOST * (unsigned)lore->met[c][i] / (lore->met_all[c] + DOUBT);
	unsigned weight = expected(lore, seen, i) + learnt + on_host(lore, addr, i);

	for (size_t t = 0; t < lore->tell_count; t++)
		if (lore->tells[t].server == i &&
		    grab_protos_has(&seen->asked, lore->tells[t].question))
			return weight / 4 + 1;
	return weight;
}

unsigned grab_lore_weigh(const struct grab_lore *lore, const struct dp_addr *addr,
                         const struct grab_evidence *seen, size_t proto)
{
	unsigned weight, others = 0;

	if (proto >= lore->count || lore->barred[proto])
		return 0;
	weight = likely(lore, addr, seen, proto);
	/* Others that would answer: half, for they are to be asked their own question then. */
	for (size_t t = 0; t < lore->tell_count; t++)
		if (lore->tells[t].question == proto &&
		    !grab_protos_has(&seen->asked, lore->tells[t].server))
			others += likely(lore, addr, seen, lore->tells[t].server) / 2;
	weight += others;
	return weight < GRAB_LORE_MOST ? weight : GRAB_LORE_MOST;
}

bool grab_lore_of_port(const struct grab_lore *lore, uint16_t port, size_t *proto, bool *tls)
{
	const struct lore_port *p = hash_table_find(&lore->ports, &port);

	if (p == NULL || p->votes == 0)
		return false;
	*proto = p->proto;
	*tls = p->tls != 0;
	return true;
}

const char *grab_lore_name(const struct grab_lore *lore, const struct dp_addr *addr)
{
	const struct lore_host *h = hash_table_find(&lore->hosts, addr);

	return h != NULL && h->name[0] != '\0' ? h->name : NULL;
}

/* ---- lessons ---- */

static struct lore_host *host_of(struct grab_lore *lore, const struct dp_addr *addr)
{
	struct lore_host *h = hash_table_find(&lore->hosts, addr);

	if (h == NULL && hash_table_count(&lore->hosts) < HOSTS_MAX)
		h = hash_table_take(&lore->hosts, addr);
	return h;
}

/* A port keeps what most hosts have there: a find of something else takes one vote away. */
static void learn_port(struct grab_lore *lore, uint16_t port, size_t proto, bool tls)
{
	struct lore_port *p = hash_table_take(&lore->ports, &port);

	if (p == NULL)
		return;
	if (p->votes == 0) {
		p->proto = (uint8_t)proto;
		p->tls = tls;
		p->votes = 1;
	} else if (p->proto != proto || (p->tls != 0) != tls) {
		p->votes--;
	} else if (p->votes < UINT16_MAX) {
		p->votes++;
	}
}

static void learn_class(struct grab_lore *lore, size_t c, size_t proto)
{
	lore->met[c][proto]++;
	if (++lore->met_all[c] < COUNT_MAX)
		return;
	lore->met_all[c] = 0;
	for (size_t i = 0; i < lore->count; i++)
		lore->met_all[c] += lore->met[c][i] /= 2;
}

void grab_lore_learn(struct grab_lore *lore, const struct grab_lesson *lesson)
{
	size_t proto = number_of(lore, lesson->proto);
	struct lore_host *h;

	if (proto >= lore->count)
		return;
	h = host_of(lore, &lesson->addr);
	if (h != NULL)
		grab_protos_put(&h->speaks, proto);
	if (lesson->usual || lore->barred[proto])
		return;
	learn_port(lore, lesson->port, proto, lesson->tls);
	if (lesson->asked)
		learn_class(lore, class_of(&lesson->seen), proto);
}

/* Letters, digits, hyphens and at least one dot (RFC 1123, 2.1); the last label begins with a
 * letter, which no address has. */
static bool is_host_name(const char *name)
{
	const char *last = strrchr(name, '.');

	if (last == NULL || last == name || !ascii_is_alpha(last[1]) ||
	    strlen(name) >= GRAB_LORE_NAME)
		return false;
	for (; *name != '\0'; name++)
		if (!ascii_is_alpha(*name) && !ascii_is_digit(*name) && *name != '-' &&
		    *name != '.')
			return false;
	return true;
}

void grab_lore_learn_name(struct grab_lore *lore, const struct dp_addr *addr, const char *name)
{
	struct lore_host *h = is_host_name(name) ? host_of(lore, addr) : NULL;

	if (h != NULL && h->name[0] == '\0')
		memcpy(h->name, name, strlen(name) + 1);
}
