/* SPDX-License-Identifier: Apache-2.0 */
/* test_decode.c - claims about decoding protocols, with the bytes of the fuzz corpus. */
#include <stdlib.h>
#include <string.h>

#include "vulndb.h"
#include "suite.h"

static const struct {
	const char *file, *service, *fact, *value;
} cases[] = {
	{"ssh", "ssh", "ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3"},
	{"ftp", "ftp", "ftp.banner", "Welcome\n(vsFTPd 3.0.3)"},
	{"smtp", "smtp", "smtp.banner", "mail.example.net ESMTP Postfix (Debian/GNU)"},
	{"pop3", "pop3", "pop3.banner", "Dovecot (Debian) ready."},
	{"imap", "imap", "imap.banner", "[CAPABILITY IMAP4rev1] Dovecot ready."},
	{"nntp", "nntp", "nntp.banner",
         "news.example.net InterNetNews NNRP server INN 2.6.4 ready"},
	{"irc", "irc", "irc.banner", ":irc.example.net NOTICE AUTH :*** Looking up your hostname"},
	{"http", "http", "http.server", "nginx/1.18.0 (Ubuntu)"},
	{"http", "http", "http.title", "A & B \xe2\x98\xba"},
	{"http", "http", "http.cookie", "a=b"},
	{"http", "http", "http.status", "200"},
	{"json", "http", "elasticsearch.version", "8.1.0"},
	{"json", "http", "elasticsearch.cluster", "c"},
	{"redis", "redis", "redis.version", "7.0.15"},
	{"redis_auth", "redis", "redis.auth_required", "true"},
	/* what speaks Redis' protocol and is none */
	{"redis_valkey", "redis", "redis.fork", "Valkey/8.0.1"},
	{"redis_valkey", "redis", "redis.auth_required", "false"},
	{"redis_dragonfly", "redis", "redis.fork", "Dragonfly/df-v1.26.1"},
	{"redis_keydb", "redis", "redis.fork", "KeyDB/6.3.4"},
	{"redis_garnet", "redis", "redis.fork", "Garnet/1.0.50"},
	{"memcached", "memcached", "memcached.version", "1.6.18"},
	{"memcached_udp", "memcached", "memcached.version", "1.6.18"},
	{"mysql", "mysql", "mysql.version", "5.5.5-10.11.6-MariaDB-0+deb12u1"},
	{"mysql", "mysql", "mysql.auth_plugin", "mysql_native_password"},
	{"mysql_error", "mysql", "mysql.error_code", "1130"},
	{"postgres", "postgres", "postgres.routine", "ProcessStartupPacket"},
	{"mongodb", "mongodb", "mongodb.version", "6.0.5"},
	{"mongodb_reply", "mongodb", "mongodb.wire_version", "17"},
	{"telnet", "telnet", "telnet.banner", "Ubuntu 22.04\r\nlogin:"},
	{"telnet_options", "telnet", "telnet.options",
         "will 37,will 38,do 24,do 32,do 35,do 39,do 36"},
	{"irc_numeric", "irc", "irc.banner", ":irc.example 451 * :Connection not registered"},
	{"vnc", "vnc", "vnc.version", "3.8"},
	{"vnc", "vnc", "vnc.security", "vnc,vencrypt"},
	{"rdp", "rdp", "rdp.protocols", "hybrid"},
	{"smb1", "smb", "smb.lanman", "Samba 3.0.20-Debian"},
	{"smb2", "smb", "smb.dialect", "3.1.1"},
	{"smb2", "smb", "smb.signing", "required"},
	{"smb2_samba", "smb", "smb.guid", "766d0000000000000000000000000000"},
	{"smb2_ntlm", "smb", "smb.os", "Windows 10.0.20348"},
	{"ldap", "ldap", "ldap.vendor", "389 Project"},
	{"snmp", "snmp", "snmp.sysobjectid", "1.3.6.1.4.1.8072.3.2.10"},
	{"snmp3", "snmp", "snmp.enterprise", "8072"},
	{"snmp3", "snmp", "snmp.engine_boots", "1"},
	{"snmp3", "snmp", "snmp.engine_time", "61"},
	{"snmp3", "snmp", "snmp.engine_format", "enterprise"},
	{"snmp3_mac", "snmp", "snmp.engine_format", "mac"},
	{"snmp3_mac", "snmp", "snmp.engine_mac", "00:11:22:aa:bb:cc"},
	{"mqtt", "mqtt", "mqtt.return_code", "5"},
	{"amqp", "amqp", "amqp.version", "3.10.8"},
	{"nats", "nats", "nats.auth_required", "true"},
	{"rtsp", "rtsp", "rtsp.server", "GStreamer RTSP server"},
	{"sip", "sip", "sip.server", "Asterisk PBX 18.9"},
	{"rsync", "rsync", "rsync.modules", "backup,pub"},
	{"zookeeper", "zookeeper", "zookeeper.version", "3.4.13"},
	{"modbus", "modbus", "modbus.vendor", "Schneider Electric"},
	{"enip", "enip", "enip.product", "1756-EN2T/B"},
	{"dns", "dns", "dns.version_bind", "9.18.24-1-Deb."},
	{"ntp", "ntp", "ntp.version", "ntpd 4.2.8p15@1.3728-o"},
	{"fox", "fox", "fox.app_version", "4.8"},
	{"pjl", "pjl", "pjl.id", "HP LaserJet 4250"},
	{"modbus", "modbus", "modbus.product", "BMX P34 2020"},
	{"modbus", "modbus", "modbus.revision", "v2.9"},
	{"modbus_exception", "modbus", "modbus.exception", "1"},
	{"enip", "enip", "enip.vendor", "Rockwell Automation/Allen-Bradley"},
	{"enip", "enip", "enip.serial", "00000001"},
	{"enip", "enip", "enip.revision", "20.11"},
	{"s7", "s7", "s7.module", "6ES7 315-2EH14-0AB0"},
	{"s7", "s7", "s7.hardware", "6ES7 315-2EH14-0AB0"},
	{"s7", "s7", "s7.firmware", "3.2.6"},
	{"s7", "s7", "s7.system", "Line 4"},
	{"s7", "s7", "s7.plant", "Hall B"},
	{"s7", "s7", "s7.serial", "S C-X4U421302009"},
	{"s7", "s7", "s7.module_type", "CPU 315-2 PN/DP"},
	{"s7", "s7", "s7.copyright", "Original Siemens Equipment"},
	{"dnp3", "dnp3", "dnp3.source", "0"},
	{"dnp3", "dnp3", "dnp3.destination", "1"},
	{"dnp3", "dnp3", "dnp3.function", "link_status"},
	{"iec104", "iec104", "iec104.testfr", "true"},
	{"opcua", "opcua", "opcua.protocol_version", "0"},
	{"opcua", "opcua", "opcua.receive_buffer", "65535"},
	{"opcua_error", "opcua", "opcua.error", "0x80830000"},
	{"opcua_error", "opcua", "opcua.reason", "Endpoint URL rejected"},
	{"bacnet", "bacnet", "bacnet.instance", "123456"},
	{"bacnet_i_am", "bacnet", "bacnet.instance", "123"},
	{"bacnet_i_am", "bacnet", "bacnet.vendor_id", "24"},
	{"bacnet_error", "bacnet", "bacnet.error", "1:31"},
	{"upnp", "upnp", "upnp.server", "Linux UPnP/1.0 MiniUPnPd/2.1"},
	{"tls", "ssl", NULL, NULL},
};

