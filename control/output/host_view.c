/* SPDX-License-Identifier: Apache-2.0 */
/* host_view.c - prints one host as a page for a person. */
#include <errno.h>
#include <string.h>

#include "accept.h"
#include "change.h"
#include "calendar.h"
#include "field.h"
#include "host_view.h"
#include "text.h"

struct page {
	FILE *out;
	struct bytes scratch;
	unsigned flags;
};

static const char *paint(const struct page *p, const char *code)
{
	return (p->flags & HOST_VIEW_COLOUR) != 0 ? code : "";
}

static const char *plain(const struct page *p)
{
	return paint(p, "\033[0m");
}

static const char *level_colour(const struct page *p, uint8_t level)
{
	static const char *const codes[] = {"\033[32m", "\033[36m", "\033[33m", "\033[31m",
	                                    "\033[1;31m"};

	return paint(p, level <= VD_CRITICAL ? codes[level] : "");
}

/* The first @max bytes of a text from the network, escaped for a terminal, with "..." if the text
 * is longer. Valid until the next call. */
static const char *safe(struct page *p, const char *text, size_t len, size_t max)
{
	bool cut = len > max;

	bytes_clear(&p->scratch);
	text_escape(&p->scratch, text, cut ? max : len, TEXT_LINE);
	if (cut)
		bytes_put(&p->scratch, "...", 3);
	bytes_put_int(&p->scratch, 0, 1);
	return p->scratch.failed ? "" : (const char *)p->scratch.data;
}

static const char *safe_text(struct page *p, const char *text)
{
	return safe(p, text, strlen(text), 120);
}

static void head(struct page *p, const struct store_host *h)
{
	char addr[DP_ADDR_TEXT], first[CALENDAR_TEXT], last[CALENDAR_TEXT];

	fprintf(p->out, "%s%s%s  %s%s %u%s\n", paint(p, "\033[1m"), dp_addr_format(&h->addr, addr),
	        plain(p), level_colour(p, h->score.level), vd_level_name(h->score.level),
	        h->score.value, plain(p));
	fprintf(p->out, "  first seen %s, last seen %s (%s)\n",
	        calendar_format(h->first_seen_us, first), calendar_format(h->last_seen_us, last),
	        safe_text(p, h->last_scan));
	if (h->middlebox)
		fprintf(p->out,
		        "  answers on every port: a middlebox, what it says means little\n");
	if (h->fragile)
		fprintf(p->out, "  a fragile device (printer, controller): asked with care\n");
	for (unsigned i = 0; i < h->score.reason_count; i++) {
		const struct vd_finding *f = &h->score.reasons[i];

		fprintf(p->out, "  %3u  %s  port %u", f->base, safe_text(p, f->code), f->port);
		fprintf(p->out, "%s%s\n", f->ref[0] == '\0' ? "" : "  ", safe_text(p, f->ref));
	}
}

static void detail(struct page *p, const char *label, const char *text)
{
	if (text[0] != '\0')
		fprintf(p->out, "      %-9s %s\n", label, safe_text(p, text));
}

static const char *accepted(const struct store_host *h, const struct record *r, const char *id)
{
	for (size_t i = 0; i < h->accept_count; i++)
		if (accept_covers(&h->accepts[i], r->port, id, r->last_seen_us))
			return "  (accepted)";
	return "";
}

static void vulns(struct page *p, const struct store_host *h, const struct record *r)
{
	unsigned fixed = 0;

	for (uint32_t i = 0; i < r->verdict_count; i++) {
		const struct vd_verdict *v = &r->verdicts[i];
		const char *why = v->kind == VD_FIXED ? v->fixed_by
		                  : v->why[0] != '\0' ? v->why
		                                      : v->range;
		char words[160];

		fixed += v->kind == VD_FIXED;
		if (v->kind == VD_FIXED && (p->flags & HOST_VIEW_FIXED) == 0)
			continue;
		change_verdict_words(v, words);
		fprintf(p->out, "      %s%s%s",
		        level_colour(p, v->severity <= VD_SEV_CRITICAL ? v->severity : 0),
		        safe_text(p, words), plain(p));
		fprintf(p->out, "  %s%s\n", safe_text(p, why), accepted(h, r, v->cve));
	}
	if (fixed > 0 && (p->flags & HOST_VIEW_FIXED) == 0)
		fprintf(p->out, "      %u more fixed by the distribution\n", fixed);
}

static void service(struct page *p, const struct store_host *h, const struct record *r)
{
	const struct vd_fact *banner = r->facts == NULL ? NULL : vd_facts_get(r->facts, "banner");
	const struct vd_fact *title = r->facts == NULL ? NULL
	                                               : vd_facts_get(r->facts, "http.title");
	const struct vd_identity *id = &r->identity;
	char when[CALENDAR_TEXT];

	fprintf(p->out, "\n  %s%u/%s%s  %s", paint(p, "\033[1m"), r->port,
	        record_transport_name(r->transport), plain(p), record_state_name(r->state));
	fprintf(p->out, "  %s", safe_text(p, id->service));
	fprintf(p->out, "  %s%s", paint(p, "\033[1m"), safe_text(p, id->product));
	fprintf(p->out, "%s%s", id->version[0] == '\0' ? "" : " ", safe_text(p, id->version));
	fprintf(p->out, "%s%s%s\n", plain(p), id->version_extra[0] == '\0' ? "" : " ",
	        safe_text(p, id->version_extra));
	detail(p, "since", calendar_format(r->opened_us, when));
	detail(p, "not asked", record_unasked_words(r->ask));
	detail(p, "not judged",
	       r->ask == RECORD_ASKED_UNJUDGED
	               ? "memory was short; `sonde vulndb rematch` judges it"
	               : "");
	detail(p, "cpe", id->cpe_count > 0 ? id->cpe[0] : "");
	detail(p, "os", id->os);
	detail(p, "end of life", id->eol);
	if (title != NULL)
		fprintf(p->out, "      %-9s %s\n", "title", safe(p, title->value, title->len, 100));
	if (banner != NULL)
		fprintf(p->out, "      %-9s %s\n", "banner",
		        safe(p, banner->value, banner->len, 160));
	for (uint32_t i = 0; i < r->exposure_count; i++)
		fprintf(p->out, "      %s%-9s%s %s%s\n", level_colour(p, VD_DANGEROUS), "exposure",
		        plain(p), safe_text(p, r->exposures[i].id),
		        accepted(h, r, r->exposures[i].id));
	vulns(p, h, r);
}

int host_view_table(FILE *out, const struct store_host *h, unsigned flags)
{
	struct page p = {.out = out, .flags = flags};
	int ret;

	head(&p, h);
	for (size_t i = 0; i < h->service_count; i++)
		service(&p, h, h->services[i]);
	ret = p.scratch.failed || ferror(out) ? -EIO : 0;
	bytes_fini(&p.scratch);
	return ret;
}
