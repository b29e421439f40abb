/* SPDX-License-Identifier: Apache-2.0 */
/* grab_lore.c - what is known of ports beside their numbers. */
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
	DOUBT = 16,      /* finds of a class until what is learnt of it counts for half */
	SAME_BONUS = 5,  /* another port of the host speaks it */
	KIND_BONUS = 25, /* another port of the host speaks what comes with it */
	FAMILY_MAX = 8,
};

#define DOES(reaction) (1u << (reaction))

enum {
	QUIET = DOES(GRAB_SILENCE),
	HANGS_UP = DOES(GRAB_CLOSED) | DOES(GRAB_RESET),
	SPEAKS = DOES(GRAB_SPOKE),
};

/*
 * Where the scan begins: how often a protocol stands on ports of others, in the clear and inside
 * TLS, from 0 to 100, and what its servers do with an HTTP request. Our own order, by the services
 * that Debian has and that people move; the bench of the attempts (test_grab_share) shows what it is
 * worth. What is not listed is guessed last; what fragile devices speak, never.
 */
static const struct prior {
	const char *name;
	uint8_t clear, inside;
	unsigned does;
} priors[] = {
	{"http", 100, 100, SPEAKS},
	{"dns", 60, 60, QUIET},
	{"http2", 52, 90, HANGS_UP},
	{"postgres", 55, 10, HANGS_UP},
	{"ldap", 50, 50, HANGS_UP},
	{"mqtt", 50, 60, HANGS_UP},
	{"rdp", 50, 0, HANGS_UP},
	{"redis", 50, 50, SPEAKS},
	{"socks5", 45, 0, HANGS_UP},
	{"smb", 40, 0, HANGS_UP | QUIET},
	{"zookeeper", 40, 0, HANGS_UP},
	{"mssql", 35, 0, HANGS_UP},
	{"mongodb", 35, 0, SPEAKS | HANGS_UP},
	{"kafka", 35, 30, HANGS_UP},
	{"amqp", 30, 40, SPEAKS},
	{"rmi", 30, 10, QUIET | HANGS_UP},
	{"git", 30, 0, HANGS_UP},
	{"ajp", 30, 0, HANGS_UP | QUIET},
	{"minecraft", 25, 0, QUIET | HANGS_UP},
	{"memcached", 25, 0, SPEAKS},
	{"sip", 25, 20, QUIET | SPEAKS},
	{"x11", 20, 0, HANGS_UP | QUIET},
	{"msrpc", 20, 0, HANGS_UP | QUIET},
	{"portmap", 20, 0, QUIET},
	{"oracle", 20, 5, HANGS_UP | QUIET},
	{"openvpn", 20, 0, QUIET | HANGS_UP},
	{"rtsp", 20, 5, SPEAKS | HANGS_UP},
	{"zabbix-agent", 20, 10, HANGS_UP},
	{"irc", 15, 35, SPEAKS},
	{"nrpe", 15, 45, QUIET | HANGS_UP},
	{"nfs", 15, 0, QUIET},
	{"kerberos", 15, 0, QUIET | HANGS_UP},
	{"epmd", 15, 0, HANGS_UP},
	{"adb", 15, 0, HANGS_UP | QUIET},
	{"cassandra", 15, 10, SPEAKS | HANGS_UP},
	{"rtmp", 12, 0, QUIET | HANGS_UP},
	{"xmpp", 10, 20, SPEAKS},
	{"stomp", 10, 10, SPEAKS},
	{"bolt", 10, 10, HANGS_UP},
	{"pptp", 10, 0, QUIET | HANGS_UP},
	{"beanstalk", 10, 0, SPEAKS},
	{"nut", 10, 0, SPEAKS},
	{"clamav", 10, 0, SPEAKS},
	{"spamd", 10, 5, SPEAKS},
	{"stun", 8, 10, QUIET | HANGS_UP},
	{"iscsi", 8, 0, HANGS_UP | QUIET},
	{"firebird", 8, 0, HANGS_UP | QUIET},
	{"db2", 8, 5, HANGS_UP | QUIET},
	{"mysqlx", 8, 0, HANGS_UP},
	{"gearman", 8, 0, SPEAKS},
	{"afp", 8, 0, HANGS_UP | QUIET},
	{"spice", 8, 0, HANGS_UP},
	{"giop", 5, 5, HANGS_UP | QUIET},
	{"couchbase", 5, 5, HANGS_UP},
	{"ignite", 5, 0, HANGS_UP | QUIET},
	{"aerospike", 5, 5, HANGS_UP},
	{"rethinkdb", 5, 0, SPEAKS},
	{"riak", 4, 0, QUIET | HANGS_UP},
	{"pulsar", 4, 4, HANGS_UP},
	{"snapcast", 4, 0, SPEAKS | QUIET},
	{"9p", 3, 0, HANGS_UP | QUIET},
	{"ident", 3, 0, SPEAKS},
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

enum { FAMILIES = sizeof(families) / sizeof(families[0]), WORDS = GRAB_CUSTOM_PROTOS / 64 };

/* A set of protocols, by number. */
struct protos {
	uint64_t bits[WORDS];
};

struct lore_host {
	struct dp_addr addr;
	struct protos speaks;
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
	struct protos families[FAMILIES];
	uint16_t met[CLASSES][GRAB_CUSTOM_PROTOS];
	uint32_t met_all[CLASSES];
	struct hash_table hosts; /* of struct lore_host */
	struct hash_table ports; /* of struct lore_port */
};

static bool has(const struct protos *p, size_t i)
{
	return (p->bits[i / 64] >> (i % 64) & 1) != 0;
}

static void put(struct protos *p, size_t i)
{
	p->bits[i / 64] |= (uint64_t)1 << (i % 64);
}

static bool meets(const struct protos *a, const struct protos *b)
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
	for (size_t f = 0; f < FAMILIES; f++)
		for (size_t i = 0; i < FAMILY_MAX && families[f][i] != NULL; i++) {
			size_t n = number_named(lore, families[f][i]);

			if (n < lore->count)
				put(&lore->families[f], n);
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

/* What the table at the start says; a quarter of it where the port did what such servers do not. */
static unsigned expected(const struct grab_lore *lore, const struct grab_evidence *seen, size_t i)
{
	const struct prior *p = lore->priors[i];
	unsigned weight = p == NULL ? 0 : seen->inside ? p->inside : p->clear;

	if (p != NULL && seen->http != GRAB_UNASKED && (p->does & DOES(seen->http)) == 0)
		weight /= 4;
	return weight + 1;
}

static unsigned on_host(const struct grab_lore *lore, const struct dp_addr *addr, size_t i)
{
	const struct lore_host *h = hash_table_find(&lore->hosts, addr);
	unsigned bonus = 0;

	if (h == NULL)
		return 0;
	bonus = has(&h->speaks, i) ? SAME_BONUS : 0;
	for (size_t f = 0; f < FAMILIES; f++)
		if (has(&lore->families[f], i) && meets(&lore->families[f], &h->speaks) &&
		    !has(&h->speaks, i))
			bonus = KIND_BONUS;
	return bonus;
}

unsigned grab_lore_weigh(const struct grab_lore *lore, const struct dp_addr *addr,
                         const struct grab_evidence *seen, size_t proto)
{
	size_t c = class_of(seen);
	unsigned learnt;

	if (proto >= lore->count || lore->barred[proto])
		return 0;
	learnt = LEARNT_MOST * (unsigned)lore->met[c][proto] / (lore->met_all[c] + DOUBT);
	return expected(lore, seen, proto) + learnt + on_host(lore, addr, proto);
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
		put(&h->speaks, proto);
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
