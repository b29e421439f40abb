/* SPDX-License-Identifier: Apache-2.0 */
/* field_facts.c - the facts that are fields under their own names. */
#include "field.h"

#define TEXT(n, h)                                                                                 \
	{                                                                                          \
		.name = n, .type = FIELD_TEXT, .flags = FIELD_FACT, .help = h                      \
	}
#define FACET(n, a, h)                                                                             \
	{                                                                                          \
		.name = n, .aliases = a, .type = FIELD_TEXT, .flags = FIELD_FACT | FIELD_FACET,    \
		.help = h                                                                          \
	}
#define ALIAS(n, a, h)                                                                             \
	{                                                                                          \
		.name = n, .aliases = a, .type = FIELD_TEXT, .flags = FIELD_FACT, .help = h        \
	}
#define MANY(n, h)                                                                                 \
	{                                                                                          \
		.name = n, .type = FIELD_TEXT, .flags = FIELD_FACT | FIELD_MANY, .help = h         \
	}
#define BOOL(n, h)                                                                                 \
	{                                                                                          \
		.name = n, .type = FIELD_BOOL, .flags = FIELD_FACT | FIELD_FACET, .help = h        \
	}
#define VERSION(n, h)                                                                              \
	{                                                                                          \
		.name = n, .type = FIELD_VERSION, .flags = FIELD_FACT | FIELD_FACET, .help = h     \
	}

