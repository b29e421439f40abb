/* SPDX-License-Identifier: Apache-2.0 */
/* test_honeypot.c - claims about what shows a honeypot, and that real servers do not. */
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "vulndb.h"

enum { FACTS = 5 };

#define DEBIAN_12                                                                                  \
	{"ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3"},                                          \
		{"ssh.kex", "sntrup761x25519-sha512@openssh.com,curve25519-sha256"},               \
		{"ssh.cipher", "chacha20-poly1305@openssh.com,aes128-ctr"},                        \
		{"ssh.mac", "umac-64-etm@openssh.com,hmac-sha2-256"},                              \
	{                                                                                          \
		"ssh.compression", "none,zlib@openssh.com"                                         \
	}

static const struct {
	uint16_t port;
	struct {
		const char *name, *value;
	} facts[FACTS];
	const char *why; /* words of the reason; NULL: it is no honeypot */
} cases[] = {
	{443, {{"ssl.subject", "OU=anv,O=dionaea.carnivore.it,CN=Nepenthes"}}, "Dionaea"},
	{102, {{"s7.system", "Technodrome"}, {"s7.module", "x"}}, "Conpot"},
	{502,
         {{"modbus.vendor", "Siemens"},
          {"modbus.product", "SIMATIC"},
          {"modbus.revision", "S7-200"}},
         "Conpot"},
	{9200,
         {{"elasticsearch.version", "1.4.1"}, {"http.body", "{\"lucene_version\": \"4.10.4\"}"}},
         "Elasticpot"},
	/* the half of a sign is none */
	{502, {{"modbus.vendor", "Siemens"}, {"modbus.product", "SIMATIC"}}, NULL},
	{9200,
         {{"elasticsearch.version", "1.4.1"}, {"http.body", "{\"lucene_version\": \"4.10.2\"}"}},
         NULL},
	{21, {{"ftp.banner", "DiskStation FTP server ready."}}, NULL},
	/* SSH that is what it says */
	{22, {DEBIAN_12}, NULL},
	{22, {{"ssh.banner", "OpenSSH_6.5"}, {"ssh.key_type", "ssh-rsa,ssh-ed25519"}}, NULL},
	{22, {{"ssh.banner", "OpenSSH_6.4p1"}, {"ssh.key_type", "ssh-rsa,ssh-ed25519"}}, NULL},
	{22, {{"ssh.banner", "OpenSSH_6.3p1"}, {"ssh.key_type", "ssh-rsa,ssh-ed25519-x"}}, NULL},
	{22,
         {{"ssh.banner", "OpenSSH_8.4p1"}, {"ssh.kex", "sntrup761x25519-sha512@openssh.com"}},
         NULL},
	{22, {{"ssh.banner", "dropbear_2012.55"}, {"ssh.mac", "hmac-sha2-384"}}, NULL},
	{22, {{"ssh.banner", "OpenSSH_for_Windows_7.7"}, {"ssh.compression", "none"}}, NULL},
	{22, {{"ssh.banner", "OpenSSH_"}, {"ssh.mac", "hmac-sha2-384"}}, NULL},
	{22, {{"ssh.banner", "OpenSSH_9999999999999.9"}, {"ssh.mac", "hmac-sha2-384"}}, NULL},
	/* and SSH that is not */
	{22,
         {{"ssh.banner", "OpenSSH_6.0p1 Debian-4+deb7u2"},
          {"ssh.kex", "curve25519-sha256,curve25519-sha256@libssh.org"}},
         "OpenSSH 6.0 with curve25519-sha256@libssh.org, which is newer"},
	{22,
         {{"ssh.banner", "OpenSSH_8.2p1 Ubuntu-4"},
          {"ssh.kex", "sntrup761x25519-sha512@openssh.com"}},
         "OpenSSH 8.2 with sntrup761x25519-sha512@openssh.com"},
	{2222,
         {{"ssh.banner", "OpenSSH_7.9p1"}, {"ssh.mac", "hmac-sha2-512,hmac-sha2-384"}},
         "OpenSSH with hmac-sha2-384, which no OpenSSH has"},
	{22,
         {{"ssh.banner", "OpenSSH_5.1p1 Debian-5"}, {"ssh.cipher", "aes256-ctr,blowfish-ctr"}},
         "blowfish-ctr"},
	{22,
         {{"ssh.banner", "OpenSSH_6.6.1p1 Ubuntu-2ubuntu2.8"},
          {"ssh.kex", "ecdh-sha2-nistp256,diffie-hellman-group17-sha512"}},
         "which no OpenSSH has"},
	{22,
         {{"ssh.banner", "OpenSSH_7.9p1"}, {"ssh.compression", "zlib@openssh.com,zlib,none"}},
         "compress"},
	/* a tarpit on a port of SSH: lines by the recipe of endlessh */
	{22, {{"banner", "Y8J;b}b^(F7-j[xJ{9\r\n"}}, "tarpit"},
	{22, {{"banner", "kT#\r\n4>*:q!e]V(_%z@1~\r\n"}, {"tcp.ttl", "64"}}, "tarpit"},
	{22, {{"banner", "dK5vdx!Axu:\\xa){@n5nDovpepUq[\r\n"}}, "tarpit"}, /* of endlessh 1.1 */
	/* what no tarpit says */
	{22, {{"banner", "ERR: NO <SUCH> (COMMAND) [HERE]!!\r\n"}}, NULL},
	{80, {{"banner", "Y8J;b}b^(F7-j[xJ{9\r\n"}}, NULL},
	{22, {{"banner", "Y8J;b}b^(F7-j[xJ{9"}}, NULL},
	{22, {{"banner", "kT#;\r\n"}}, NULL},
	{22, {{"banner", "+OK <1896.697170952@dbc.mtview.ca.us>\r\n"}}, NULL},
	{22, {{"banner", "dGhpcyBpcyBiYXNlNjQgdGV4dA0K\r\n"}}, NULL},
	{22, {{"banner", "\x01\x02;:{}[]()<>!@#$%^&*\r\n"}}, NULL},
	{22, {{"banner", "Y8J;b}b^(F7-j[xJ{9\r\n"}, {"pop3.banner", "x"}}, NULL},
	{22, {{NULL, NULL}}, NULL},
};

