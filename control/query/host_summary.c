/* SPDX-License-Identifier: Apache-2.0 */
/* host_summary.c - sums up the open services of a host: its ports, and its CVEs by verdict. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "host_summary.h"

static int by_number(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

bool host_summary_answers_ping(const struct store_host *h)
{
	for (size_t i = 0; i < h->service_count; i++)
		if (h->services[i]->state == RECORD_OPEN &&
		    record_is_ping(h->services[i]->transport))
			return true;
	return false;
}

size_t host_summary_ports(const struct store_host *h, uint16_t out[HOST_SUMMARY_PORTS])
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < h->service_count && n < HOST_SUMMARY_PORTS; i++)
		if (h->services[i]->state == RECORD_OPEN && h->services[i]->port != 0)
			out[n++] = h->services[i]->port;
	if (n > 1)
		qsort(out, n, sizeof(*out), by_number);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || out[i] != out[kept - 1])
			out[kept++] = out[i];
	return kept;
}

static int by_id(const void *a, const void *b)
{
	const struct host_summary_cve *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : (int)x->kind - (int)y->kind;
}

/* Keep the first of each id, which has the worst verdict, in the sorted @list. */
static size_t fold(struct host_summary_cve *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && strcmp(list[i].id, list[kept - 1].id) == 0)
			list[kept - 1].kev |= list[i].kev;
		else
			list[kept++] = list[i];
	}
	return kept;
}

int host_summary_cves(const struct store_host *h, struct host_summary_cve **out, size_t *n)
{
	struct host_summary_cve *list;
	size_t count = 0, filled = 0;

	for (size_t i = 0; i < h->service_count; i++)
		count += h->services[i]->verdict_count;
	list = malloc((count + 1) * sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < h->service_count; i++) {
		const struct record *r = h->services[i];

		for (uint32_t k = 0; r->state == RECORD_OPEN && k < r->verdict_count; k++) {
			const struct vd_verdict *v = &r->verdicts[k];

			list[filled++] = (struct host_summary_cve){v->cve, v->kind,
			                                           v->kev && change_is_open(v)};
		}
	}
	if (filled > 1)
		qsort(list, filled, sizeof(*list), by_id);
	*n = fold(list, filled);
	*out = list;
	return 0;
}

int host_summary_count(const struct store_host *h, struct host_summary_counts *out)
{
	struct host_summary_cve *list;
	size_t n;
	int ret = host_summary_cves(h, &list, &n);

	if (ret != 0)
		return ret;
	*out = (struct host_summary_counts){0};
	for (size_t i = 0; i < n; i++) {
		out->affected += list[i].kind == VD_AFFECTED;
		out->possible += list[i].kind == VD_POSSIBLE;
		out->fixed += list[i].kind == VD_FIXED;
		out->kev += list[i].kev;
	}
	free(list);
	return 0;
}
