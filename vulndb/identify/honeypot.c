/* SPDX-License-Identifier: Apache-2.0 */
/*
 * honeypot.c - tells a honeypot by what it says: by words that such a program is delivered with, as
 * its documentation or its settings state them, and by contradictions.
 *
 * A sign must be one that no real service gives, so that one of them is enough. What a real device
 * says as well ("DiskStation FTP server ready.") is none.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "vulndb.h"

enum { SIGNS = 3 };

/* Words that stand in the facts together, and what is wrong with them. */
static const struct {
	const char *program;
	struct {
		const char *fact, *word;
	} signs[SIGNS];
	const char *why;
} defaults[] = {
	/* github.com/DinoTools/dionaea: the certificate that it makes, the name of its host */
	{"Dionaea", {{"ssl.subject", "dionaea.carnivore.it"}}, "its own certificate"},
	{"Dionaea", {{"smb.name", "HOMEUSER-3AF6FE"}}, "the host name that it is delivered with"},
	/* github.com/mushorg/conpot, templates/default */
	{"Conpot", {{"s7.system", "Technodrome"}}, "the system's name that it is delivered with"},
	{"Conpot", {{"s7.plant", "Mouser Factory"}}, "the plant's name that it is delivered with"},
	{"Conpot", {{"s7.serial", "88111222"}}, "the serial number that it is delivered with"},
	{"Conpot",
         {{"snmp.name", "CP 443-1 EX40"}, {"snmp.location", "Venus"}},
         "the place that it is delivered with"},
	{"Conpot",
         {{"snmp.sysdescr", "Siemens, SIMATIC, S7-200"}, {"snmp.location", "Venus"}},
         "the place that it is delivered with"},
	{"Conpot",
         {{"modbus.vendor", "Siemens"},
          {"modbus.product", "SIMATIC"},
          {"modbus.revision", "S7-200"}},
         "an S7-200 with Modbus/TCP of its own"},
	{"Conpot",
         {{"enip.product", "1756-L61/B LOGIX5561"}, {"enip.serial", "006c061a"}},
         "the serial number that it is delivered with"},
	{"Conpot",
         {{"bacnet.model", "VAV-DD Controller"}, {"bacnet.instance", "36113"}},
         "the device that it is delivered with"},
	{"Conpot",
         {{"http.body", "Technodrome"}, {"http.body", "Siemens"}},
         "the system's name that it is delivered with"},
	/* github.com/huuck/ADBHoney: the slip of a blank in its settings */
	{"ADBHoney",
         {{"banner", "ro.product.name =starltexx"}},
         "a device name that no device has"},
	/* github.com/bontchev/elasticpot: 1.4.1 came with Lucene 4.10.2 */
	{"Elasticpot",
         {{"elasticsearch.version", "1.4.1"}, {"http.body", "\"4.10.4\""}},
         "a Lucene that this Elasticsearch does not have"},
	/* github.com/phin3has/mailoney: there is no Exim 4.81 */
	{"Mailoney",
         {{"smtp.banner", "ESMTP Exim 4.81 #1 Thu, 29 Jul 2010"}},
         "an Exim that was never released"},
};

/* Algorithms of the lists of SSH that no OpenSSH has: those of the libraries that such programs are
 * made with (Twisted Conch, AsyncSSH, russh). */
static const struct {
	const char *fact, *name;
} foreign[] = {
	{"ssh.cipher", "blowfish-ctr"},
	{"ssh.cipher", "cast128-ctr"},
	{"ssh.cipher", "3des-ctr"},
	{"ssh.mac", "hmac-sha2-384"},
	{"ssh.mac", "hmac-sha2-56"},
	{"ssh.mac", "hmac-sha2-224"},
	{"ssh.kex", "curve448-sha512"},
	{"ssh.kex", "diffie-hellman-group15-sha512"},
	{"ssh.kex", "diffie-hellman-group17-sha512"},
	{"ssh.key_type", "ssh-ed448"},
};

/* Algorithms, and the last version of OpenSSH that certainly lacks them: two before the one that
 * brought them by its release notes, as distributions take a patch early. */
static const struct {
	const char *fact, *name;
	unsigned last; /* 100 * major + minor */
} ages[] = {
	{"ssh.kex", "curve25519-sha256@libssh.org", 603},
	{"ssh.key_type", "ssh-ed25519", 603},
	{"ssh.cipher", "chacha20-poly1305@openssh.com", 603},
	{"ssh.kex", "sntrup761x25519-sha512@openssh.com", 803},
	{"ssh.kex", "mlkem768x25519-sha256", 907},
};

static const struct vd_fact *has(const struct vd_facts *facts, const char *name, const char *word)
{
	const struct vd_fact *f = vd_facts_get(facts, name);

	return f != NULL && memmem(f->value, f->len, word, strlen(word)) != NULL ? f : NULL;
}

static bool is_delivered_so(const struct vd_facts *facts, char why[VD_HONEYPOT_TEXT])
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		bool all = true;

		for (size_t k = 0; k < SIGNS && defaults[i].signs[k].fact != NULL && all; k++)
			all = has(facts, defaults[i].signs[k].fact, defaults[i].signs[k].word) !=
			      NULL;
		if (!all)
			continue;
		snprintf(why, VD_HONEYPOT_TEXT, "%s: %s", defaults[i].program, defaults[i].why);
		return true;
	}
	return false;
}

