/* SPDX-License-Identifier: Apache-2.0 */
/* test_user_answers.c - claims about the answers of users' services without a dialog: over UDP, and
 * what a banner holds. Their bytes are the fuzz corpus. */
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "user_corpus.h"

static const struct {
	const char *file, *service, *shown, *fact, *value;
	bool hinted; /* only who expects it may believe it */
} answers[] = {
	{"lmtp", "lmtp", "lmtp", "lmtp.banner",
         "mail.example.net LMTP Cyrus 3.6.1-4+deb12u3 server ready", false},
	{"sieve", "sieve", "sieve", "sieve.starttls", "true", false},
	{"spamd", "spamd", "spamd", "spamd.version", "1.5", false},
	{"clamav", "clamav", "clamav", "clamav.database_date", "Tue Nov 26 09:36:21 2024", false},
	{"irc_caps", "irc", "irc", "irc.server", "irc.example.net", false},
	{"xmpp", "xmpp", "xmpp", "xmpp.mechanisms", "SCRAM-SHA-1,PLAIN", false},
	{"xmpp_error", "xmpp", "xmpp", "xmpp.error_text", "This server does not serve 192.0.2.5",
         false},
	{"git", "git", "git", "git.error", "access denied or repository not exported: /", false},
	{"git_refs", "git", "git", "git.reference", "HEAD", false},
	{"svn", "svn", "svn", "svn.min_version", "2", false},
	{"9p", "9p", "9p", "9p.msize", "8192", false},
	{"9p_error", "9p", "9p", "9p.error", "5", false},
	{"afp", "afp", "afp", "afp.versions", "AFP2.2,AFP3.4", false},
	{"afp", "afp", "afp", "afp.uams", "No User Authent,DHX2", false},
	{"afp", "afp", "afp", "afp.server_name", "nas", false},
	{"afp", "afp", "afp", "afp.signature", "000102030405060708090a0b0c0d0e0f", false},
	{"smb3", "smb", "smb", "smb.capabilities",
         "dfs,leasing,large-mtu,multichannel,directory-leasing", false},
	{"x11", "x11", "x11", "x11.release", "12101007", false},
	{"x11", "x11", "x11", "x11.version", "21.1.7", false},
	{"pop3_bare", "pop3", "pop3", "pop3.greeted", "true", false},
	{"x11_numbered", "x11", "x11", "x11.version", "1.20.11", false},
	{"x11_refused", "x11", "x11", "x11.reason", "No protocol specified", false},
	{"spice", "spice", "spice", "spice.result", "ok", false},
	{"adb", "adb", "adb", "adb.features", "shell_v2,cmd", false},
	{"adb_auth", "adb", "adb", "adb.auth", "true", false},
	{"rtmp", "rtmp", "rtmp", "rtmp.version", "3.5.1.1", false},
	{"vnc_refused", "vnc", "vnc", "vnc.error", "Too many security failures", false},
	{"telnet_options2", "telnet", "telnet", "telnet.will", "echo,suppress-go-ahead", false},
	{"telnet_options2", "telnet", "telnet", "telnet.do", "terminal-type,200", false},
	{"mgcp", "mgcp", "mgcp", "mgcp.code", "500", false},
	{"sip_options", "sip", "sip", "sip.allow", "INVITE, ACK, OPTIONS", false},
	{"stun", "stun", "stun", "stun.software", "Coturn-4.6.1 'Gorst'", false},
	{"pptp", "pptp", "pptp", "pptp.firmware", "1", false},
	{"openvpn", "openvpn", "openvpn", "openvpn.reset", "v2", false},
	{"openvpn_udp", "openvpn", "openvpn", "openvpn.reset", "v2", false},
	/* by md5sum: "strongSwan" and "RFC 3947"; RFC 3706, 5.1 */
	{"ike1", "ike", "ike", "isakmp.vendor_ids",
         "882fe56d6fd20dbc2251613b2ebe5beb,afcad71368a1f1c96b8696fc77570100,"
         "4a131c81070358455c5728f20e95452f",
         false},
	{"ike1", "ike", "ike", "isakmp.exchange_type", "main", false},
	{"ike2", "ike", "ike", "isakmp.version", "2.0", false},
	{"ike2", "ike", "ike", "isakmp.notify", "17", false},
	{"tftp", "tftp", "tftp", "tftp.error", "File not found", true},
	{"coap", "coap", "coap", "coap.resources",
         "</.well-known/core>;ct=40,</sensors/temp>;rt=\"temperature\";if=\"sensor\"", false},
	{"coap", "coap", "coap", "coap.code", "2.05", false},
	{"mdns", "mdns", "mdns", "mdns.services", "_http._tcp,_hap._tcp", false},
	{"wsd", "wsd", "wsd", "wsd.types", "dn:NetworkVideoTransmitter", false},
	{"wsd", "wsd", "wsd", "wsd.hardware", "IPC-B120", false},
	{"wsd", "wsd", "wsd", "wsd.name", "Camera", false},
	{"wsd", "wsd", "wsd", "wsd.xaddrs", "http://192.0.2.7/onvif/device_service", false},
	{"xdmcp", "xdmcp", "xdmcp", "xdmcp.hostname", "desk1", false},
	{"xdmcp", "xdmcp", "xdmcp", "xdmcp.willing", "true", false},
	{"ipmi", "ipmi", "ipmi", "ipmi.version", "2.0", false},
	{"ipmi", "ipmi", "ipmi", "ipmi.auth", "none,md5,password", false},
	{"ipmi", "ipmi", "ipmi", "ipmi.user_auth", "named", false},
	{"ipmi", "ipmi", "ipmi", "ipmi.oemid", "674", false},
	{"mssql_browser", "mssql-browser", "mssql", "mssql.version", "15.0.2000.5", false},
	{"mssql_browser", "mssql-browser", "mssql", "mssql.instance", "MSSQLSERVER", false},
	{"steam", "steam", "steam", "steam_a2s.version", "1.0.0.70", false},
	{"steam", "steam", "steam", "steam_a2s.game", "Counter-Strike", false},
	{"steam_challenge", "steam", "steam", "steam_a2s.answer", "challenge", true},
	{"quic", "quic", "quic", "quic.versions", "v1,0x6b3343cf", false},
	{"dtls", "dtls", "dtls", "dtls.answer", "verify", false},
	{"ubnt", "ubnt", "ubnt", "ubnt.firmware", "XW.ar934x.v6.3.6.33330.210818.1930", false},
	{"ubnt", "ubnt", "ubnt", "ubnt.mac", "04:18:2a:11:22:33", false},
	{"ubnt", "ubnt", "ubnt", "ubnt.model", "NanoStation loco M5", false},
	{"netbios", "netbios", "netbios", "netbios.servername", "FILES1", false},
	{"netbios", "netbios", "netbios", "netbios.domain", "WORKGROUP", false},
	{"netbios", "netbios", "netbios", "netbios.username", "ALICE", false},
	{"netbios", "netbios", "netbios", "netbios.mac", "52:54:00:a1:b2:c3", false},
	{"memcached_udp", "memcached", "memcached", "memcached.version", "1.6.18", false},
	{"ntp_primary", "ntp", "ntp", "ntp.refid", "GPS", true},
	{"upnp_st", "upnp", "upnp", "upnp.st", "upnp:rootdevice", false},
	{"ipp", "ipp", "http", "ipp.versions", "1.1", false},
	{"ipp", "ipp", "http", "http.server", "debut/1.30", false},
	{"minecraft", "minecraft", "minecraft", "minecraft.players_max", "20", false},
	{"minecraft", "minecraft", "minecraft", "minecraft.description", "A Minecraft Server",
         false},
	{"bedrock", "minecraft-bedrock", "minecraft", "minecraft.version", "1.20.40", false},
	{"bedrock", "minecraft-bedrock", "minecraft", "minecraft.players_max", "10", false},
	{"mumble", "mumble", "mumble", "mumble.release", "1.3.4", false},
	{"mumble", "mumble", "mumble", "mumble.version", "1.3.4", false},
	{"mumble", "mumble", "mumble", "mumble.os", "Linux", false},
	{"socks4", "socks4", "socks4", "socks4.code", "91", false},
	{"mumble_ping", "mumble", "mumble", "mumble.max_users", "100", true},
	{"teamspeak", "teamspeak", "teamspeak", "teamspeak.platform", "Linux", false},
	{"mpd", "mpd", "mpd", "mpd.version", "0.23.5", false},
	{"snapcast", "snapcast", "snapcast", "snapcast.rpc_version", "2.0.0", false},
	{"ident", "ident", "ident", "ident.error", "INVALID-PORT", false},
	{"gopher", "gopher", "gopher", "gopher.menu", "Welcome\nFiles", false},
	{"dict", "dict", "dict", "dict.banner",
         "dict.example.net dictd 1.13.0/rf on Linux 6.1.0-18-amd64 <auth.mime> "
         "<11.22.33@dict.example.net>",
         false},
	{"varnish", "varnish", "varnish", "varnish.auth_required", "false", false},
	{"varnish_auth", "varnish", "varnish", "varnish.auth_required", "true", false},
	{"vmware_auth", "vmware-auth", "vmware-auth", "vmware.ssl_required", "true", false},
	{"ndmp", "ndmp", "ndmp", "ndmp.result", "connected", false},
};