static size_t corpus(const char *name, uint8_t *bytes, size_t size)
{
	char path[4096];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/decode/%s", SONDE_SOURCE_ROOT, name);
	f = fopen(path, "rb");
	ck_assert_ptr_nonnull(f);
	len = fread(bytes, 1, size, f);
	fclose(f);
	return len;
}

START_TEST(bytes_alone_tell_the_protocol_and_its_facts)
{
	struct vd_facts *facts = vd_facts_new();
	uint8_t bytes[4096];
	size_t len = corpus(cases[_i].file, bytes, sizeof(bytes));
	const char *service = vd_decode(NULL, bytes, len, facts);

	ck_assert_ptr_nonnull(service);
	ck_assert_str_eq(service, cases[_i].service);
	ck_assert_mem_eq(vd_facts_get(facts, "banner")->value, bytes, len);
	if (cases[_i].fact != NULL) {
		ck_assert_ptr_nonnull(vd_facts_get(facts, cases[_i].fact));
		ck_assert_str_eq(vd_facts_get(facts, cases[_i].fact)->value, cases[_i].value);
	}
	vd_facts_free(facts);
}
END_TEST

START_TEST(every_cut_is_survived)
{
	uint8_t bytes[4096];
	size_t len = corpus(cases[_i].file, bytes, sizeof(bytes));

	for (size_t n = 0; n <= len; n++) {
		struct vd_facts *facts = vd_facts_new();
		/* so that a sanitizer sees a read beyond it */
		uint8_t *exact = malloc(n > 0 ? n : 1);

		memcpy(exact, bytes, n);
		vd_decode(cases[_i].service, exact, n, facts);
		free(exact);
		vd_facts_free(facts);
	}
}
END_TEST

static const struct {
	const char *hint, *text, *service;
} hints[] = {
	{"smtp", "220 ready\r\n", "smtp"},
	{"ftp", "220 ready\r\n", "ftp"},
	{"http", "SSH-2.0-x\r\n", "ssh"}, /* the bytes are right, the hint is not */
	{"postgres", "S", "postgres"},
	{"lpd", "no entries\n", "lpd"},
	{"printer", "\r\nlp is ready\n", "lpd"},
	{"lpd", "HTTP/1.1 400 Bad Request\r\n\r\n", "http"},
	{NULL, "no entries\n", NULL},
	{"s7", "\3\1", NULL},
	{"opcua", "ERRF: no such file", NULL},
	{"dnp3", "\5d\5\x0b\1\1\1\1\1\1", NULL}, /* the check sequence is wrong */
	{NULL, "hello", NULL},
	{"http", "hello", NULL},
};

START_TEST(a_hint_helps_and_never_overrules)
{
	struct vd_facts *facts = vd_facts_new();
	const char *service =
		vd_decode(hints[_i].hint, hints[_i].text, strlen(hints[_i].text), facts);

	if (hints[_i].service == NULL)
		ck_assert_ptr_null(service);
	else
		ck_assert_str_eq(service, hints[_i].service);
	vd_facts_free(facts);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, bytes_alone_tell_the_protocol_and_its_facts, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, every_cut_is_survived, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, a_hint_helps_and_never_overrules, 0,
	                    sizeof(hints) / sizeof(hints[0]));
	return suite_run("decode", tc);
}
