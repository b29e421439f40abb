/* SPDX-License-Identifier: Apache-2.0 */
/* host_view.c - prints one host as a page for a person: the open ports at a glance, then each of them
 * by weight, and what is closed at the end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "calendar.h"
#include "host_part.h"
#include "host_place.h"
#include "host_summary.h"
#include "hostname.h"
#include "table.h"

/* ---- the head -------------------------------------------------------------------------------- */

struct name {
	struct page *p;
	bool is_said;
};

/* One name says which host it is; the documents have all. */
static bool put_name(void *arg, const char *name, size_t len, const char *source)
{
	struct name *n = arg;

	(void)source;
	page_words(n->p, "  ");
	page_bytes(n->p, NULL, name, len, 80);
	n->is_said = true;
	return false;
}

static void reasons(struct page *p, const struct store_host *h)
{
	for (unsigned i = 0; i < h->score.reason_count; i++) {
		const struct vd_finding *f = &h->score.reasons[i];

		page_words(p, "  %3u  ", f->base);
		page_text(p, NULL, f->code);
		page_words(p, "  %u/%s  ", f->port, record_transport_name(f->transport));
		page_text(p, NULL, f->ref);
		page_end_line(p);
	}
}

/* What somebody answers for, and so does not count. */
static void accepts(struct page *p, const struct store_host *h)
{
	char until[CALENDAR_TEXT];

	for (size_t i = 0; i < h->accept_count; i++) {
		const struct store_accept *a = &h->accepts[i];

		if (a->until_us <= h->read_us)
			continue;
		page_words(p, "       accepted  ");
		page_text(p, NULL, a->id);
		if (a->port != 0)
			page_words(p, " on port %u", a->port);
		page_words(p, " until %.10s by ", calendar_format(a->until_us, until));
		page_text(p, NULL, a->user);
		page_words(p, ": ");
		page_text(p, NULL, a->reason);
		page_end_line(p);
	}
}

static void times(struct page *p, const struct store_host *h, int64_t scanned_us)
{
	char first[CALENDAR_TEXT], last[CALENDAR_TEXT];

	if (scanned_us != 0) {
		page_words(p, "  nothing open; scanned at %s (",
		           calendar_format(scanned_us, first));
	} else {
		page_words(p, "  first seen %s, last seen %s (",
		           calendar_format(h->first_seen_us, first),
		           calendar_format(h->last_seen_us, last));
	}
	page_text(p, NULL, h->last_scan);
	page_words(p, ")");
	page_end_line(p);
}

static void head(struct page *p, const struct store_host *h, int64_t scanned_us)
{
	char addr[DP_ADDR_TEXT], score[32];
	struct name name = {.p = p};

	page_text(p, PAGE_BOLD, dp_addr_format(&h->addr, addr));
	if (scanned_us == 0) {
		snprintf(score, sizeof(score), "%s %u", vd_level_name(h->score.level),
		         h->score.value);
		page_words(p, "  ");
		page_text(p, page_level_paint(h->score.level), score);
	}
	for (size_t i = 0; i < h->service_count && !name.is_said; i++)
		if (h->services[i]->state == RECORD_OPEN)
			hostname_each(h->services[i], put_name, &name);
	page_end_line(p);
	times(p, h, scanned_us);
	host_place_lines(p, &h->place);
	if (host_summary_answers_ping(h)) {
		page_words(p, "  answers ping");
		page_end_line(p);
	}
	if (h->middlebox) {
		page_words(p, "  answers on every port: a middlebox, what it says means little");
		page_end_line(p);
	}
	if (h->honeypot[0] != '\0') {
		page_words(p, "  a honeypot, what it says proves nothing: ");
		page_text(p, NULL, h->honeypot);
		page_end_line(p);
	}
	if (h->fragile) {
		page_words(p, "  a fragile device (printer, controller): asked with care");
		page_end_line(p);
	}
	reasons(p, h);
	accepts(p, h);
}

/* ---- at a glance ----------------------------------------------------------------------------- */

static const char *endpoint(const struct record *r, char out[24])
{
	snprintf(out, 24, "  %u/%s", r->port, record_transport_name(r->transport));
	return out;
}

static const char *version_words(const struct record *r, char out[176])
{
	const struct vd_identity *id = &r->identity;

	snprintf(out, 176, "%s%s%s", id->version, id->version_extra[0] != '\0' ? " " : "",
	         id->version_extra);
	return out;
}

/* @between, then product and version in @paint; nothing if neither is known. */
static void put_product(struct page *p, const struct record *r, const char *between,
                        const char *paint)
{
	char version[176];

	if (r->identity.product[0] != '\0') {
		page_words(p, "%s", between);
		page_text(p, paint, r->identity.product);
		between = " ";
	}
	if (version_words(r, version)[0] != '\0') {
		page_words(p, "%s", between);
		page_text(p, paint, version);
	}
}

static const char *score_words(const struct record *r, char out[32])
{
	snprintf(out, 32, "%s %u", vd_level_name(r->score.level), r->score.value);
	return out;
}

