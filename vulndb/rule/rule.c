/* SPDX-License-Identifier: Apache-2.0 */
/* rule.c - the set of rules in memory: owns rules and texts, and knows the names of keys and
 * facts. */
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "rule.h"

enum { CHUNK_SIZE = 64 * 1024 };

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

struct rule_set {
	struct chunk *chunks;
	struct rule *first, *last;
	size_t count;
	uint32_t groups;
};

struct rule_set *rule_set_new(void)
{
	struct rule_set *set = calloc(1, sizeof(*set));

	if (set != NULL)
		set->groups = RULE_GROUP_RECOG;
	return set;
}

void rule_set_free(struct rule_set *set)
{
	struct chunk *next;

	if (set == NULL)
		return;
	for (struct chunk *c = set->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(set);
}

void *rule_set_alloc(struct rule_set *set, size_t size)
{
	struct chunk *c = set->chunks;
	void *block;

	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (c == NULL || c->size - c->used < size) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;

		c = calloc(1, sizeof(*c) + room);
		if (c == NULL)
			return NULL;
		c->size = room;
		c->next = set->chunks;
		set->chunks = c;
	}
	block = c->data + c->used;
	c->used += size;
	return block;
}

char *rule_set_text(struct rule_set *set, const char *text, size_t len)
{
	char *copy = rule_set_alloc(set, len + 1);

	if (copy != NULL && len > 0)
		memcpy(copy, text, len);
	return copy;
}

struct rule *rule_set_first(const struct rule_set *set)
{
	return set->first;
}

size_t rule_set_count(const struct rule_set *set)
{
	return set->count;
}

uint32_t rule_set_next_group(struct rule_set *set)
{
	return set->groups++;
}

struct rule *rule_set_add(struct rule_set *set, const char *source, const char *id, size_t id_len)
{
	struct rule *rule = rule_set_alloc(set, sizeof(*rule));

	if (rule == NULL)
		return NULL;
	rule->id = rule_set_text(set, id, id_len);
	rule->source = rule_set_text(set, source, strlen(source));
	rule->confidence = RULE_CONFIDENCE;
	if (rule->id == NULL || rule->source == NULL)
		return NULL;
	*(set->last != NULL ? &set->last->next : &set->first) = rule;
	set->last = rule;
	set->count++;
	return rule;
}

struct rule_param *rule_add_param(struct rule_set *set, struct rule *rule, const char *name,
                                  const char *value, size_t len)
{
	struct rule_param *param = rule_set_alloc(set, sizeof(*param)), **end = &rule->params;

	if (param == NULL)
		return NULL;
	param->name = rule_set_text(set, name, strlen(name));
	param->value = rule_set_text(set, value, len);
	param->key = rule_key(name);
	if (param->name == NULL || param->value == NULL)
		return NULL;
	while (*end != NULL)
		end = &(*end)->next;
	*end = param;
	return param;
}

struct rule_match *rule_add_match(struct rule_set *set, struct rule *rule, const char *field,
                                  const char *pattern, size_t len)
{
	struct rule_match *match = rule_set_alloc(set, sizeof(*match)), **end = &rule->matches;

	if (match == NULL)
		return NULL;
	match->field = rule_set_text(set, field, strlen(field));
	match->pattern = rule_set_text(set, pattern, len);
	if (match->field == NULL || match->pattern == NULL)
		return NULL;
	while (*end != NULL)
		end = &(*end)->next;
	*end = match;
	return match;
}

struct rule_example *rule_add_example(struct rule_set *set, struct rule *rule, const char *field,
                                      const char *text, size_t len)
{
	struct rule_example *example = rule_set_alloc(set, sizeof(*example));
	struct rule_example **end = &rule->examples;

	if (example == NULL)
		return NULL;
	example->field = rule_set_text(set, field, strlen(field));
	example->text = rule_set_text(set, text, len);
	example->len = len;
	if (example->field == NULL || example->text == NULL)
		return NULL;
	while (*end != NULL)
		end = &(*end)->next;
	*end = example;
	return example;
}

const struct rule_param *rule_param(const struct rule *rule, enum rule_key key)
{
	for (const struct rule_param *p = rule->params; p != NULL; p = p->next)
		if (p->key == key)
			return p;
	return NULL;
}

