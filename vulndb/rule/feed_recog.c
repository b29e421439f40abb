/* SPDX-License-Identifier: Apache-2.0 */
/* feed_recog.c - imports Recog's XML files as rules. */
#include <ctype.h>
#include <errno.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "recog_cpe.h"
#include "rule.h"
#include "rule_pattern.h"

enum {
	TEXT_MAX = 256 * 1024,     /* of the text of one example */
	FINGERPRINTS_MAX = 100000, /* in one file */
	PARAMS_MAX = 100,          /* of one fingerprint's <param> elements */
	/* below the program's own rules, which know versions and packages better */
	CONFIDENCE = 80,
};

/* The fact that the patterns of a Recog file match, by the file's attribute "matches". A file that
 * is not listed gets a field of its own, "recog.MATCHES". */
static const struct {
	const char *matches, *field;
} fields[] = {
	{"ssh.banner", "ssh.banner"},
	{"ftp.banner", "ftp.banner"},
	{"smtp.banner", "smtp.banner"},
	{"smtp_ehlo", "smtp.ehlo"},
	{"pop3.banner", "pop3.banner"},
	{"imap4.banner", "imap.banner"},
	{"nntp.banner", "nntp.banner"},
	{"telnet_banners", "telnet.banner"},
	{"http_header.server", "http.server"},
	{"http_header.cookie", "http.cookie"},
	{"http_header.wwwauth", "http.www_authenticate"},
	{"http_header.x-powered-by", "http.powered_by"},
	{"html_title", "http.title"},
	{"favicon.md5", "http.favicon_md5"},
	{"dns.versionbind", "dns.version_bind"},
	{"mysql.banners", "mysql.version"},
	{"mysql.error", "mysql.error"},
	{"ntp.readvar", "ntp.readvar"},
	{"snmp.sys_description", "snmp.sysdescr"},
	{"snmp.sys_object_id", "snmp.sysobjectid"},
	{"smb.native_lm", "smb.lanman"},
	{"smb.native_os", "smb.os"},
	{"sip_header.server", "sip.server"},
	{"sip_header.user_agent", "sip.user_agent"},
	{"rtsp_header.server", "rtsp.server"},
	{"x11.vendor", "x11.vendor"},
	{"x509.subject", "ssl.subject"},
	{"x509.issuer", "ssl.issuer"},
	{"tls.jarm", "ssl.jarm"},
	{"hp_pjl_id", "pjl.id"},
	{"apache_os", "http.server"},
};

struct importer {
	struct rule_set *set;
	XML_Parser xml;
	const char *name; /* the file's name, for error messages */
	char stem[64];    /* the file's name up to its first '.', for rule ids */
	char field[VD_FACT_NAME_MAX + 1];
	char protocol[32];
	uint32_t group;
	uint32_t fingerprints, params;
	struct rule *rule; /* the current fingerprint, NULL outside of one */
	struct rule_match *match;
	struct rule_example *example;
	bool base64;
	char *text; /* the text of the current example, TEXT_MAX bytes */
	size_t text_len;
	int result;
	struct error *err;
};

static void refuse_here(struct importer *m, int result, const char *why)
{
	if (m->result != 0)
		return;
	m->result = error_set(m->err, result, "%s:%lu:%lu: %s", m->name,
	                      (unsigned long)XML_GetCurrentLineNumber(m->xml),
	                      (unsigned long)XML_GetCurrentColumnNumber(m->xml) + 1, why);
	XML_StopParser(m->xml, XML_FALSE);
}

static const char *attribute(const char **list, const char *name)
{
	for (; *list != NULL; list += 2)
		if (strcmp(list[0], name) == 0)
			return list[1];
	return NULL;
}

static void begin_file(struct importer *m, const char **attributes)
{
	const char *matches = attribute(attributes, "matches");
	const char *protocol = attribute(attributes, "protocol");
	size_t len;

	if (matches == NULL)
		matches = m->stem;
	if (protocol != NULL)
		snprintf(m->protocol, sizeof(m->protocol), "%s", protocol);
	snprintf(m->field, sizeof(m->field), "recog.%.36s", matches);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i].matches, matches) == 0)
			snprintf(m->field, sizeof(m->field), "%s", fields[i].field);
	len = strlen(m->field);
	for (size_t i = 0; i < len; i++)
		m->field[i] = isalnum((unsigned char)m->field[i]) || m->field[i] == '.'
		                      ? (char)tolower((unsigned char)m->field[i])
		                      : '_';
}

/* Recog's flags have Ruby's meaning: both REG_DOT_NEWLINE and REG_MULTILINE let a dot match line
 * ends. */