static const struct field table[] = {
	{.name = "banner",
         .type = FIELD_TEXT,
         .flags = FIELD_FACT,
         .help = "first bytes of the service"},
	/* web */
	FACET("http.title", "title", "title of the page"),
	{.name = "http.status",
         .aliases = "status_code",
         .type = FIELD_INT,
         .max = 999,
         .flags = FIELD_FACT | FIELD_FACET,
         .help = "status code"},
	FACET("http.server", "server", "Server header"),
	FACET("http.favicon", "favicon", "hash of the icon"),
	FACET("http.generator", NULL, "generator of the page"),
	FACET("http.powered_by", NULL, "X-Powered-By header"),
	TEXT("http.body_hash", "hash of the page"),
	TEXT("http.body", "first bytes of the page"),
	TEXT("http.location", "Location header"),
	TEXT("http.www_authenticate", "WWW-Authenticate header"),
	MANY("http.cookie", "cookies set"),
	MANY("http.header", "header lines"),
	/* tls */
	ALIAS("ssl.cn", "ssl_subject_common_name ssl.cert.subject.cn",
              "common name of the certificate"),
	MANY("ssl.san", "alternative names of the certificate"),
	FACET("ssl.org", NULL, "organisation in the certificate"),
	TEXT("ssl.subject", "subject of the certificate"),
	FACET("ssl.issuer", NULL, "issuer of the certificate"),
	TEXT("ssl.serial", "serial number of the certificate"),
	TEXT("ssl.sha256", "fingerprint of the certificate"),
	TEXT("ssl.not_before", "the certificate is valid from"),
	TEXT("ssl.not_after", "the certificate is valid to"),
	BOOL("ssl.selfsigned", "the certificate signs itself"),
	FACET("ssl.version", NULL, "protocol version agreed on"),
	FACET("ssl.cipher", NULL, "cipher suite agreed on"),
	{.name = "ssl.bits",
         .type = FIELD_INT,
         .flags = FIELD_FACT | FIELD_FACET,
         .help = "bits of the certificate's key"},
	FACET("ssl.key_type", NULL, "kind of the certificate's key"),
	FACET("ssl.sig_alg", NULL, "signature algorithm of the certificate"),
	FACET("ssl.alpn", NULL, "application protocol agreed on"),
	/* remote access */
	TEXT("ssh.banner", "identification string behind SSH-2.0-"),
	FACET("ssh.hassh", NULL, "fingerprint of the server's algorithms"),
	TEXT("ssh.kex", "key exchange algorithms"),
	FACET("ssh.key_type", "ssh.type", "host key types"),
	TEXT("telnet.banner", "text before log-in"),
	TEXT("telnet.options", "options that the server offers and asks for"),
	FACET("vnc.version", NULL, "protocol version"),
	FACET("vnc.security", NULL, "security types"),
	FACET("rdp.protocols", NULL, "security protocols offered"),
	TEXT("x11.vendor", "vendor string"),
	/* files, mail, directories */
	TEXT("ftp.banner", "greeting"),
	TEXT("ftp.syst", "answer to SYST"),
	TEXT("ftp.feat", "answer to FEAT"),
	BOOL("ftp.auth_tls", "offers TLS"),
	TEXT("smtp.banner", "greeting"),
	TEXT("smtp.ehlo", "extensions"),
	BOOL("smtp.starttls", "offers TLS"),
	TEXT("pop3.banner", "greeting"),
	TEXT("imap.banner", "greeting"),
	TEXT("nntp.banner", "greeting"),
	FACET("smb.dialect", NULL, "dialect"),
	FACET("smb.os", NULL, "operating system as stated"),
	TEXT("smb.lanman", "LAN manager as stated"),
	TEXT("smb.name", "computer name"),
	TEXT("smb.guid", "GUID of the server"),
	FACET("smb.signing", NULL, "signing"),
	TEXT("ldap.vendor", "vendor"),
	TEXT("ldap.naming_context", "naming contexts"),
	VERSION("rsync.version", "protocol version"),
	MANY("rsync.modules", "modules"),
	/* data */
	VERSION("redis.version", "version"),
	FACET("redis.mode", NULL, "mode"),
	FACET("redis.os", NULL, "operating system as stated"),
	FACET("redis.role", NULL, "role"),
	BOOL("redis.auth_required", "asks for a password"),
	VERSION("memcached.version", "version"),
	VERSION("mysql.version", "version"),
	FACET("mysql.auth_plugin", NULL, "authentication plug-in"),
	TEXT("mysql.error", "error instead of a greeting"),
	TEXT("postgres.error", "error"),
	TEXT("postgres.ssl", "answer to the request for TLS"),
	VERSION("mongodb.version", "version"),
	BOOL("mongodb.auth_required", "asks for a log-in"),
	VERSION("elasticsearch.version", "version"),
	TEXT("elasticsearch.cluster", "cluster name"),
	VERSION("zookeeper.version", "version"),
	VERSION("etcd.version", "version"),
	VERSION("docker.version", "version"),
	VERSION("kubernetes.version", "version"),
	/* messages */
	TEXT("mqtt.return_code", "answer to CONNECT"),
	FACET("amqp.product", NULL, "product"),
	VERSION("amqp.version", "version"),
	TEXT("amqp.platform", "platform"),
	VERSION("nats.version", "version"),
	BOOL("nats.auth_required", "asks for a log-in"),
	TEXT("irc.banner", "greeting"),
	/* media, names, management */
	FACET("rtsp.server", NULL, "Server header"),
	FACET("sip.server", NULL, "Server header"),
	FACET("sip.user_agent", NULL, "User-Agent header"),
	VERSION("cups.version", "version"),
	TEXT("dns.version_bind", "answer to version.bind"),
	VERSION("ntp.version", "version"),
	TEXT("snmp.sysdescr", "system description"),
	TEXT("snmp.sysobjectid", "object id of the system"),
	TEXT("snmp.name", "system name"),
	FACET("upnp.server", NULL, "SERVER header"),
	TEXT("finger.banner", "answer"),
	/* industry */
	FACET("modbus.vendor", NULL, "vendor"),
	FACET("modbus.product", NULL, "product"),
	VERSION("modbus.revision", "revision"),
	FACET("modbus.name", NULL, "product's name"),
	FACET("modbus.model", NULL, "model"),
	TEXT("modbus.exception", "exception instead of an identification"),
	FACET("bacnet.vendor", NULL, "vendor"),
	FACET("bacnet.model", NULL, "model"),
	TEXT("bacnet.instance", "instance of the device object"),
	FACET("bacnet.vendor_id", NULL, "ASHRAE's number of the vendor"),
	TEXT("bacnet.error", "error, reject or abort instead of a value"),
	FACET("s7.module", NULL, "order number of the module"),
	FACET("s7.hardware", NULL, "order number of the basic hardware"),
	VERSION("s7.firmware", "version of the basic firmware"),
	TEXT("s7.system", "name of the automation system"),
	TEXT("s7.module_name", "name of the module"),
	FACET("s7.module_type", NULL, "type of the module"),
	TEXT("s7.plant", "plant identification"),
	TEXT("s7.location", "location designation"),
	TEXT("s7.copyright", "copyright entry"),
	TEXT("s7.serial", "serial number of the module"),
	TEXT("s7.memory_card", "serial number of the memory card"),
	TEXT("s7.error", "error class and code of an answer"),
	VERSION("fox.version", "version"),
	VERSION("fox.app_version", "version of the application"),
	FACET("fox.os", NULL, "operating system as stated"),
	FACET("fox.brand", NULL, "brand"),
	TEXT("fox.host", "host name"),
	TEXT("fox.station", "name of the station"),
	FACET("enip.vendor", NULL, "vendor"),
	FACET("enip.product", NULL, "product"),
	VERSION("enip.revision", "revision"),
	FACET("enip.device_type", NULL, "ODVA's number of the device type"),
	FACET("enip.product_code", NULL, "vendor's number of the product"),
	TEXT("enip.serial", "serial number"),
	TEXT("dnp3.source", "link address of the outstation"),
	TEXT("dnp3.destination", "link address that it answers to"),
	FACET("dnp3.function", NULL, "function of the link layer"),
	BOOL("iec104.testfr", "confirms a test frame"),
	FACET("opcua.protocol_version", NULL, "protocol version"),
	TEXT("opcua.receive_buffer", "bytes that the server receives at once"),
	TEXT("opcua.send_buffer", "bytes that the server sends at once"),
	TEXT("opcua.max_message", "longest message, 0 = no bound"),
	TEXT("opcua.max_chunks", "most chunks of a message, 0 = no bound"),
	FACET("opcua.error", NULL, "status code instead of an acknowledge"),
	TEXT("opcua.reason", "text to the status code"),
	/* databases, brokers, monitoring and remote calls */
	FACET("mysqlx.node_type", NULL, "kind of server"),
	TEXT("mysqlx.capabilities", "names of the capabilities"),
	BOOL("mysqlx.tls", "offers TLS"),
	VERSION("mssql.version", "version"),
	FACET("mssql.encryption", NULL, "whether the server encrypts"),
	VERSION("oracle.version", "version"),
	TEXT("oracle.error", "number of the listener's error"),
	VERSION("db2.version", "version"),
	FACET("db2.release", NULL, "release level as stated"),
	TEXT("db2.instance_name", "name of the instance"),
	FACET("db2.server_platform", NULL, "platform as stated"),
	TEXT("db2.external_name", "job or process of the server"),
	FACET("firebird.protocol", NULL, "version of the protocol"),
	VERSION("cassandra.cql_version", "version of the query language"),
	FACET("cassandra.versions", NULL, "versions of the protocol"),
	FACET("cassandra.compression", NULL, "kinds of compression"),
	TEXT("cassandra.error", "error"),
	VERSION("bolt.version", "version of the protocol"),
	TEXT("kafka.api_versions", "versions of each request"),
	FACET("stomp.server", NULL, "server header"),
	FACET("stomp.versions", NULL, "versions of the protocol"),
	VERSION("openwire.version", "version"),
	FACET("openwire.platform", NULL, "platform as stated"),
	VERSION("beanstalk.version", "version"),
	VERSION("gearman.version", "version"),
	VERSION("couchbase.version", "version"),
	VERSION("aerospike.version", "version"),
	FACET("aerospike.edition", NULL, "edition"),
	VERSION("tarantool.version", "version"),
	VERSION("rethinkdb.version", "version"),
	VERSION("riak.version", "version"),
	TEXT("riak.node", "name of the node"),
	VERSION("ignite.protocol", "version of the protocol"),
	VERSION("solr.version", "version"),
	VERSION("consul.version", "version"),
	TEXT("consul.datacenter", "name of the data centre"),
	TEXT("consul.node", "name of the node"),
	VERSION("vault.version", "version"),
	BOOL("vault.sealed", "is sealed"),
	VERSION("nomad.version", "version"),
	/* printers */
	FACET("pjl.id", NULL, "model"),
	TEXT("lpd.state", "state of the queue"),
};

const struct field *field_table_facts(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
