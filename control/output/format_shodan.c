/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_shodan.c - a service a line in the form of Shodan's banners, which its client and many tools
 * read.
 *
 * What is not known is absent, never null. Lists that readers take for granted are there, if empty.
 * Bytes of banners are escaped as in all our JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "cpe_uri.h"
#include "format_impl.h"
#include "hostname.h"
#include "text.h"
#include "timetext.h"

static const struct vd_fact *fact(const struct record *r, const char *name)
{
	return r->facts == NULL ? NULL : vd_facts_get(r->facts, name);
}

static void put_fact(struct json *j, const char *key, const struct record *r, const char *name)
{
	const struct vd_fact *f = fact(r, name);

	if (f != NULL)
		json_bytes(j, key, f->value, f->len);
}

static void put_number(struct json *j, const char *key, const struct record *r, const char *name)
{
	const struct vd_fact *f = fact(r, name);
	int64_t n = 0;

	if (f == NULL || f->len == 0 || f->len > 15)
		return;
	for (size_t i = 0; i < f->len; i++) {
		if (f->value[i] < '0' || f->value[i] > '9')
			return;
		n = n * 10 + (f->value[i] - '0');
	}
	json_int(j, key, n);
}

/* "2026-11-22T02:10:44.000000" */
static void put_time(struct json *j, const char *key, int64_t us)
{
	char text[CALENDAR_TEXT + 8];

	calendar_format(us, text);
	strcpy(text + CALENDAR_TEXT - 2, ".000000");
	json_text(j, key, text);
}

/* "20261122021044Z" */
static void put_asn1_time(struct json *j, const char *key, const struct record *r, const char *name)
{
	const struct vd_fact *f = fact(r, name);
	char text[CALENDAR_TEXT], out[CALENDAR_TEXT], *to = out;
	int64_t us;

	if (f == NULL || !timetext_parse(f->value, &us))
		return;
	calendar_format(us, text);
	for (const char *c = text; *c != '\0'; c++)
		if (strchr("-:T", *c) == NULL)
			*to++ = *c;
	*to = '\0';
	json_text(j, key, out);
}

/* ---- the hash of the banner ------------------------------------------------------------------ */