static uint32_t pattern_options(const char *flags)
{
	uint32_t options = 0;

	if (flags == NULL)
		return 0;
	if (strstr(flags, "REG_ICASE") != NULL)
		options |= PCRE2_CASELESS;
	if (strstr(flags, "REG_DOT_NEWLINE") != NULL)
		options |= PCRE2_DOTALL;
	if (strstr(flags, "REG_MULTILINE") != NULL)
		options |= PCRE2_MULTILINE | PCRE2_DOTALL;
	return options;
}

static void begin_fingerprint(struct importer *m, const char **attributes)
{
	const char *pattern = attribute(attributes, "pattern");
	char id[64], why[160] = "";
	size_t offset = 0;

	if (pattern == NULL || strlen(pattern) > RULE_PATTERN_MAX || *pattern == '\0') {
		refuse_here(m, -EINVAL, "a fingerprint needs a pattern of sensible length");
		return;
	}
	if (m->fingerprints == FINGERPRINTS_MAX) {
		refuse_here(m, -EINVAL, "too many fingerprints");
		return;
	}
	snprintf(id, sizeof(id), "recog.%.40s.%u", m->stem, ++m->fingerprints);
	m->rule = rule_set_add(m->set, m->name, id, strlen(id));
	m->match = m->rule == NULL
	                   ? NULL
	                   : rule_add_match(m->set, m->rule, m->field, pattern, strlen(pattern));
	if (m->match == NULL) {
		refuse_here(m, -ENOMEM, "no memory");
		return;
	}
	m->rule->line = (uint32_t)XML_GetCurrentLineNumber(m->xml);
	m->rule->group = m->group;
	m->rule->confidence = CONFIDENCE;
	m->match->options = pattern_options(attribute(attributes, "flags"));
	m->params = 0;
	if (rule_pattern_name_captures(m->set, m->match, &offset, why, sizeof(why)) != 0)
		refuse_here(m, -EINVAL, why);
	/* Recog refers to groups by number: drop the captures by name */
	m->match->capture_count = 0;
}

/* Add "cpe" or "os_cpe" for one of Recog's CPE names, such as "service.cpe23". */
static void add_cpe(struct importer *m, const char *name, const char *value)
{
	char own[VD_CPE_LEN];
	const char *key = strncmp(name, "os.", 3) == 0 ? "os_cpe" : "cpe";

	if (recog_cpe(value, own, sizeof(own)) &&
	    rule_add_param(m->set, m->rule, key, own, strlen(own)) == NULL)
		refuse_here(m, -ENOMEM, "no memory");
}

static void add_constant(struct importer *m, const char *name, const char *value)
{
	size_t len = strlen(name);

	if (rule_add_param(m->set, m->rule, name, value, strlen(value)) == NULL)
		refuse_here(m, -ENOMEM, "no memory");
	if (len > 6 && strcmp(name + len - 6, ".cpe23") == 0)
		add_cpe(m, name, value);
	if (strcmp(name, "service.certainty") == 0) {
		double certainty = strtod(value, NULL);

		if (certainty >= 0 && certainty <= 1)
			m->rule->confidence = (uint8_t)(1 + certainty * (CONFIDENCE - 1));
	}
}

static void add_capture(struct importer *m, const char *name, unsigned long group)
{
	struct rule_capture *capture = &m->match->captures[m->match->capture_count];

	if (group > RULE_CAPTURES_MAX || m->match->capture_count == RULE_CAPTURES_MAX) {
		refuse_here(m, -EINVAL, "a param takes a group that is too high");
		return;
	}
	capture->group = (uint32_t)group;
	capture->name = rule_set_text(m->set, name, strlen(name));
	capture->key = rule_key(name);
	if (capture->name == NULL)
		refuse_here(m, -ENOMEM, "no memory");
	m->match->capture_count++;
}

static void begin_param(struct importer *m, const char **attributes)
{
	const char *pos = attribute(attributes, "pos"), *name = attribute(attributes, "name");
	const char *value = attribute(attributes, "value");
	char *end;
	unsigned long group;

	if (m->rule == NULL || pos == NULL || name == NULL || *name == '\0' || strlen(name) > 120 ||
	    (value != NULL && strlen(value) > 2048) || ++m->params > PARAMS_MAX) {
		refuse_here(m, -EINVAL, "a param needs a fingerprint around it, a pos and a name");
		return;
	}
	group = strtoul(pos, &end, 10);
	if (*end != '\0' || end == pos) {
		refuse_here(m, -EINVAL, "a param's pos is a number");
		return;
	}
	if (group > 0)
		add_capture(m, name, group);
	else if (value != NULL)
		add_constant(m, name, value);
}