enum { ANSWERS = sizeof(answers) / sizeof(answers[0]) };

START_TEST(bytes_tell_the_protocol_and_its_facts)
{
	struct vd_facts *facts = vd_facts_new();
	uint8_t bytes[FILE_MAX];
	size_t len = corpus_read("decode", answers[_i].file, bytes);
	const char *service = vd_decode(answers[_i].service, bytes, len, facts);

	ck_assert_msg(service != NULL, "%s", answers[_i].file);
	ck_assert_str_eq(service, answers[_i].shown);
	check_fact(facts, answers[_i].fact, answers[_i].value);
	vd_facts_clear(facts);
	service = vd_decode(NULL, bytes, len, facts);
	if (answers[_i].hinted)
		ck_assert_msg(service == NULL || strcmp(service, answers[_i].shown) != 0, "%s",
		              answers[_i].file);
	else
		ck_assert_msg(service != NULL && strcmp(service, answers[_i].shown) == 0,
		              "%s: without a hint it is %s", answers[_i].file,
		              service != NULL ? service : "nothing");
	vd_facts_free(facts);
}
END_TEST

/* Whatever is cut off and whatever byte is wrong: no read beyond the bytes, which a sanitizer would
 * see. */
START_TEST(cut_and_wrong_answers_are_survived)
{
	uint8_t bytes[FILE_MAX];
	size_t len = corpus_read("decode", answers[_i].file, bytes);

	for (size_t n = 1; n <= 2 * len; n++) {
		struct vd_facts *facts = vd_facts_new();
		size_t cut = n <= len ? n : len;
		uint8_t *exact = malloc(cut);

		memcpy(exact, bytes, cut);
		if (n > len)
			exact[n - len - 1] ^= 0xff;
		vd_decode(answers[_i].service, exact, cut, facts);
		free(exact);
		vd_facts_free(facts);
	}
}
END_TEST

START_TEST(strangers_have_no_name_of_these)
{
	for (size_t i = 0; i < STRANGERS; i++) {
		struct vd_facts *facts = vd_facts_new();
		const char *service =
			vd_decode(answers[_i].service, strangers[i].bytes, strangers[i].len, facts);

		ck_assert_msg(service == NULL || strcmp(service, answers[_i].shown) != 0 ||
		                      strcmp(service, "http") == 0 ||
		                      strcmp(service, "telnet") == 0,
		              "%s: stranger %zu", answers[_i].file, i);
		vd_facts_free(facts);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, bytes_tell_the_protocol_and_its_facts, 0, ANSWERS);
	tcase_add_loop_test(tc, cut_and_wrong_answers_are_survived, 0, ANSWERS);
	tcase_add_loop_test(tc, strangers_have_no_name_of_these, 0, ANSWERS);
	return suite_run("user_answers", tc);
}