static uint32_t rotate(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

/* MurmurHash3, x86, 32 bits, by Austin Appleby. */
static int32_t murmur(const uint8_t *p, size_t len)
{
	uint32_t hash = 0, word;
	size_t i = 0;

	for (; i < len; i += 4) {
		size_t n = len - i < 4 ? len - i : 4;

		word = 0;
		for (size_t k = 0; k < n; k++)
			word |= (uint32_t)p[i + k] << (8 * k);
		hash ^= rotate(word * 0xcc9e2d51u, 15) * 0x1b873593u;
		if (n == 4)
			hash = rotate(hash, 13) * 5 + 0xe6546b64u;
	}
	hash ^= (uint32_t)len;
	hash = (hash ^ hash >> 16) * 0x85ebca6bu;
	hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
	return (int32_t)(hash ^ hash >> 16);
}

/* The hash is that of the text as a reader of the JSON gets it. */
static void put_data(struct format *f, const struct record *r)
{
	const struct vd_fact *b = fact(r, "banner");

	bytes_clear(&f->cell);
	if (b != NULL)
		text_escape(&f->cell, b->value, b->len, TEXT_PLAIN);
	json_bytes(f->json, "data", b != NULL ? b->value : "", b != NULL ? b->len : 0);
	json_int(f->json, "hash", murmur(f->cell.data, f->cell.len));
}

/* ---- members --------------------------------------------------------------------------------- */

static void address(struct json *j, const struct dp_addr *addr)
{
	char text[DP_ADDR_TEXT];
	uint32_t v4;

	dp_addr_format(addr, text);
	json_text(j, "ip_str", text);
	if (dp_addr_is_v4(addr, &v4))
		json_int(j, "ip", v4);
	else
		json_text(j, "ipv6", text);
}

struct names {
	struct json *j;
	bool domains;
};

static bool put_name(void *arg, const char *name, size_t len, const char *source)
{
	const struct names *n = arg;

	(void)source;
	/* The domain is the part behind the first label, where that has a dot as well. */
	if (n->domains) {
		const char *dot = memchr(name, '.', len);
		size_t head = dot != NULL ? (size_t)(dot - name) + 1 : 0;

		if (dot != NULL && memchr(dot + 1, '.', len - head) != NULL) {
			name += head;
			len -= head;
		}
	}
	json_bytes(n->j, NULL, name, len);
	return true;
}

static void hostnames(struct json *j, const struct record *r)
{
	struct names names = {j, false};

	json_open_array(j, "hostnames");
	hostname_each(r, put_name, &names);
	json_close_array(j);
	names.domains = true;
	json_open_array(j, "domains");
	hostname_each(r, put_name, &names);
	json_close_array(j);
}

static void identity(struct json *j, const struct vd_identity *id)
{
	char uri[CPE_URI];

	json_text(j, "product", id->product);
	json_text(j, "version", id->version);
	json_text(j, "info", id->version_extra);
	json_text(j, "os", id->os);
	json_text(j, "devicetype", id->device);
	if (id->cpe_count == 0)
		return;
	json_open_array(j, "cpe");
	for (unsigned i = 0; i < id->cpe_count && i < VD_CPES; i++)
		json_text(j, NULL, cpe_uri(id->cpe[i], uri));
	json_close_array(j);
	json_open_array(j, "cpe23");
	for (unsigned i = 0; i < id->cpe_count && i < VD_CPES; i++)
		json_text(j, NULL, id->cpe[i]);
	json_close_array(j);
}

static void http(struct json *j, const struct record *r)
{
	if (fact(r, "http.status") == NULL)
		return;
	json_open_object(j, "http");
	put_number(j, "status", r, "http.status");
	put_fact(j, "title", r, "http.title");
	put_fact(j, "server", r, "http.server");
	put_fact(j, "html", r, "http.body");
	put_fact(j, "location", r, "http.location");
	if (fact(r, "http.favicon") != NULL) {
		json_open_object(j, "favicon");
		json_int(j, "hash", atoll(fact(r, "http.favicon")->value));
		json_close_object(j);
	}
	json_close_object(j);
}

static void named(struct json *j, const char *key, const struct record *r, const char *name)
{
	json_open_object(j, key);
	put_fact(j, "CN", r, name);
	json_close_object(j);
}

static void certificate(struct json *j, const struct record *r)
{
	json_open_object(j, "cert");
	named(j, "subject", r, "ssl.cn");
	named(j, "issuer", r, "ssl.issuer_cn");
	put_fact(j, "serial", r, "ssl.serial");
	put_asn1_time(j, "issued", r, "ssl.not_before");
	put_asn1_time(j, "expires", r, "ssl.not_after");
	put_fact(j, "sig_alg", r, "ssl.sig_alg");
	json_open_object(j, "fingerprint");
	put_fact(j, "sha1", r, "ssl.sha1");
	put_fact(j, "sha256", r, "ssl.sha256");
	json_close_object(j);
	json_open_object(j, "pubkey");
	put_number(j, "bits", r, "ssl.bits");
	put_fact(j, "type", r, "ssl.key_type");
	json_close_object(j);
	json_close_object(j);
}

static void ssl(struct json *j, const struct record *r)
{
	if (fact(r, "ssl.version") == NULL && fact(r, "ssl.sha256") == NULL)
		return;
	json_open_object(j, "ssl");
	json_open_array(j, "versions");
	put_fact(j, NULL, r, "ssl.version");
	json_close_array(j);
	json_open_array(j, "alpn");
	put_fact(j, NULL, r, "ssl.alpn");
	json_close_array(j);
	json_open_object(j, "cipher");
	put_fact(j, "name", r, "ssl.cipher");
	put_number(j, "bits", r, "ssl.cipher_bits");
	put_fact(j, "version", r, "ssl.version");
	json_close_object(j);
	put_fact(j, "ja3s", r, "ssl.ja3s");
	put_fact(j, "jarm", r, "ssl.jarm");
	if (fact(r, "ssl.sha256") != NULL)
		certificate(j, r);
	json_close_object(j);
}

static void ssh(struct json *j, const struct record *r)
{
	if (fact(r, "ssh.hassh") == NULL && fact(r, "ssh.type") == NULL)
		return;
	json_open_object(j, "ssh");
	put_fact(j, "type", r, "ssh.type");
	put_fact(j, "key", r, "ssh.key");
	put_fact(j, "fingerprint", r, "ssh.fingerprint");
	put_fact(j, "hassh", r, "ssh.hassh");
	json_close_object(j);
}

static void vulns(struct json *j, const struct record *r, unsigned kinds)
{
	bool any = false;

	for (uint32_t i = 0; r->state == RECORD_OPEN && i < r->verdict_count; i++) {
		const struct vd_verdict *v = &r->verdicts[i];
		char words[256];

		if (v->kind == VD_FIXED || (kinds >> v->kind & 1) == 0)
			continue;
		if (!any)
			json_open_object(j, "vulns");
		any = true;
		snprintf(words, sizeof(words), "%s: %s %s", vd_kind_name(v->kind), v->cpe,
		         v->range);
		json_open_object(j, v->cve);
		json_bool(j, "verified", false);
		if (v->cvss_x10 > 0)
			json_number(j, "cvss", v->cvss_x10 / 10.0, 1);
		json_text(j, "summary", words);
		json_open_array(j, "references");
		json_close_array(j);
		json_close_object(j);
	}
	if (any)
		json_close_object(j);
}

static void tags(struct json *j, const struct record *r)
{
	json_open_array(j, "tags");
	if (r->state == RECORD_OPEN)
		for (uint32_t i = 0; i < r->exposure_count; i++)
			json_text(j, NULL, r->exposures[i].id);
	json_close_array(j);
}

static void row(struct format *f, const struct store_host *h, const struct record *r)
{
	struct json *j = f->json;

	if (record_is_ping(r->transport))
		return;
	json_open_object(j, NULL);
	address(j, &h->addr);
	json_int(j, "port", r->port);
	json_text(j, "transport", record_transport_name(r->transport));
	put_time(j, "timestamp", r->last_seen_us);
	put_data(f, r);
	hostnames(j, r);
	json_open_object(j, "location");
	json_close_object(j);
	json_open_object(j, "opts");
	json_close_object(j);
	identity(j, &r->identity);
	http(j, r);
	ssl(j, r);
	ssh(j, r);
	vulns(j, r, f->config.kinds);
	tags(j, r);
	json_open_object(j, "_shodan");
	json_text(j, "module", r->identity.service[0] != '\0' ? r->identity.service : "unknown");
	json_text(j, "crawler", "sonde");
	json_open_object(j, "options");
	json_close_object(j);
	json_close_object(j);
	json_close_object(j);
	json_end_line(j);
}

const struct format_ops format_shodan = {
	.info = {"shodan", "json", FORMAT_SERVICES, FORMAT_SERVICES, FORMAT_VERDICTS | FORMAT_LINES,
                 "a banner a line, as Shodan's client and what builds on it read them; name the file "
                 ".json.gz"},
	.row = row,
};