static void fill(struct vd_facts *facts, int i)
{
	for (size_t k = 0; k < FACTS && cases[i].facts[k].name != NULL; k++)
		vd_facts_add(facts, cases[i].facts[k].name, cases[i].facts[k].value,
		             strlen(cases[i].facts[k].value));
}

START_TEST(signs_tell_a_honeypot_from_a_server)
{
	struct vd_facts *facts = vd_facts_new();
	char why[VD_HONEYPOT_TEXT] = "as it was";
	bool is;

	fill(facts, _i);
	is = vd_honeypot(facts, cases[_i].port, why);
	ck_assert_msg(is == (cases[_i].why != NULL), "case %d: %s", _i, why);
	if (is)
		ck_assert_msg(strstr(why, cases[_i].why) != NULL, "case %d: %s", _i, why);
	else
		ck_assert_str_eq(why, "");
	vd_facts_free(facts);
}
END_TEST

START_TEST(doubt_makes_affected_possible_and_says_why)
{
	struct vd_verdict v = {.kind = VD_AFFECTED, .confidence = 90};

	vd_verdict_doubt(&v);
	ck_assert_int_eq(v.kind, VD_POSSIBLE);
	ck_assert_uint_le(v.confidence, 20);
	ck_assert_ptr_nonnull(strstr(v.why, "honeypot"));
	v = (struct vd_verdict){.kind = VD_FIXED, .confidence = 90};
	vd_verdict_doubt(&v);
	ck_assert_int_eq(v.kind, VD_FIXED);
	ck_assert_uint_eq(v.confidence, 90);
	ck_assert_str_eq(v.why, "");
	v = (struct vd_verdict){.kind = VD_POSSIBLE, .confidence = 30, .why = "half a version"};
	vd_verdict_doubt(&v);
	ck_assert_str_eq(v.why, "half a version");
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, signs_tell_a_honeypot_from_a_server, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, doubt_makes_affected_possible_and_says_why);
	return suite_run("honeypot", tc);
}
