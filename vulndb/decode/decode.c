/* SPDX-License-Identifier: Apache-2.0 */
/* decode.c - which decoder a service's first bytes belong to. */
#include <string.h>

#include "decode.h"

enum { BANNER_MAX = 4096 };

/* Those with unmistakable signs first; those that only know a number or a word last. */
static const struct {
	const char *service;
	decode_fn decode;
} decoders[] = {
	{"ssh", decode_ssh},
	{"upnp", decode_upnp},
	{"http", decode_http},
	{"rtsp", decode_rtsp},
	{"sip", decode_sip},
	{"vnc", decode_vnc},
	{"rsync", decode_rsync},
	{"nats", decode_nats},
	{"zookeeper", decode_zookeeper},
	{"mysql", decode_mysql},
	{"smb", decode_smb},
	{"s7", decode_s7}, /* begins like RDP and goes on otherwise */
	{"rdp", decode_rdp},
	{"mongodb", decode_mongodb},
	{"amqp", decode_amqp},
	{"fox", decode_fox},
	{"pjl", decode_pjl},
	{"opcua", decode_opcua},
	{"dnp3", decode_dnp3},
	{"iec104", decode_iec104},
	{"bacnet", decode_bacnet},
	{"ldap", decode_ldap},
	{"snmp", decode_snmp},
	{"modbus", decode_modbus},
	{"enip", decode_enip},
	{"tls", decode_tls},
	{"telnet", decode_telnet},
	{"redis", decode_redis},
	{"memcached", decode_memcached},
	{"postgres", decode_postgres},
	{"pop3", decode_pop3},
	{"imap", decode_imap},
	{"smtp", decode_smtp},
	{"nntp", decode_nntp},
	{"ftp", decode_ftp},
	{"irc", decode_irc},
	{"mqtt", decode_mqtt},
	{"dns", decode_dns},
	{"ntp", decode_ntp},
	{"finger", decode_finger},
	{"lpd", decode_lpd},
};

/* What callers call a service, and whose decoder that is. */
static const struct {
	const char *name, *decoder;
} aliases[] = {
	{"https", "http"},         {"http-proxy", "http"},
	{"smtps", "smtp"},         {"submission", "smtp"},
	{"pop3s", "pop3"},         {"imaps", "imap"},
	{"ftps", "ftp"},           {"ssl", "tls"},
	{"mariadb", "mysql"},      {"postgresql", "postgres"},
	{"microsoft-ds", "smb"},   {"ms-wbt-server", "rdp"},
	{"ldaps", "ldap"},         {"domain", "dns"},
	{"elasticsearch", "http"}, {"docker", "http"},
	{"etcd", "http"},          {"kubernetes", "http"},
	{"ipp", "http"},           {"telnets", "telnet"},
	{"sips", "sip"},           {"mqtts", "mqtt"},
	{"amqps", "amqp"},         {"jetdirect", "pjl"},
	{"printer", "lpd"},        {"s7comm", "s7"},
};

static const char *decoder_name(const char *service)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].name, service) == 0)
			return aliases[i].decoder;
	return service;
}

static const char *shown_name(const char *decoder)
{
	return strcmp(decoder, "tls") == 0 ? "ssl" : decoder;
}

const char *vd_decode(const char *service, const void *data, size_t len, struct vd_facts *out)
{
	struct span in = {data, (const uint8_t *)data + len};
	const char *wanted = service != NULL ? decoder_name(service) : "";
	const size_t n = sizeof(decoders) / sizeof(decoders[0]);

	if (len == 0)
		return NULL;
	decode_add(out, "banner", span_first(in, BANNER_MAX));
	for (size_t i = 0; i < n; i++)
		if (strcmp(decoders[i].service, wanted) == 0 && decoders[i].decode(in, true, out))
			return shown_name(decoders[i].service);
	for (size_t i = 0; i < n; i++)
		if (decoders[i].decode(in, false, out))
			return shown_name(decoders[i].service);
	return NULL;
}
