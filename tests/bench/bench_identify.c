/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_identify.c - measures matched banners per second on one core: the engine beside PCRE2 with
 * JIT, run pattern by pattern.
 *
 *   bench_identify RULES-FOLDER [RECOG-FILE...]
 *
 * The texts are a mix of greetings of sixteen protocols, as real servers send them. Both ways must
 * give the same answers, which is checked before anything is measured.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"

static const struct {
	const char *field, *text;
} banners[] = {
	{"ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3"},
	{"http.server", "nginx/1.18.0 (Ubuntu)"},
	{"http.server", "Apache/2.4.57 (Debian)"},
	{"ftp.banner", "(vsFTPd 3.0.3)"},
	{"smtp.banner", "mail.example.net ESMTP Postfix (Debian/GNU)"},
	{"imap.banner",
         "[CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS "
         "AUTH=PLAIN] Dovecot (Debian) ready."},
	{"pop3.banner", "Dovecot (Debian) ready."},
	{"mysql.version", "5.5.5-10.11.6-MariaDB-0+deb12u1"},
	{"ssh.banner", "OpenSSH_8.9p1 Ubuntu-3ubuntu0.6"},
	{"http.server", "Microsoft-IIS/10.0"},
	{"http.server", "cloudflare"},
	{"dns.version_bind", "9.18.24-1-Debian"},
	{"smtp.banner", "mx1.example.com ESMTP Exim 4.96 Sun, 22 Nov 2026 10:11:12 +0000"},
	{"ssh.banner", "dropbear_2020.81"},
	{"http.title", "Welcome to nginx!"},
	{"http.title", "Index of /"},
	{"snmp.sysdescr", "Linux gw 5.10.0-28-amd64 #1 SMP Debian 5.10.209-2 (2024-01-31) x86_64"},
	{"snmp.sysdescr",
         "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE11, "
         "RELEASE SOFTWARE (fc3)"},
	{"telnet.banner", "Ubuntu 22.04.3 LTS\nserver login:"},
	{"nntp.banner", "news.example.net InterNetNews NNRP server INN 2.6.4 ready (posting ok)"},
	{"sip.server", "Asterisk PBX 18.9.0"},
	{"rtsp.server", "GStreamer RTSP server"},
	{"ntp.readvar",
         "version=\"ntpd 4.2.8p15@1.3728-o\", processor=\"x86_64\", system=\"Linux/5.10.0\""},
	{"http.powered_by", "PHP/8.1.2"},
	{"http.www_authenticate", "Basic realm=\"TP-LINK Wireless N Router WR841N\""},
	{"http.cookie", "JSESSIONID=0123456789ABCDEF"},
	{"smb.os", "Windows 10.0.20348"},
	{"redis.version", "7.0.15"},
	{"http.server", "lighttpd/1.4.69"},
	{"ftp.banner", "ProFTPD 1.3.8 Server (Debian) [::ffff:192.0.2.1]"},
	{"ssl.subject", "CN=vpn.example.com,O=Example"},
	{"ssh.banner", "Cisco-1.25"},
};

enum { BANNERS = sizeof(banners) / sizeof(banners[0]) };

/* The processor time of this process in seconds, so that other load on the machine does not
 * count. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct rules *load(int argc, char **argv, bool hyperscan, void **blob)
{
	struct rule_set *set = rule_set_new();
	struct rules *rules = NULL;
	struct error err = {""};
	size_t len;
	int result = rules_read_dir(set, argv[1], &err);

	for (int i = 2; i < argc && result == 0; i++) {
		static char text[8 << 20];
		FILE *f = fopen(argv[i], "rb");

		if (f == NULL)
			continue;
		len = fread(text, 1, sizeof(text), f);
		fclose(f);
		result = rules_read_recog(set, argv[i], text, len, &err);
	}
	if (result == 0)
		result = rules_serialise(set, hyperscan, blob, &len, &err);
	if (result == 0)
		result = rules_open(*blob, len, &rules, &err);
	if (result != 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	rule_set_free(set);
	return rules;
}

/* Match all banners once; returns a number that depends on every answer. */
static uint64_t match_all(const struct rules *rules, struct rules_scratch *scratch,
                          const int *fields)
{
	struct engine_hit hits[ENGINE_HITS_MAX];
	uint64_t sum = 0;

	for (size_t i = 0; i < BANNERS; i++) {
		size_t n = fields[i] < 0 ? 0
		                         : engine_match(rules, scratch, fields[i], banners[i].text,
		                                        strlen(banners[i].text), hits);

		for (size_t j = 0; j < n; j++)
			sum = sum * 31 + hits[j].pattern * 7 + hits[j].len;
	}
	return sum;
}

static double measure_match(const struct rules *rules, struct rules_scratch *scratch,
                            const int *fields, double seconds)
{
	double start = now(), end;
	uint64_t rounds = 0;

	do {
		for (int i = 0; i < 32; i++, rounds++)
			match_all(rules, scratch, fields);
		end = now();
	} while (end - start < seconds);
	return (double)rounds * BANNERS / (end - start);
}

static double measure_identify(const struct rules *rules, struct rules_scratch *scratch,
                               double seconds)
{
	struct vd_facts *facts[BANNERS];
	struct vd_identity id;
	double start, end;
	uint64_t rounds = 0;

	for (size_t i = 0; i < BANNERS; i++) {
		facts[i] = vd_facts_new();
		vd_facts_add(facts[i], banners[i].field, banners[i].text, strlen(banners[i].text));
	}
	start = now();
	do {
		for (size_t i = 0; i < (size_t)32 * BANNERS; i++)
			rules_identify(rules, scratch, facts[i % BANNERS], &id);
		rounds += 32;
		end = now();
	} while (end - start < seconds);
	for (size_t i = 0; i < BANNERS; i++)
		vd_facts_free(facts[i]);
	return (double)rounds * BANNERS / (end - start);
}

int main(int argc, char **argv)
{
	void *fast_blob = NULL, *slow_blob = NULL;
	struct rules *fast, *slow;
	struct rules_scratch *fs, *ss;
	int fields[BANNERS], known = 0;
	double engine, linear, identify, opened;

	if (argc < 2) {
		fprintf(stderr, "usage: %s RULES-FOLDER [RECOG-FILE...]\n", argv[0]);
		return 2;
	}
	opened = now();
	fast = load(argc, argv, true, &fast_blob);
	printf("compiled in %.1f s: %zu rules, %zu products\n", now() - opened, rules_count(fast),
	       rules_products(fast));
	slow = load(argc, argv, false, &slow_blob);
	fs = rules_scratch_new(fast);
	ss = rules_scratch_new(slow);
	for (size_t i = 0; i < BANNERS; i++) {
		fields[i] = engine_field(fast, banners[i].field);
		known += fields[i] >= 0;
	}
	if (match_all(fast, fs, fields) != match_all(slow, ss, fields)) {
		fprintf(stderr, "the two ways give different answers\n");
		return 1;
	}
	engine = measure_match(fast, fs, fields, 2);
	linear = measure_match(slow, ss, fields, 2);
	identify = measure_identify(fast, fs, 2);
	printf("%d of %d texts have rules for their field\n", known, BANNERS);
	printf("Hyperscan and PCRE2   %9.0f banners/s\n", engine);
	printf("PCRE2 alone           %9.0f banners/s\n", linear);
	printf("ratio                 %9.1f\n", engine / linear);
	printf("whole identification  %9.0f banners/s\n", identify);
	rules_scratch_free(fs);
	rules_scratch_free(ss);
	rules_close(fast);
	rules_close(slow);
	free(fast_blob);
	free(slow_blob);
	return 0;
}
