/* SPDX-License-Identifier: Apache-2.0 */
/* host_part.c - what a host's page says of one open service beside its CVEs. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "calendar.h"
#include "host_part.h"
#include "timetext.h"

enum { BANNER_MOST = 160, HEX_MOST = 16 };

static const struct vd_fact *fact(const struct record *r, const char *name)
{
	return r->facts == NULL ? NULL : vd_facts_get(r->facts, name);
}

static bool has_tls(const struct record *r)
{
	return fact(r, "ssl.version") != NULL || fact(r, "ssl.sha256") != NULL;
}

const char *host_part_service(const struct record *r, char out[48])
{
	const struct vd_identity *id = &r->identity;
	bool guessed = id->service[0] != '\0' && !record_service_is_sure(id);
	bool over_tls = has_tls(r) && strcmp(id->service, "tls") != 0 && id->service[0] != '\0';

	snprintf(out, 48, "%s%s%s", id->service, over_tls ? "/tls" : "", guessed ? "?" : "");
	return out;
}

const char *host_part_accepted(const struct store_host *h, const struct record *r, const char *id)
{
	int64_t now = h->read_us != 0 ? h->read_us : r->last_seen_us;

	for (size_t i = 0; i < h->accept_count; i++)
		if (accept_covers(&h->accepts[i], r->port, id, now))
			return " (accepted)";
	return "";
}

static void label(struct page *p, const char *name)
{
	page_words(p, "    %-11s ", name);
}

static void detail(struct page *p, const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	label(p, name);
	page_text(p, NULL, text);
	page_end_line(p);
}

/* Whether a person can read most of these bytes. */
static bool is_readable(const char *data, size_t len)
{
	size_t odd = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)data[i];

		odd += c < 0x20 && c != '\r' && c != '\n' && c != '\t' && c != 0x1b;
		odd += c == 0x7f || c == 0xff || c == 0xfe;
	}
	return odd * 8 <= len;
}

static void banner(struct page *p, const struct record *r)
{
	const struct vd_fact *f = fact(r, "banner");
	size_t shown;

	if (f == NULL)
		return;
	label(p, "banner");
	shown = f->len < BANNER_MOST ? f->len : BANNER_MOST;
	if (is_readable(f->value, shown)) {
		page_bytes(p, NULL, f->value, f->len, BANNER_MOST);
	} else {
		page_words(p, "%zu bytes:", f->len);
		for (size_t i = 0; i < f->len && i < HEX_MOST; i++)
			page_words(p, " %02x", (unsigned char)f->value[i]);
		page_words(p, "%s", f->len > HEX_MOST ? " ..." : "");
	}
	page_end_line(p);
}

static void named(struct page *p, const char *before, const struct vd_fact *f)
{
	if (f == NULL)
		return;
	page_words(p, "%s", before);
	page_bytes(p, NULL, f->value, f->len, 60);
}

/* "TLSv1.3, www.example.org, to 2026-12-01 (in 9 days), by C=US, O=Example CA" */
static void tls(struct page *p, const struct store_host *h, const struct record *r)
{
	const struct vd_fact *version = fact(r, "ssl.version"), *cn = fact(r, "ssl.cn");
	const struct vd_fact *end = fact(r, "ssl.not_after"), *self = fact(r, "ssl.selfsigned");
	int64_t us, now = h->read_us != 0 ? h->read_us : r->last_seen_us;

	if (!has_tls(r))
		return;
	label(p, "tls");
	page_text(p, NULL, version != NULL ? version->value : "TLS");
	named(p, ", ", cn);
	if (end != NULL && timetext_parse(end->value, &us)) {
		long days = (long)((us - now) / INT64_C(86400000000));

		page_words(p, ", to %.10s", end->value);
		if (us < now)
			page_bytes(p, page_level_paint(VD_DANGEROUS), " (expired)", 10, 10);
		else if (days < 60)
			page_words(p, " (in %ld day%s)", days, days == 1 ? "" : "s");
	}
	if (self != NULL && strcmp(self->value, "true") == 0)
		page_words(p, ", signed by itself");
	else
		named(p, ", by ", fact(r, "ssl.issuer"));
	page_end_line(p);
}

static void exposures(struct page *p, const struct store_host *h, const struct record *r)
{
	for (uint32_t i = 0; i < r->exposure_count; i++) {
		const struct vd_exposure *x = &r->exposures[i];

		label(p, "exposure");
		page_text(p, page_level_paint(VD_DANGEROUS), x->id);
		page_words(p, "%s  ", host_part_accepted(h, r, x->id));
		page_text(p, NULL, x->title);
		page_end_line(p);
	}
}

void host_part_details(struct page *p, const struct store_host *h, const struct record *r)
{
	const struct vd_identity *id = &r->identity;
	const struct vd_fact *title = fact(r, "http.title");
	char when[CALENDAR_TEXT];

	detail(p, "open since", r->opened_us == 0 ? "" : calendar_format(r->opened_us, when));
	detail(p, "not asked", record_unasked_words(r->ask));
	detail(p, "not judged",
	       r->ask == RECORD_ASKED_UNJUDGED
	               ? "memory was short; `sonde vulndb rematch` judges it"
	               : "");
	if (strcmp(id->service_source, "port") == 0)
		detail(p, "service", "known by the port only");
	if (strcmp(id->service_source, "guess") == 0)
		detail(p, "service", "a guess: other services answer like this, too");
	detail(p, "cpe", id->cpe_count > 0 ? id->cpe[0] : "");
	detail(p, "package", id->package_version);
	detail(p, "os", id->os);
	detail(p, "end of life", id->eol);
	if (title != NULL) {
		label(p, "title");
		page_bytes(p, NULL, title->value, title->len, 100);
		page_end_line(p);
	}
	banner(p, r);
	tls(p, h, r);
	exposures(p, h, r);
}
