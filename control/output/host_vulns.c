/* SPDX-License-Identifier: Apache-2.0 */
/* host_vulns.c - the CVEs of one service on a host's page: by component and verdict, the worst
 * first. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host_part.h"
#include "service_json.h"

enum { WORST = 3, NAME_MAX_LEN = 64 };

/* "cpe:2.3:a:varnish-software:varnish_cache:6.1" -> "varnish_cache". */
static void product_of(const char *cpe, char out[NAME_MAX_LEN])
{
	const char *at = cpe;
	size_t len;

	for (int i = 0; i < 4 && at != NULL; i++) {
		at = strchr(at, ':');
		at = at == NULL ? NULL : at + 1;
	}
	len = at == NULL ? 0 : strcspn(at, ":");
	snprintf(out, NAME_MAX_LEN, "%.*s", (int)len, at == NULL ? "" : at);
}

struct item {
	const struct vd_verdict *v;
	char product[NAME_MAX_LEN];
	bool is_other; /* a component, not the product that the service is */
};

static int by_weight(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d = (int)x->is_other - (int)y->is_other;

	if (d == 0)
		d = strcmp(x->product, y->product);
	if (d == 0)
		d = (int)x->v->kind - (int)y->v->kind;
	if (d == 0)
		d = (int)y->v->kev - (int)x->v->kev;
	if (d == 0)
		d = (int)y->v->cvss_x10 - (int)x->v->cvss_x10;
	if (d == 0)
		d = (y->v->epss > x->v->epss) - (y->v->epss < x->v->epss);
	return d != 0 ? d : strcmp(y->v->cve, x->v->cve); /* the newer one first */
}

/* The verdicts of @r that are shown, the worst of each component and kind first. */
static struct item *sorted(const struct record *r, unsigned kinds, size_t *n)
{
	struct item *list = malloc((r->verdict_count + 1) * sizeof(*list));
	char main_product[NAME_MAX_LEN] = "";

	*n = 0;
	if (list == NULL)
		return NULL;
	if (r->identity.cpe_count > 0)
		product_of(r->identity.cpe[0], main_product);
	for (uint32_t i = 0; i < r->verdict_count; i++) {
		struct item *it = &list[*n];

		if ((kinds >> r->verdicts[i].kind & 1) == 0)
			continue;
		it->v = &r->verdicts[i];
		product_of(it->v->cpe, it->product);
		it->is_other = main_product[0] != '\0' && it->product[0] != '\0' &&
		               strcmp(it->product, main_product) != 0;
		if (!it->is_other)
			it->product[0] = '\0';
		++*n;
	}
	if (*n > 1)
		qsort(list, *n, sizeof(*list), by_weight);
	return list;
}

/* "18 CVEs affected: 1 exploited, 2 critical, 5 high" */
static void heading(struct page *p, const struct item *list, size_t n)
{
	unsigned severity[VD_SEV_CRITICAL + 1] = {0}, kev = 0;
	const char *between = ": ";

	for (size_t i = 0; i < n; i++) {
		severity[record_severity(list[i].v)]++;
		kev += list[i].v->kev;
	}
	page_words(p, "    ");
	if (list[0].is_other) {
		page_text(p, PAGE_BOLD, list[0].product);
		page_words(p, ": ");
	}
	page_words(p, "%zu CVE%s %s", n, n == 1 ? "" : "s", vd_kind_name(list[0].v->kind));
	if (kev > 0 && list[0].v->kind != VD_FIXED) {
		page_words(p, "%s%u exploited", between, kev);
		between = ", ";
	}
	for (uint8_t s = VD_SEV_CRITICAL; s > VD_SEV_NONE && list[0].v->kind != VD_FIXED; s--)
		if (severity[s] > 0) {
			page_words(p, "%s%u %s", between, severity[s], vd_severity_name(s));
			between = ", ";
		}
	page_end_line(p);
}

static void one(struct page *p, const struct store_host *h, const struct record *r,
                const struct vd_verdict *v)
{
	static const uint8_t levels[] = {VD_SAFE, VD_LOW, VD_MODERATE, VD_DANGEROUS, VD_CRITICAL};
	const char *severity = record_severity_name(v);
	const char *why = v->kind == VD_FIXED ? v->fixed_by : v->why[0] != '\0' ? v->why : v->range;
	char cvss[8] = "";

	if (v->cvss_x10 > 0)
		snprintf(cvss, sizeof(cvss), "%u.%u", v->cvss_x10 / 10u, v->cvss_x10 % 10u);
	page_words(p, "      ");
	page_text(p, page_level_paint(levels[record_severity(v)]), v->cve);
	page_words(p, "%*s %-8s %4s  %s", (int)(16 - strlen(v->cve) % 17), "",
	           severity == NULL ? "" : severity, cvss, v->kev ? "KEV  " : "");
	page_text(p, NULL, why);
	page_words(p, "%s", host_part_accepted(h, r, v->cve));
	page_end_line(p);
}

/* Whether item number @i of its component and kind is listed; else it is only counted. */
static bool is_listed(const struct host_view_config *config, const struct vd_verdict *v, size_t i)
{
	if ((config->flags & HOST_VIEW_EVERY) != 0)
		return true;
	if (v->kind == VD_FIXED)
		return (config->flags & HOST_VIEW_FIXED) != 0;
	return i < WORST || v->kev;
}

/* How many items from @list on are of the same component and kind. */
static size_t run_of(const struct item *list, size_t n)
{
	size_t k = 1;

	while (k < n && list[k].v->kind == list[0].v->kind &&
	       strcmp(list[k].product, list[0].product) == 0)
		k++;
	return k;
}

/* A product of which no version is known has no list. */
static void candidates(struct page *p, const struct record *r)
{
	if (r->candidates == 0)
		return;
	page_words(p, "    no version: %u CVE%s this product", r->candidates,
	           r->candidates == 1 ? " names" : "s name");
	page_end_line(p);
}

int host_part_vulns(struct page *p, const struct store_host *h, const struct record *r,
                    const struct record *earlier, const struct host_view_config *config)
{
	struct item *list;
	size_t n;

	if (config->kinds != SERVICE_JSON_NONE)
		candidates(p, r);
	if (r->verdict_count == 0 || config->kinds == SERVICE_JSON_NONE)
		return 0;
	if (earlier != NULL) {
		page_words(p, "    the same CVEs as %u/%s", earlier->port,
		           record_transport_name(earlier->transport));
		page_end_line(p);
		return 0;
	}
	list = sorted(r, config->kinds, &n);
	if (list == NULL)
		return -ENOMEM;
	for (size_t i = 0, k; i < n; i += k) {
		k = run_of(&list[i], n - i);
		heading(p, &list[i], k);
		for (size_t at = 0; at < k; at++)
			if (is_listed(config, list[i + at].v, at))
				one(p, h, r, list[i + at].v);
	}
	free(list);
	return 0;
}