static void begin_example(struct importer *m, const char **attributes)
{
	struct rule_expect **end;

	if (m->rule == NULL)
		return;
	m->example = rule_add_example(m->set, m->rule, m->field, "", 0);
	if (m->example == NULL) {
		refuse_here(m, -ENOMEM, "no memory");
		return;
	}
	m->example->line = (uint32_t)XML_GetCurrentLineNumber(m->xml);
	m->base64 = false;
	m->text_len = 0;
	end = &m->example->expects;
	for (; *attributes != NULL; attributes += 2) {
		struct rule_expect *expect = rule_set_alloc(m->set, sizeof(*expect));

		if (strcmp(attributes[0], "_encoding") == 0)
			m->base64 = strcmp(attributes[1], "base64") == 0;
		if (attributes[0][0] == '_' || expect == NULL)
			continue;
		expect->line = m->example->line;
		expect->name = rule_set_text(m->set, attributes[0], strlen(attributes[0]));
		expect->value = rule_set_text(m->set, attributes[1], strlen(attributes[1]));
		*end = expect;
		end = &expect->next;
	}
}

static const struct {
	const char *name;
	void (*begin)(struct importer *m, const char **attributes);
} elements[] = {
	{"fingerprints", begin_file},
	{"fingerprint", begin_fingerprint},
	{"param", begin_param},
	{"example", begin_example},
};

static void on_begin(void *arg, const char *name, const char **attributes)
{
	struct importer *m = arg;

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]) && m->result == 0; i++)
		if (strcmp(elements[i].name, name) == 0)
			elements[i].begin(m, attributes);
}

static void on_text(void *arg, const char *text, int len)
{
	struct importer *m = arg;

	if (m->example == NULL || m->result != 0)
		return;
	if ((size_t)len > TEXT_MAX - m->text_len) {
		refuse_here(m, -EINVAL, "an example is too long");
		return;
	}
	memcpy(m->text + m->text_len, text, (size_t)len);
	m->text_len += (size_t)len;
}

/* Decode base64 (RFC 4648) in place, skipping every byte that is not of its alphabet. Returns the
 * length. */
static size_t base64_decode(char *text, size_t len)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	size_t used = 0;
	int count = 0;

	for (size_t i = 0; i < len; i++) {
		const char *at = text[i] != '\0' ? strchr(letters, text[i]) : NULL;

		if (at == NULL)
			continue;
		bits = bits << 6 | (uint32_t)(at - letters);
		count += 6;
		if (count >= 8) {
			count -= 8;
			text[used++] = (char)(bits >> count);
		}
	}
	return used;
}

static void end_example(struct importer *m)
{
	if (m->base64)
		m->text_len = base64_decode(m->text, m->text_len);
	m->example->text = rule_set_text(m->set, m->text, m->text_len);
	m->example->len = m->text_len;
	m->example = NULL;
}

static void end_fingerprint(struct importer *m)
{
	if (m->protocol[0] != '\0' && rule_param(m->rule, RULE_SERVICE) == NULL)
		rule_add_param(m->set, m->rule, "service", m->protocol, strlen(m->protocol));
	m->rule = NULL;
	m->match = NULL;
}

static void on_end(void *arg, const char *name)
{
	struct importer *m = arg;

	if (m->result != 0)
		return;
	if (strcmp(name, "example") == 0 && m->example != NULL)
		end_example(m);
	else if (strcmp(name, "fingerprint") == 0 && m->rule != NULL)
		end_fingerprint(m);
}

/* Recog's files declare no entities. Refuse a file with a document type: entities can be an
 * attack. */
static void on_doctype(void *arg, const char *name, const char *system_id, const char *public_id,
                       int internal)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)internal;
	refuse_here(arg, -EINVAL, "a document type does not belong here");
}

static void set_stem(struct importer *m)
{
	const char *slash = strrchr(m->name, '/'), *stem = slash != NULL ? slash + 1 : m->name;

	snprintf(m->stem, sizeof(m->stem), "%.*s", (int)strcspn(stem, "."), stem);
}

int rules_read_recog(struct rule_set *set, const char *name, const void *xml, size_t len,
                     struct error *err)
{
	struct importer m = {
		.set = set, .name = name, .err = err, .group = rule_set_next_group(set)};

	if (len > INT32_MAX)
		return -EFBIG;
	set_stem(&m);
	m.xml = XML_ParserCreate(NULL);
	m.text = malloc(TEXT_MAX);
	if (m.xml == NULL || m.text == NULL) {
		if (m.xml != NULL)
			XML_ParserFree(m.xml);
		free(m.text);
		return -ENOMEM;
	}
	XML_SetUserData(m.xml, &m);
	XML_SetElementHandler(m.xml, on_begin, on_end);
	XML_SetCharacterDataHandler(m.xml, on_text);
	XML_SetStartDoctypeDeclHandler(m.xml, on_doctype);
	if (XML_Parse(m.xml, xml, (int)len, XML_TRUE) == XML_STATUS_ERROR)
		refuse_here(&m, -EINVAL, XML_ErrorString(XML_GetErrorCode(m.xml)));
	XML_ParserFree(m.xml);
	free(m.text);
	return m.result;
}