static const struct {
	const char *name;
	enum rule_key key;
} key_names[] = {
	{"service", RULE_SERVICE},
	{"product", RULE_PRODUCT},
	{"vendor", RULE_VENDOR},
	{"version", RULE_VERSION},
	{"extra", RULE_EXTRA},
	{"cpe", RULE_CPE},
	{"device", RULE_DEVICE},
	{"os", RULE_OS},
	{"os_version", RULE_OS_VERSION},
	{"os_cpe", RULE_OS_CPE},
	{"package", RULE_PACKAGE},
	{"package_version", RULE_PACKAGE_VERSION},
	{"distro", RULE_DISTRO},
	{"hostname", RULE_HOSTNAME},
	{"eol", RULE_EOL},
	{"tag", RULE_TAG},
	/* Recog's names; the importer turns its *.cpe23 into "cpe" and "os_cpe". */
	{"service.protocol", RULE_SERVICE},
	{"service.product", RULE_PRODUCT},
	{"service.vendor", RULE_VENDOR},
	{"service.version", RULE_VERSION},
	{"openssh.comment", RULE_EXTRA},
	{"hw.device", RULE_DEVICE},
	{"os.device", RULE_DEVICE},
	{"os.product", RULE_OS},
	{"os.version", RULE_OS_VERSION},
	{"host.name", RULE_HOSTNAME},
};

bool rule_is_component(const struct rule *rule)
{
	for (const struct rule_param *p = rule->params; p != NULL; p = p->next)
		if (p->key == RULE_TAG && strcmp(p->value, "component") == 0)
			return true;
	return false;
}

enum rule_key rule_key(const char *name)
{
	for (size_t i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++)
		if (strcmp(key_names[i].name, name) == 0)
			return key_names[i].key;
	return RULE_OTHER;
}

/* A name that ends in a dot stands for all facts whose names begin with it. */
static const char *const field_names[] = {
	"banner",      "ssh.",        "ftp.",           "smtp.",    "pop3.",      "imap.",
	"nntp.",       "http.",       "ssl.",           "redis.",   "memcached.", "mysql.",
	"postgres.",   "mongodb.",    "elasticsearch.", "telnet.",  "vnc.",       "rdp.",
	"smb.",        "ldap.",       "mqtt.",          "amqp.",    "nats.",      "rtsp.",
	"sip.",        "rsync.",      "zookeeper.",     "etcd.",    "docker.",    "kubernetes.",
	"cups.",       "ipp.",        "modbus.",        "bacnet.",  "s7.",        "fox.",
	"enip.",       "dns.",        "ntp.",           "snmp.",    "upnp.",      "x11.",
	"ajp.",        "irc.",        "finger.",        "tcp.",     "cassandra.", "consul.",
	"clickhouse.", "dnp3.",       "iec104.",        "opcua.",   "socks5.",    "rpc.",
	"nfs.",        "pjl.",        "jarm.",          "mdns.",    "ssdp.",      "ipmi.",
	"tftp.",       "stun.",       "coap.",          "pptp.",    "ike.",       "openvpn.",
	"minecraft.",  "xmpp.",       "svn.",           "git.",     "afp.",       "mssql.",
	"oracle.",     "db2.",        "adb.",           "rmi.",     "recog.",     "couchdb.",
	"influxdb.",   "prometheus.", "lpd.",           "kafka.",   "mysqlx.",    "firebird.",
	"aerospike.",  "couchbase.",  "tarantool.",     "stomp.",   "rethinkdb.", "openwire.",
	"gearman.",    "beanstalk.",  "ganglia.",       "munin.",   "kerberos.",  "portmap.",
	"bolt.",       "riak.",       "solr.",          "nbd.",     "vault.",     "nomad.",
	"nrpe.",       "nut.",        "gpsd.",          "epmd.",    "ceph.",      "iscsi.",
	"giop.",       "msrpc.",      "pulsar.",        "knx.",     "zabbix.",    "ignite.",
	"hadoop.",     "influxdb.",   "prometheus.",    "lpd.",     "ntlm.",      "lmtp.",
	"sieve.",      "spamd.",      "clamav.",        "isakmp.",  "mumble.",    "varnish.",
	"steam_a2s.",  "teamspeak.",  "snapcast.",      "netbios.", "mpd.",       "dict.",
	"ubnt.",       "spice.",      "xdmcp.",         "vmware.",  "wsd.",       "quic.",
	"dtls.",       "mgcp.",       "rtmp.",          "socks.",   "ndmp.",      "9p.",
	"gopher.",     "ident.",      "qotd.",          "whois.",   "grpc.",
};

bool rule_field_known(const char *field)
{
	for (size_t i = 0; i < sizeof(field_names) / sizeof(field_names[0]); i++) {
		size_t len = strlen(field_names[i]);
		bool prefix = field_names[i][len - 1] == '.';

		if (prefix ? strncmp(field, field_names[i], len) == 0 && field[len] != '\0'
		           : strcmp(field, field_names[i]) == 0)
			return true;
	}
	return false;
}