static void text_cell(struct table *t, const char *text, const char *paint)
{
	table_cell(t, text, strlen(text), paint);
}

static int glance(struct page *p, struct record *const *open, size_t n)
{
	static const struct table_column columns[] = {
		{"  port", false, true},   {"service", false, true}, {"product", false, false},
		{"version", false, false}, {"level", false, true},
	};
	struct table *t;

	if (n == 0)
		return 0;
	t = table_open(p->out, columns, 5, p->width);
	if (t == NULL)
		return -ENOMEM;
	page_end_line(p);
	for (size_t i = 0; i < n; i++) {
		const struct record *r = open[i];
		char port[24], service[48], version[176], score[32];

		text_cell(t, endpoint(r, port), NULL);
		text_cell(t, host_part_service(r, service), NULL);
		text_cell(t, r->identity.product, NULL);
		text_cell(t, version_words(r, version), NULL);
		text_cell(t, score_words(r, score),
		          p->is_painted ? page_level_paint(r->score.level) : NULL);
		table_end_row(t);
	}
	return table_close(t);
}

/* ---- the services ---------------------------------------------------------------------------- */

static void heading(struct page *p, const struct record *r)
{
	char port[24], service[48], score[32];

	page_end_line(p);
	page_text(p, PAGE_BOLD, endpoint(r, port));
	page_words(p, "  ");
	page_text(p, NULL, host_part_service(r, service));
	put_product(p, r, "  ", PAGE_BOLD);
	page_words(p, "  ");
	page_text(p, page_level_paint(r->score.level), score_words(r, score));
	page_end_line(p);
}

static bool same_vulns(const struct record *a, const struct record *b)
{
	if (a->verdict_count != b->verdict_count)
		return false;
	for (uint32_t i = 0; i < a->verdict_count; i++)
		if (a->verdicts[i].kind != b->verdicts[i].kind ||
		    strcmp(a->verdicts[i].cve, b->verdicts[i].cve) != 0)
			return false;
	return true;
}

/* The first of @n services that has the CVEs of @r, or NULL. */
static const struct record *with_same_vulns(struct record *const *list, size_t n,
                                            const struct record *r)
{
	for (size_t i = 0; i < n; i++)
		if (list[i]->verdict_count > 0 && same_vulns(list[i], r))
			return list[i];
	return NULL;
}

/* What is not open any more: since when, and what it was. */
static void closed(struct page *p, struct record *const *list, size_t n)
{
	char when[CALENDAR_TEXT], port[24];

	if (n > 0)
		page_end_line(p);
	for (size_t i = 0; i < n; i++) {
		const struct record *r = list[i];

		page_words(p, "%s  %s since %s", endpoint(r, port), record_state_name(r->state),
		           calendar_format(r->last_changed_us, when));
		if (r->identity.product[0] != '\0' || r->identity.service[0] != '\0') {
			page_words(p, ", was ");
			if (r->identity.product[0] == '\0')
				page_text(p, NULL, r->identity.service);
			put_product(p, r, "", NULL);
		}
		page_end_line(p);
	}
}

/* Open ones first, by port; behind them the others. */
static int by_state(const void *a, const void *b)
{
	const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;
	int d = (x->state != RECORD_OPEN) - (y->state != RECORD_OPEN);

	if (d == 0)
		d = (int)x->port - (int)y->port;
	return d != 0 ? d : (int)x->transport - (int)y->transport;
}

/* The worst first. */
static int by_score(const void *a, const void *b)
{
	const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;
	int d = (int)y->score.value - (int)x->score.value;

	return d != 0 ? d : by_state(a, b);
}

static int body(struct page *p, const struct store_host *h, const struct host_view_config *config,
                struct record **list)
{
	size_t n = 0, open = 0;
	int ret;

	for (size_t i = 0; i < h->service_count; i++)
		if (!record_is_ping(h->services[i]->transport) &&
		    (config->port <= 0 || h->services[i]->port == config->port))
			list[n++] = h->services[i];
	if (n > 1)
		qsort(list, n, sizeof(*list), by_state);
	while (open < n && list[open]->state == RECORD_OPEN)
		open++;
	ret = glance(p, list, open);
	if (open > 1)
		qsort(list, open, sizeof(*list), by_score);
	for (size_t i = 0; i < open && ret == 0; i++) {
		heading(p, list[i]);
		host_part_details(p, h, list[i]);
		ret = host_part_vulns(p, h, list[i], with_same_vulns(list, i, list[i]), config);
	}
	closed(p, list + open, n - open);
	return ret;
}

int host_view_table(FILE *out, const struct store_host *h, const struct host_view_config *config)
{
	struct page p = {.out = out,
	                 .width = config->width,
	                 .is_painted = (config->flags & HOST_VIEW_COLOUR) != 0};
	struct record **list = calloc(h->service_count + 1, sizeof(*list));
	int ret, written;

	if (list == NULL)
		return -ENOMEM;
	head(&p, h, config->scanned_us);
	ret = body(&p, h, config, list);
	free(list);
	written = page_fini(&p);
	return ret != 0 ? ret : written;
}