/* Whether a list of names, divided by commas, has @name. */
static bool lists(const struct vd_facts *facts, const char *fact, const char *name)
{
	const struct vd_fact *f = vd_facts_get(facts, fact);
	size_t len = strlen(name);

	for (const char *at = f != NULL ? f->value : ""; *at != '\0';) {
		size_t n = strcspn(at, ",");

		if (n == len && memcmp(at, name, n) == 0)
			return true;
		at += n + (at[n] == ',');
	}
	return false;
}

/* The version of OpenSSH that the banner states, as 100 * major + minor; 0: it states none. */
static unsigned openssh_version(const struct vd_facts *facts)
{
	static const char name[] = "OpenSSH_";
	const struct vd_fact *f = vd_facts_get(facts, "ssh.banner");
	unsigned major, minor;
	char *end;

	if (f == NULL || strncmp(f->value, name, strlen(name)) != 0 ||
	    !isdigit((unsigned char)f->value[strlen(name)]))
		return 0;
	major = (unsigned)strtoul(f->value + strlen(name), &end, 10);
	if (*end != '.' || !isdigit((unsigned char)end[1]) || major > 99)
		return 0;
	minor = (unsigned)strtoul(end + 1, NULL, 10);
	return minor < 100 ? 100 * major + minor : 0;
}

/* Whether a server that calls itself OpenSSH offers what this OpenSSH does not have. */
static bool is_false_openssh(const struct vd_facts *facts, char why[VD_HONEYPOT_TEXT])
{
	unsigned version = openssh_version(facts);
	const struct vd_fact *compression = vd_facts_get(facts, "ssh.compression");

	if (version == 0)
		return false;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (lists(facts, foreign[i].fact, foreign[i].name)) {
			snprintf(why, VD_HONEYPOT_TEXT, "OpenSSH with %s, which no OpenSSH has",
			         foreign[i].name);
			return true;
		}
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++)
		if (version <= ages[i].last && lists(facts, ages[i].fact, ages[i].name)) {
			snprintf(why, VD_HONEYPOT_TEXT, "OpenSSH %u.%u with %.40s, which is newer",
			         version / 100, version % 100, ages[i].name);
			return true;
		}
	if (compression == NULL || strncmp(compression->value, "zlib", 4) != 0)
		return false;
	snprintf(why, VD_HONEYPOT_TEXT, "OpenSSH that prefers to compress, as no OpenSSH does");
	return true;
}

/* The characters of a text by their kinds. */
struct kinds {
	size_t lower, upper, digit, odd;
};

static void count(char c, struct kinds *k)
{
	k->lower += islower((unsigned char)c) != 0;
	k->upper += isupper((unsigned char)c) != 0;
	k->digit += isdigit((unsigned char)c) != 0;
	k->odd += ispunct((unsigned char)c) != 0;
}

/* Whether @f is lines of characters drawn at random: of all kinds, many odd ones, and no word. Text of
 * a protocol has words, base64 has no odd characters. */
static bool is_random(const struct vd_fact *f)
{
	enum { LEAST = 16, LINE_MAX = 256, WORD = 6 };
	size_t line = 0, word = 0, all = 0;
	struct kinds k = {0};

	for (size_t i = 0; i < f->len; i++) {
		char c = f->value[i];

		line = c == '\n' ? 0 : line + 1;
		word = islower((unsigned char)c) ? word + 1 : 0;
		if (word == WORD || line > LINE_MAX)
			return false;
		if (c == '\r' || c == '\n')
			continue;
		if (c < ' ' || c > '~')
			return false;
		count(c, &k);
		all++;
	}
	return all >= LEAST && k.odd * 5 >= all && k.lower > 0 && k.upper > 0 && k.digit > 0 &&
	       f->value[f->len - 1] == '\n';
}

/* Whether a port of SSH says lines that never come to a version, to hold who waits for it (RFC 4253,
 * 4.2). No protocol has understood the bytes. */
static bool is_tarpit(const struct vd_facts *facts, uint16_t port, char why[VD_HONEYPOT_TEXT])
{
	const struct vd_fact *banner = vd_facts_get(facts, "banner");
	const char *usual = vd_port_service(port, 6);

	if (banner == NULL || usual == NULL || strcmp(usual, "ssh") != 0)
		return false;
	for (size_t i = 0; i < vd_facts_count(facts); i++) {
		const char *name = vd_facts_at(facts, i)->name;

		if (strcmp(name, "banner") != 0 && strncmp(name, "tcp.", 4) != 0)
			return false;
	}
	if (!is_random(banner))
		return false;
	snprintf(why, VD_HONEYPOT_TEXT, "a tarpit: lines of random characters instead of SSH");
	return true;
}

bool vd_honeypot(const struct vd_facts *facts, uint16_t port, char why[VD_HONEYPOT_TEXT])
{
	why[0] = '\0';
	return is_delivered_so(facts, why) || is_false_openssh(facts, why) ||
	       is_tarpit(facts, port, why);
}

static const char doubt[] = "the host is a honeypot, which only says that it is this";

bool vd_verdict_is_doubted(const struct vd_verdict *v)
{
	return strcmp(v->why, doubt) == 0;
}

void vd_verdict_doubt(struct vd_verdict *v)
{
	enum { CONFIDENCE = 20 };

	if (v->kind != VD_AFFECTED)
		return;
	v->kind = VD_POSSIBLE;
	if (v->confidence > CONFIDENCE)
		v->confidence = CONFIDENCE;
	snprintf(v->why, sizeof(v->why), "%s", doubt);
}
