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
#define INT(n, h)                                                                                  \
	{                                                                                          \
		.name = n, .type = FIELD_INT, .flags = FIELD_FACT | FIELD_FACET, .help = h         \
	}
#define TIME(n, a, h)                                                                              \
	{                                                                                          \
		.name = n, .aliases = a, .type = FIELD_TIME, .flags = FIELD_FACT, .help = h        \
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
	FACET("http.title", "title html_meta_title", "title of the page"),
	{.name = "http.status",
         .aliases = "status_code status",
         .type = FIELD_INT,
         .max = 999,
         .flags = FIELD_FACT | FIELD_FACET,
         .help = "status code"},
	FACET("http.server", "server", "Server header"),
	FACET("http.favicon", "favicon http.favicon.hash", "hash of the icon"),
	FACET("http.generator", NULL, "generator of the page"),
	FACET("http.powered_by", NULL, "X-Powered-By header"),
	TEXT("http.body_hash", "hash of the page"),
	ALIAS("http.body", "http.html", "first bytes of the page"),
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
	FACET("ssl.issuer", "ssl_issuer_organization", "issuer of the certificate"),
	TEXT("ssl.serial", "serial number of the certificate"),
	TEXT("ssl.sha256", "fingerprint of the certificate"),
	TIME("ssl.not_before", NULL, "the certificate is valid from"),
	TIME("ssl.not_after", "ssl.expires", "the certificate is valid to"),
	BOOL("ssl.selfsigned", "the certificate signs itself"),
	FACET("ssl.version", "ssl_version", "protocol version agreed on"),
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
	FACET("ssh.protocol", NULL, "protocol version"),
	FACET("ssh.hassh", "hassh", "fingerprint of the server's algorithms"),
	TEXT("ssh.kex", "key exchange algorithms"),
	FACET("ssh.key_type", "ssh.type", "host key types"),
	TEXT("telnet.banner", "text before log-in"),
	TEXT("telnet.options", "options that the server offers and asks for"),
	FACET("vnc.version", NULL, "protocol version"),
	FACET("vnc.security", NULL, "security types"),
	FACET("rdp.protocols", NULL, "security protocols offered"),
	INT("rdp.failure", "code of a refusal"),
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
	VERSION("ldap.vendor_version", "version"),
	MANY("ldap.version", "protocol versions"),
	TEXT("ldap.hostname", "host name as stated"),
	MANY("ldap.object_class", "object classes of the root"),
	INT("ldap.bind_result", "result code of the bind"),
	VERSION("rsync.version", "protocol version"),
	MANY("rsync.modules", "modules"),
	/* data */
	VERSION("redis.version", "version"),
	FACET("redis.mode", NULL, "mode"),
	FACET("redis.os", NULL, "operating system as stated"),
	FACET("redis.role", NULL, "role"),
	BOOL("redis.auth_required", "asks for a password"),
	BOOL("redis.protected", "refuses others than its own host"),
	FACET("redis.server_name", NULL, "name of the server program"),
	TEXT("redis.error", "error instead of an answer"),
	VERSION("memcached.version", "version"),
	VERSION("mysql.version", "version"),
	FACET("mysql.auth_plugin", NULL, "authentication plug-in"),
	BOOL("mysql.tls", "offers TLS"),
	TEXT("mysql.error", "error instead of a greeting"),
	INT("mysql.error_code", "code of that error"),
	TEXT("postgres.error", "error"),
	TEXT("postgres.code", "code of that error"),
	TEXT("postgres.file", "source file of that error"),
	TEXT("postgres.line", "line of that source file"),
	TEXT("postgres.routine", "function of that source file"),
	INT("postgres.auth", "authentication request"),
	BOOL("postgres.ssl", "offers TLS"),
	VERSION("mongodb.version", "version"),
	BOOL("mongodb.auth_required", "asks for a log-in"),
	TEXT("mongodb.error", "error instead of an answer"),
	TEXT("mongodb.set", "name of the replica set"),
	INT("mongodb.wire_version", "newest wire protocol"),
	VERSION("elasticsearch.version", "version"),
	TEXT("elasticsearch.cluster", "cluster name"),
	VERSION("opensearch.version", "version"),
	TEXT("opensearch.cluster", "cluster name"),
	VERSION("couchdb.version", "version"),
	VERSION("zookeeper.version", "version"),
	VERSION("etcd.version", "version"),
	VERSION("docker.version", "version"),
	VERSION("kubernetes.version", "version"),
	/* messages */
	INT("mqtt.return_code", "answer to CONNECT"),
	FACET("amqp.product", NULL, "product"),
	VERSION("amqp.version", "version"),
	TEXT("amqp.platform", "platform"),
	TEXT("amqp.cluster", "cluster name"),
	FACET("amqp.protocol", NULL, "protocol version"),
	VERSION("nats.version", "version"),
	BOOL("nats.auth_required", "asks for a log-in"),
	TEXT("nats.server_name", "server name"),
	VERSION("nats.go", "version of Go"),
	TEXT("irc.banner", "greeting"),
	/* media, names, management */
	FACET("rtsp.server", NULL, "Server header"),
	INT("rtsp.status", "status code"),
	TEXT("rtsp.public", "methods offered"),
	TEXT("rtsp.www_authenticate", "WWW-Authenticate header"),
	FACET("sip.server", NULL, "Server header"),
	FACET("sip.user_agent", NULL, "User-Agent header"),
	INT("sip.status", "status code"),
	VERSION("cups.version", "version"),
	TEXT("dns.version_bind", "answer to version.bind"),
	INT("dns.rcode", "response code"),
	BOOL("dns.recursion", "answers for others"),
	VERSION("ntp.version", "version"),
	INT("ntp.stratum", "distance from a reference clock"),
	FACET("ntp.system", NULL, "operating system as stated"),
	FACET("ntp.processor", NULL, "processor as stated"),
	TEXT("ntp.readvar", "variables of the server"),
	TEXT("snmp.sysdescr", "system description"),
	TEXT("snmp.sysobjectid", "object id of the system"),
	TEXT("snmp.name", "system name"),
	FACET("snmp.version", NULL, "protocol version: 1, 2c or 3"),
	TEXT("snmp.contact", "system contact"),
	TEXT("snmp.location", "system location"),
	TEXT("snmp.engine_id", "engine id"),
	INT("snmp.engine_boots", "how often the engine was started"),
	INT("snmp.enterprise", "enterprise number of the vendor"),
	FACET("upnp.server", NULL, "SERVER header"),
	TEXT("upnp.location", "LOCATION header"),
	TEXT("upnp.usn", "USN header"),
	TEXT("finger.banner", "answer"),
	/* industry */
	FACET("modbus.vendor", NULL, "vendor"),
	FACET("modbus.product", NULL, "product"),
	VERSION("modbus.revision", "revision"),
	FACET("modbus.name", NULL, "product's name"),
	FACET("modbus.model", NULL, "model"),
	TEXT("modbus.url", "vendor's address"),
	INT("modbus.exception", "exception instead of an identification"),
	FACET("bacnet.vendor", NULL, "vendor"),
	FACET("bacnet.model", NULL, "model"),
	INT("bacnet.instance", "instance of the device object"),
	INT("bacnet.vendor_id", "ASHRAE's number of the vendor"),
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
	VERSION("fox.vm", "version of the virtual machine"),
	TEXT("fox.host", "host name"),
	TEXT("fox.station", "name of the station"),
	FACET("enip.vendor", NULL, "vendor"),
	FACET("enip.product", NULL, "product"),
	VERSION("enip.revision", "revision"),
	INT("enip.device_type", "ODVA's number of the device type"),
	INT("enip.product_code", "vendor's number of the product"),
	TEXT("enip.serial", "serial number"),
	INT("dnp3.source", "link address of the outstation"),
	INT("dnp3.destination", "link address that it answers to"),
	FACET("dnp3.function", NULL, "function of the link layer"),
	BOOL("iec104.testfr", "confirms a test frame"),
	INT("opcua.protocol_version", "protocol version"),
	INT("opcua.receive_buffer", "bytes that the server receives at once"),
	INT("opcua.send_buffer", "bytes that the server sends at once"),
	INT("opcua.max_message", "longest message, 0 = no bound"),
	INT("opcua.max_chunks", "most chunks of a message, 0 = no bound"),
	FACET("opcua.error", NULL, "status code instead of an acknowledge"),
	TEXT("opcua.reason", "text to the status code"),
	/* the TCP reply */
	INT("tcp.ttl", "hops to live of the SYN-ACK"),
	INT("tcp.window", "window of the SYN-ACK"),
	INT("tcp.mss", "largest segment"),
	FACET("tcp.options", NULL, "options of the SYN-ACK, a letter each"),
	/* printers */
	FACET("pjl.id", NULL, "model"),
	TEXT("lpd.state", "state of the queue"),
};

const struct field *field_table_facts(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
