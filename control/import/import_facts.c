/* SPDX-License-Identifier: Apache-2.0 */
/* import_facts.c - turns texts of other tools into facts. */
#include "import_facts.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "grab_cert.h"
#include "utf8.h"

enum { STATED_MAX = 255, BASE64_MAX = 1 << 20, BANNER_MAX = 1 << 20 };

void import_facts_banner(struct vd_facts *f, const struct import_banner *b)
{
	char service[32] = "";

	if (b->service != NULL && b->service_len < sizeof(service))
		memcpy(service, b->service, b->service_len);
	vd_decode(service[0] != '\0' ? service : NULL, b->data,
	          b->len < BANNER_MAX ? b->len : BANNER_MAX, f);
}

void import_facts_rebuilt(struct vd_facts *f, const struct import_banner *b)
{
	struct vd_facts *all = vd_facts_new();

	if (all == NULL)
		return;
	import_facts_banner(all, b);
	for (size_t i = 0; i < vd_facts_count(all); i++) {
		const struct vd_fact *fact = vd_facts_at(all, i);

		if (strcmp(fact->name, "banner") != 0)
			vd_facts_add(f, fact->name, fact->value, fact->len);
	}
	vd_facts_free(all);
}

/* ---- certificates ---------------------------------------------------------------------------- */

void import_facts_der(struct vd_facts *f, const void *der, size_t len)
{
	if (vd_facts_get(f, "ssl.sha256") == NULL && grab_cert_facts(der, len, f) != 0)
		return; /* it is none: nothing is known of it */
}

void import_facts_base64(struct vd_facts *f, const char *text, size_t len)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	const char *pem = memmem(text, len, begin, sizeof(begin) - 1);
	struct bytes der = {0};

	if (pem != NULL) {
		const char *from = pem + sizeof(begin) - 1;
		size_t left = len - (size_t)(from - text);
		const char *end = memmem(from, left, "-----END", 8);

		text = from;
		len = end != NULL ? (size_t)(end - from) : left;
	}
	if (import_base64(&der, text, len) && !der.failed && der.len > 0)
		import_facts_der(f, der.data, der.len);
	bytes_fini(&der);
}

/* ---- what a tool states ---------------------------------------------------------------------- */

void import_facts_state(struct vd_facts *f, const char *name, const char *text, size_t len)
{
	char fact[VD_FACT_NAME_MAX + 1];

	if (text == NULL || len == 0)
		return;
	snprintf(fact, sizeof(fact), "import.%s", name);
	vd_facts_add(f, fact, text, len < STATED_MAX ? len : STATED_MAX);
}

void import_facts_cpe(struct vd_facts *f, const char *text, size_t len)
{
	struct vd_identity id;
	struct error err;
	char copy[VD_CPE_LEN];

	if (len >= sizeof(copy))
		return;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strncmp(copy, "cpe:/a:", 7) != 0 && strncmp(copy, "cpe:2.3:a:", 10) != 0)
		return;
	memset(&id, 0, sizeof(id));
	if (vd_identity_from_cpe(copy, &id, &err) == 0 && id.cpe_count > 0)
		import_facts_state(f, "cpe", id.cpe[0], strlen(id.cpe[0]));
}

void import_facts_version(struct vd_facts *f, const char *text, size_t len)
{
	const char *blank = memchr(text, ' ', len);
	size_t version = blank != NULL ? (size_t)(blank - text) : len;
	char extra[STATED_MAX + 1];
	size_t n = 0;

	import_facts_state(f, "version", text, version);
	for (size_t i = version + 1; i < len && n < STATED_MAX; i++)
		extra[n++] = text[i] == ' ' ? '-' : text[i];
	import_facts_state(f, "extra", extra, n);
}

/* ---- encodings ------------------------------------------------------------------------------- */

/* The byte that the escape behind a backslash stands for; *@used: how many characters it has. */
static char escaped(const char *text, size_t len, size_t *used)
{
	static const char letters[] = "nrt0abfv", bytes[] = "\n\r\t\0\a\b\f\v";
	const char *at;

	*used = 1;
	if (text[0] == 'x' && len >= 3 && ascii_hex(text[1]) >= 0 && ascii_hex(text[2]) >= 0) {
		*used = 3;
		return (char)(ascii_hex(text[1]) << 4 | ascii_hex(text[2]));
	}
	at = text[0] != '\0' ? strchr(letters, text[0]) : NULL;
	return at != NULL ? bytes[at - letters] : text[0];
}

void import_unescape(struct bytes *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		char c = text[i++];
		size_t used;

		if (c == '\\' && i < len) {
			c = escaped(text + i, len - i, &used);
			i += used;
		}
		bytes_put(out, &c, 1);
	}
}

void import_latin1(struct bytes *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		uint32_t c;
		size_t n = utf8_decode(text + i, len - i, &c);

		if (n == 2 && c < 256) {
			uint8_t byte = (uint8_t)c;

			bytes_put(out, &byte, 1);
		} else {
			n = n == 0 ? 1 : n;
			bytes_put(out, text + i, n);
		}
		i += n;
	}
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool import_base64(struct bytes *out, const char *text, size_t len)
{
	uint32_t bits = 0;
	unsigned have = 0;

	if (len > BASE64_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		int v = base64_value(text[i]);

		if (text[i] == '=')
			break;
		if (text[i] == '\n' || text[i] == '\r' || text[i] == ' ')
			continue;
		if (v < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			uint8_t byte = (uint8_t)(bits >> (have - 8));

			have -= 8;
			bytes_put(out, &byte, 1);
		}
	}
	return true;
}
